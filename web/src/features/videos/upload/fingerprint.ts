/** Uploads of this browser are known by their owner, file name, size and date. */
export function fingerprintOf(userId: string, file: Pick<File, 'name' | 'size' | 'lastModified'>): string {
  return ['streamcore', userId, file.name, file.size, file.lastModified].join('|');
}
