// Writes each text file of the build compressed beside itself: the server sends those to whoever takes them.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const dist = new URL('../../src/entrypoints/http/client_files/', import.meta.url);
const files = (await readdir(dist, { recursive: true })).filter((name) => /\.(css|html|js|svg)$/.test(name));
await Promise.all(
  files.map(async (name) => {
    const content = await readFile(new URL(name, dist));
    await writeFile(new URL(`${name}.gz`, dist), gzipSync(content, { level: 9 }));
    await writeFile(new URL(`${name}.br`, dist), brotliCompressSync(content));
  }),
);
