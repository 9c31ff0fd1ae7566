/** Uploads that were begun in this browser and have not arrived: tus keeps their addresses in local storage. */

import { accessToken } from '@/api/session';

const PREFIX = 'tus::';

export interface Unfinished {
  storageKey: string;
  name: string;
  size: number;
  url: string;
  fingerprint: string;
}

interface Stored {
  size: number | null;
  uploadUrl?: string | null;
  metadata: Record<string, string>;
}

/** Those of one account, as tus-js-client stores them: `tus::<fingerprint>::<random>`. */
export function findUnfinished(userId: string, storage: Storage = localStorage): Unfinished[] {
  const found: Unfinished[] = [];
  for (let index = 0; index < storage.length; index++) {
    const storageKey = storage.key(index) ?? '';
    if (!storageKey.startsWith(`${PREFIX}streamcore|${userId}|`)) continue;
    const stored = parse(storage.getItem(storageKey));
    if (!stored?.uploadUrl) continue;
    found.push({
      storageKey,
      name: stored.metadata.filename ?? '',
      size: stored.size ?? 0,
      url: stored.uploadUrl,
      fingerprint: storageKey.slice(PREFIX.length, storageKey.lastIndexOf('::')),
    });
  }
  return found.sort((one, other) => one.name.localeCompare(other.name));
}

function parse(text: string | null): Stored | null {
  try {
    return text === null ? null : (JSON.parse(text) as Stored);
  } catch {
    return null;
  }
}

/** Removes what has arrived of it from the server, and the memory of it here. */
export async function discardUnfinished(upload: Unfinished): Promise<void> {
  const token = await accessToken();
  await fetch(upload.url, {
    method: 'DELETE',
    headers: { 'Tus-Resumable': '1.0.0', ...(token ? { Authorization: `Bearer ${token}` } : {}) },
  });
  localStorage.removeItem(upload.storageKey);
}
