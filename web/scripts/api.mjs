// Writes src/api/schema.d.ts from the OpenAPI document; with --check it only says whether the file is up to date.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import openapi, { astToString } from 'openapi-typescript';

const check = process.argv.includes('--check');
const source = process.argv.slice(2).find((argument) => !argument.startsWith('--'));
if (!source) throw new Error('usage: api.mjs [--check] OPENAPI.json');
const target = fileURLToPath(new URL('../src/api/schema.d.ts', import.meta.url));

const document = JSON.parse(await readFile(source, 'utf8'));
const types = `// Generated from the OpenAPI document by \`make openapi\`; do not edit.\n\n${astToString(await openapi(document, { defaultNonNullable: false }))}`;
if (!check) {
  await writeFile(target, types);
} else if ((await readFile(target, 'utf8').catch(() => '')) !== types) {
  console.error('src/api/schema.d.ts does not match the OpenAPI document. Run `make openapi`.');
  process.exit(1);
}
