// Says what each page loads (kB, gzip), and fails where the JavaScript of the first page is over its budget.
import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';

const BUDGET_KB = 100;
const dist = new URL('../../src/entrypoints/http/client_files/', import.meta.url);
const manifest = JSON.parse(await readFile(new URL('.vite/manifest.json', dist), 'utf8'));
const weighed = new Map();

async function weigh(file) {
  if (!weighed.has(file)) {
    weighed.set(file, gzipSync(await readFile(new URL(file, dist)), { level: 9 }).length / 1000);
  }
  return weighed.get(file);
}

function load(name, chunks = new Set()) {
  if (chunks.has(name)) return chunks;
  chunks.add(name);
  for (const next of manifest[name].imports ?? []) load(next, chunks);
  return chunks;
}

async function total(names) {
  const files = new Set([...names].flatMap((name) => [manifest[name].file, ...(manifest[name].css ?? [])]));
  const sums = { js: 0, css: 0 };
  for (const file of files) sums[file.endsWith('.css') ? 'css' : 'js'] += await weigh(file);
  return sums;
}

const entry = Object.keys(manifest).find((name) => manifest[name].isEntry);
const row = (name, { js, css }) =>
  console.log(`${name.padEnd(44)} js ${js.toFixed(1).padStart(6)} kB   css ${css.toFixed(1).padStart(5)} kB`);
row('shell (every page)', await total(load(entry)));
let first = 0;
for (const name of Object.keys(manifest)
  .filter((name) => manifest[name].isDynamicEntry)
  .sort()) {
  const isPage = name.startsWith('src/pages/');
  const sums = await total(isPage ? load(name, load(entry)) : load(name));
  row(isPage ? name : `  + ${name}`.slice(0, 44), sums);
  if (isPage) first = Math.max(first, sums.js);
}
console.log(`largest page: ${first.toFixed(1)} kB of ${BUDGET_KB} kB`);
if (first > BUDGET_KB) {
  console.error('The initial JavaScript is over its budget.');
  process.exit(1);
}
