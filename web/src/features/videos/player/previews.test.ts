import { expect, it } from 'vitest';
import { parsePreviews, previewAt } from './previews';

const BASE = 'https://media.example/v/1/preview.vtt?signature=abc';
const TEXT = `WEBVTT

00:00:00.000 --> 00:00:01.000
sprites-0.jpg#xywh=0,0,160,90

note
00:01.000 --> 00:02.500
sprites-0.jpg#xywh=160,0,160,90

01:00:00.000 --> 01:00:01.000
nonsense
`;

it('reads regions, keeps signatures, and passes over what it cannot read', () => {
  const previews = parsePreviews(TEXT.replaceAll('\n', '\r\n'), BASE);
  expect(previews).toHaveLength(2);
  expect(previews[1]).toEqual({
    from: 1,
    to: 2.5,
    url: 'https://media.example/v/1/sprites-0.jpg?signature=abc',
    x: 160,
    y: 0,
    width: 160,
    height: 90,
  });
});

it('finds the picture of a moment', () => {
  const previews = parsePreviews(TEXT, BASE);
  expect(previewAt(previews, 0.99)?.x).toBe(0);
  expect(previewAt(previews, 1)?.x).toBe(160);
  expect(previewAt(previews, 99)?.x).toBe(160);
  expect(previewAt([], 1)).toBeNull();
});
