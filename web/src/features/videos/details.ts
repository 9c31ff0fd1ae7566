/** What the form about a video holds, and what of it is sent. */

import type { Video, VideoChanges, Visibility } from '@/api/types';
import { fromLocalInput, toLocalInput } from '@/lib/format';

export type When = 'ready' | 'keep' | 'schedule';

export interface Details {
  title: string;
  description: string;
  tags: string[];
  visibility: Visibility;
  is_adult: boolean;
  when: When;
  /** The value of the field for a time of day here. */
  at: string;
}

const HOUR_MS = 3_600_000;

/** The next full hour but one: a time that still lies ahead when the form is sent. */
function suggestedTime(now: Date): string {
  return toLocalInput(new Date(Math.ceil(now.getTime() / HOUR_MS) * HOUR_MS + HOUR_MS));
}

export function detailsOf(video: Video, now = new Date()): Details {
  return {
    title: video.title,
    description: video.description,
    tags: video.tags,
    visibility: video.visibility,
    is_adult: video.is_adult,
    when: video.publish_at ? 'schedule' : 'keep',
    at: video.publish_at ? toLocalInput(video.publish_at) : suggestedTime(now),
  };
}

/** Before the server knows the file: what its name tells. */
export function detailsOfFile(name: string, now = new Date()): Details {
  return {
    title: titleOf(name),
    description: '',
    tags: [],
    visibility: 'public',
    is_adult: false,
    when: 'ready',
    at: suggestedTime(now),
  };
}

export function titleOf(filename: string): string {
  const stem = filename
    .replace(/\.[^.]+$/, '')
    .replace(/[_\s]+/g, ' ')
    .trim()
    .slice(0, 200);
  return stem.length < 3 ? `${stem} video`.trim() : stem;
}

/** Only what differs, so that what somebody else has changed meanwhile stays. */
export function changesOf(details: Details, video: Video, now = new Date()): VideoChanges {
  const before = detailsOf(video, now);
  const changes: VideoChanges = {};
  if (details.title.trim() !== before.title) changes.title = details.title.trim();
  if (details.description.trim() !== before.description) changes.description = details.description.trim();
  if (details.tags.join() !== before.tags.join()) changes.tags = details.tags;
  if (details.visibility !== before.visibility) changes.visibility = details.visibility;
  if (details.is_adult !== before.is_adult) changes.is_adult = details.is_adult;
  if (details.when === 'schedule' && (before.when !== 'schedule' || details.at !== before.at)) {
    changes.publish_at = fromLocalInput(details.at);
  }
  if (details.when !== 'schedule' && before.when === 'schedule') changes.publish_at = null;
  return changes;
}

export function problemsOf(details: Details, now = new Date()): { title?: 'length'; at?: 'past' } {
  const length = details.title.trim().length;
  return {
    ...(length < 3 || length > 200 ? { title: 'length' as const } : {}),
    ...(details.when === 'schedule' && !(new Date(details.at) > now) ? { at: 'past' as const } : {}),
  };
}
