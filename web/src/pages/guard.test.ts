import { expect, it } from 'vitest';
import { afterLogIn, withReturn } from './guard';

it('returns to a page of this site only', () => {
  expect(afterLogIn('next=%2Fupload')).toBe('/upload');
  expect(afterLogIn('')).toBe('/');
  for (const evil of ['https://evil.example', '//evil.example', '/\\evil.example', 'javascript:alert(1)']) {
    expect(afterLogIn(`next=${encodeURIComponent(evil)}`)).toBe('/');
  }
});

it('does not forget it between logging in and registering', () => {
  expect(withReturn('/register', 'next=%2Fupload')).toBe('/register?next=%2Fupload');
  expect(withReturn('/register', '')).toBe('/register');
});
