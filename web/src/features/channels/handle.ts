/** The handle that a name suggests: letters without their accents, dashes for everything else. */
export function suggestHandle(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^A-Za-z0-9_.]+/g, '-')
    .replace(/^[-._]+|[-.]+$/g, '')
    .slice(0, 100)
    .replace(/[-.]+$/, '')
    .toLowerCase();
}
