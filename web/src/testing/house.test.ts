/** The order of the house: who may import whom. */

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, it } from 'vitest';

const SRC = join(import.meta.dirname, '..');
/** Each layer imports those below it; features stand side by side and import none of each other. */
const ORDER = ['app', 'pages', 'features', 'design', 'lib', 'api', 'strings'];
/** Helpers of the lowest layers speak of errors and words of the client. */
const rank = (layer: string) =>
  ['lib', 'api', 'strings'].includes(layer) ? ORDER.length : ORDER.indexOf(layer);

function roomOf(path: string): [layer: string, feature: string | undefined] {
  const [layer = '', feature] = path.split('/');
  return [layer, layer === 'features' ? feature : undefined];
}

function violations(): string[] {
  const found: string[] = [];
  for (const file of readdirSync(SRC, { recursive: true, encoding: 'utf8' })) {
    if (!/\.tsx?$/.test(file) || file.startsWith('testing/')) continue;
    const [layer, feature] = roomOf(file);
    if (!ORDER.includes(layer)) continue;
    for (const [, target] of readFileSync(join(SRC, file), 'utf8').matchAll(
      /(?:from|import\(|import)\s*'([@.][^']*)'/g,
    )) {
      if (!target || (target.startsWith('@') && !target.startsWith('@/'))) continue;
      const path = target.startsWith('@/')
        ? target.slice(2)
        : relative(SRC, join(SRC, dirname(file), target));
      const [otherLayer, otherFeature] = roomOf(path);
      const upwards = ORDER.includes(otherLayer) && rank(otherLayer) < rank(layer);
      const sideways = feature !== undefined && otherFeature !== undefined && feature !== otherFeature;
      if (upwards || sideways) found.push(`${file} imports ${target}`);
    }
  }
  return found;
}

it('holds the layers, and keeps features apart', () => {
  expect(violations()).toEqual([]);
});
