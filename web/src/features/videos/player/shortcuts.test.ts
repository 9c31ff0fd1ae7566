import { expect, it } from 'vitest';
import { commandOf, isTaken } from './shortcuts';

const press = (key: string, held: Partial<KeyboardEvent> = {}) =>
  commandOf({ key, ctrlKey: false, metaKey: false, altKey: false, ...held });

function element(html: string): Element {
  document.body.innerHTML = html;
  return document.body.querySelector('#it') as Element;
}

it('knows its keys, in small letters and capitals', () => {
  expect(press(' ')).toEqual({ do: 'toggle' });
  expect(press('K')).toEqual({ do: 'toggle' });
  expect(press('j')).toEqual({ do: 'seek', by: -10 });
  expect(press('7')).toEqual({ do: 'jump', to: 0.7 });
  expect(press('>')).toEqual({ do: 'speed', by: 1 });
  expect(press('x')).toBeNull();
});

it('leaves combinations to the browser', () => {
  expect(press('f', { ctrlKey: true })).toBeNull();
  expect(press('c', { metaKey: true })).toBeNull();
});

it('leaves keys to what has the focus', () => {
  expect(isTaken(element('<input id="it">'), 'k')).toBe(true);
  expect(isTaken(element('<input id="it" type="range">'), 'ArrowLeft')).toBe(true);
  expect(isTaken(element('<input id="it" type="range">'), 'k')).toBe(false);
  expect(isTaken(element('<button id="it"></button>'), ' ')).toBe(true);
  expect(isTaken(element('<button id="it"></button>'), 'k')).toBe(false);
  expect(isTaken(element('<div role="menu"><b id="it"></b></div>'), 'm')).toBe(true);
  expect(isTaken(document.body, ' ')).toBe(false);
});
