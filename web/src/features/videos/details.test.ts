import { expect, it } from 'vitest';
import type { Video } from '@/api/types';
import { changesOf, detailsOf, problemsOf, titleOf } from './details';

const NOW = new Date('2026-11-21T12:20:00Z');
const VIDEO = {
  title: 'Ink in water',
  description: '',
  tags: ['ink'],
  visibility: 'public',
  is_adult: false,
  publish_at: '2026-12-04T18:00:00Z',
} as unknown as Video;

it('sends only what differs', () => {
  const details = detailsOf(VIDEO, NOW);
  expect(changesOf(details, VIDEO, NOW)).toEqual({});
  expect(changesOf({ ...details, title: ' Ink in warm water ', tags: ['ink', 'warm'] }, VIDEO, NOW)).toEqual({
    title: 'Ink in warm water',
    tags: ['ink', 'warm'],
  });
});

it('takes a schedule back, and moves it', () => {
  const details = detailsOf(VIDEO, NOW);
  expect(details.when).toBe('schedule');
  expect(changesOf({ ...details, when: 'keep' }, VIDEO, NOW)).toEqual({ publish_at: null });
  const moved = changesOf({ ...details, at: '2026-12-05T08:00' }, VIDEO, NOW);
  expect(moved).toEqual({ publish_at: new Date('2026-12-05T08:00').toISOString() });
});

it('refuses short titles and times that have passed', () => {
  const details = detailsOf(VIDEO, NOW);
  expect(problemsOf(details, NOW)).toEqual({});
  expect(problemsOf({ ...details, title: ' a ' }, NOW)).toEqual({ title: 'length' });
  expect(problemsOf({ ...details, at: '2020-01-01T00:00' }, NOW)).toEqual({ at: 'past' });
  expect(problemsOf({ ...details, at: '' }, NOW)).toEqual({ at: 'past' });
});

it('makes titles of file names', () => {
  expect(titleOf('my_first  clip.final.mp4')).toBe('my first clip.final');
  expect(titleOf('a.mp4')).toBe('a video');
  expect(titleOf('.mp4')).toBe('video');
});
