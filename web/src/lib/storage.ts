/** Small preferences of this browser; where storage is off they last as long as the page. */

const kept = new Map<string, string>();

export function recall(name: string): string | null {
  try {
    return localStorage.getItem(`streamcore.${name}`) ?? kept.get(name) ?? null;
  } catch {
    return kept.get(name) ?? null;
  }
}

export function remember(name: string, value: string): void {
  kept.set(name, value);
  try {
    localStorage.setItem(`streamcore.${name}`, value);
  } catch {
    // Kept in memory.
  }
}

export function forget(name: string): void {
  kept.delete(name);
  try {
    localStorage.removeItem(`streamcore.${name}`);
  } catch {
    // Was in memory only.
  }
}
