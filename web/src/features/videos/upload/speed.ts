/** How fast something goes of late: an average that forgets what lies some seconds back. */

const MEMORY_SECONDS = 4;

export class Speed {
  #at: number | null = null;
  #amount = 0;
  #rate = 0;

  /** The rate per second, now that `amount` has been reached at `ms`. */
  at(ms: number, amount: number): number {
    if (this.#at === null || amount < this.#amount) {
      this.#at = ms;
      this.#amount = amount;
      return this.#rate;
    }
    const seconds = (ms - this.#at) / 1000;
    if (seconds < 0.25) return this.#rate;
    const now = (amount - this.#amount) / seconds;
    const weight = this.#rate === 0 ? 1 : 1 - Math.exp(-seconds / MEMORY_SECONDS);
    this.#rate += (now - this.#rate) * weight;
    this.#at = ms;
    this.#amount = amount;
    return this.#rate;
  }
}
