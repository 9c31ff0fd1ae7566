/** The uploads of this tab. They go on while one visits other pages. */

import { useSyncExternalStore } from 'react';
import type { ApiError } from '@/api/errors';
import type { Sender } from './sender';
import { Speed } from './speed';

export type Phase = 'waiting' | 'sending' | 'retrying' | 'paused' | 'sent' | 'failed';

export interface Upload {
  id: string;
  file: File;
  phase: Phase;
  sentBytes: number;
  /** Bytes in a second, of late. */
  rate: number;
  videoId: string | null;
  error: ApiError | null;
}

/** Two at a time fill most lines; more would only make each slower. */
const AT_ONCE = 2;

const listeners = new Set<() => void>();
const senders = new Map<string, Sender>();
let uploads: readonly Upload[] = [];

function change(next: readonly Upload[]): void {
  uploads = next;
  for (const listener of listeners) listener();
}

function update(id: string, changed: Partial<Upload>): void {
  change(uploads.map((upload) => (upload.id === id ? { ...upload, ...changed } : upload)));
}

function find(id: string): Upload | undefined {
  return uploads.find((upload) => upload.id === id);
}

export function isActive(upload: Upload): boolean {
  return upload.phase === 'waiting' || upload.phase === 'sending' || upload.phase === 'retrying';
}

export function useUploads(): readonly Upload[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => uploads,
  );
}

export function addUploads(files: Iterable<File>, userId: string): void {
  const added = [...files].map(
    (file): Upload => ({
      id: crypto.randomUUID(),
      file,
      phase: 'waiting',
      sentBytes: 0,
      rate: 0,
      videoId: null,
      error: null,
    }),
  );
  change([...uploads, ...added]);
  startNext(userId);
}

function startNext(userId: string): void {
  const busy = uploads.filter((upload) => upload.phase === 'sending' || upload.phase === 'retrying').length;
  for (const upload of uploads
    .filter((one) => one.phase === 'waiting')
    .slice(0, Math.max(0, AT_ONCE - busy))) {
    update(upload.id, { phase: 'sending' });
    void send(upload, userId);
  }
}

async function send({ id, file }: Upload, userId: string): Promise<void> {
  const { createSender } = await import('./sender');
  const speed = new Speed();
  const sender = await createSender(file, userId, {
    onCreated: (videoId) => {
      if (find(id)?.videoId !== videoId) update(id, { videoId });
    },
    onProgress: (sentBytes) => {
      if (find(id)?.phase === 'paused') return;
      update(id, { phase: 'sending', sentBytes, rate: speed.at(performance.now(), sentBytes) });
    },
    onRetry: () => update(id, { phase: 'retrying', rate: 0 }),
    onSent: () => {
      update(id, { phase: 'sent', sentBytes: file.size });
      startNext(userId);
    },
    onFailed: (error) => {
      update(id, { phase: 'failed', error });
      startNext(userId);
    },
  });
  if (!find(id)) return;
  senders.set(id, sender);
  if (find(id)?.phase !== 'paused') sender.start();
}

export function pauseUpload(id: string): void {
  senders.get(id)?.pause();
  update(id, { phase: 'paused', rate: 0 });
}

/** Goes on after a pause, or tries again after a failure. */
export function resumeUpload(id: string, userId: string): void {
  senders.delete(id);
  update(id, { phase: 'waiting', error: null });
  startNext(userId);
}

export function cancelUpload(id: string, userId: string): void {
  const sender = senders.get(id);
  removeUpload(id);
  startNext(userId);
  // Where the server cannot be told now, it forgets by itself when the upload expires.
  sender?.cancel().catch(() => undefined);
}

/** Takes it off this list; the video stays. */
export function removeUpload(id: string): void {
  senders.delete(id);
  change(uploads.filter((upload) => upload.id !== id));
}

export function forgetUploads(): void {
  for (const upload of uploads) if (isActive(upload)) senders.get(upload.id)?.pause();
  senders.clear();
  change([]);
}
