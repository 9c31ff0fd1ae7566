import { describe, expect, it } from 'vitest';
import {
  formatAgo,
  formatBytes,
  formatDuration,
  fromLocalInput,
  speakDuration,
  toLocalInput,
} from './format';

describe('durations', () => {
  it.each([
    [0, '0:00'],
    [59.9, '0:59'],
    [75, '1:15'],
    [3675, '1:01:15'],
    [Number.NaN, '0:00'],
    [-3, '0:00'],
  ])('shows %s seconds as %s', (seconds, shown) => {
    expect(formatDuration(seconds)).toBe(shown);
  });

  it('says them in words', () => {
    expect(speakDuration(3661)).toBe('1 hour 1 minute 1 second');
    expect(speakDuration(120)).toBe('2 minutes');
    expect(speakDuration(0.4)).toBe('0 seconds');
  });
});

it('tells how long ago something was', () => {
  const now = Date.parse('2026-11-21T12:00:00Z');
  expect(formatAgo('2026-11-21T11:59:30Z', now)).toBe('now');
  expect(formatAgo('2026-11-21T09:30:00Z', now)).toBe('2 hours ago');
  expect(formatAgo('2026-11-20T11:00:00Z', now)).toBe('yesterday');
});

it('shows bytes in decimal units', () => {
  expect(formatBytes(999)).toBe('999 B');
  expect(formatBytes(4_200_000)).toBe('4.2 MB');
  expect(formatBytes(21_474_836_480)).toBe('21.5 GB');
});

it('brings times to the field and back', () => {
  const at = '2026-12-04T18:00:00.000Z';
  expect(fromLocalInput(toLocalInput(at))).toBe(at);
});
