import { expect, it } from 'vitest';
import type { UploadLimits } from '@/api/types';
import { t } from '@/strings';
import { refusal } from './checks';
import { fingerprintOf } from './fingerprint';
import { Speed } from './speed';
import { findUnfinished } from './unfinished';

const LIMITS = { max_size_bytes: 1000, available_bytes: 600 } as UploadLimits;

it('refuses what the server would refuse', () => {
  expect(refusal({ name: 'a.mp4', type: 'video/mp4', size: 500 }, LIMITS)).toBeNull();
  expect(refusal({ name: 'a.mkv', type: '', size: 500 }, LIMITS)).toBeNull();
  expect(refusal({ name: 'a.pdf', type: 'application/pdf', size: 500 }, LIMITS)).toBe(t.upload.notVideo);
  expect(refusal({ name: 'a.mp4', type: 'video/mp4', size: 0 }, LIMITS)).toBe(t.upload.notVideo);
  expect(refusal({ name: 'a.mp4', type: 'video/mp4', size: 1001 }, LIMITS)).toContain('larger');
  expect(refusal({ name: 'a.mp4', type: 'video/mp4', size: 700 }, LIMITS)).toBe(t.upload.noRoom);
});

it('forgets how fast it was', () => {
  const speed = new Speed();
  expect(speed.at(0, 0)).toBe(0);
  expect(speed.at(1000, 100)).toBe(100);
  expect(speed.at(1100, 9999)).toBe(100);
  for (let second = 2; second <= 30; second++) speed.at(second * 1000, 100 + (second - 1) * 500);
  expect(speed.at(31_000, 100 + 30 * 500)).toBeCloseTo(500, 0);
});

it('finds the unfinished uploads of one account alone', () => {
  const stored = { size: 7, uploadUrl: '/api/v1/uploads/1', metadata: { filename: 'a.mp4' } };
  const mine = fingerprintOf('me', { name: 'a.mp4', size: 7, lastModified: 1 });
  localStorage.setItem(`tus::${mine}::1`, JSON.stringify(stored));
  localStorage.setItem(
    `tus::${fingerprintOf('you', { name: 'a.mp4', size: 7, lastModified: 1 })}::2`,
    JSON.stringify(stored),
  );
  localStorage.setItem(`tus::${mine}::3`, 'no JSON');
  expect(findUnfinished('me')).toEqual([
    { storageKey: `tus::${mine}::1`, name: 'a.mp4', size: 7, url: '/api/v1/uploads/1', fingerprint: mine },
  ]);
});
