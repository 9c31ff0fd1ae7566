// Writes src/api/schema.d.ts from the OpenAPI document; with --check it only says whether the file is up to date.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import openapi, { astToString } from 'openapi-typescript';

const check = process.argv.includes('--check');
const given = process.argv.slice(2).find((argument) => !argument.startsWith('--'));
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const source = given ?? here('../../docs/openapi.json');
const target = here('../src/api/schema.d.ts');

const document = JSON.parse(await readFile(source, 'utf8'));
const types = `// Generated from the OpenAPI document by \`npm run api\`; do not edit.\n\n${astToString(await openapi(document, { defaultNonNullable: false }))}`;
if (!check) {
  await writeFile(target, types);
} else if ((await readFile(target, 'utf8').catch(() => '')) !== types) {
  console.error('src/api/schema.d.ts does not match the OpenAPI document. Run `npm run api`.');
  process.exit(1);
}
