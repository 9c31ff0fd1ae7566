import { expect, it } from 'vitest';
import { suggestHandle } from './handle';

it.each([
  ['Mira Okafor', 'mira-okafor'],
  ['  Élodie & Søn!  ', 'elodie-s-n'],
  ['...dots...', 'dots'],
  ['日本', ''],
])('%s suggests %s', (name, handle) => {
  expect(suggestHandle(name)).toBe(handle);
});
