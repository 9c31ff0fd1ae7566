/** Sends one file by the tus protocol, which goes on where it stopped, today or after a restart of the browser. */

import {
  type HttpRequest,
  type PreviousUpload,
  Upload as TusUpload,
  type UploadOptions,
} from 'tus-js-client';
import { type ApiError, errorOf, networkError } from '@/api/errors';
import { accessToken, getSession } from '@/api/session';
import { titleOf } from '../details';
import { fingerprintOf } from './fingerprint';

const ENDPOINT = '/api/v1/uploads';
/** Below what proxies in front of servers commonly let through at once. */
const CHUNK_BYTES = 64 * 1024 * 1024;
const RETRY_DELAYS_MS = [500, 1500, 3000, 5000, 10_000, 20_000, 30_000];

export interface SenderEvents {
  onCreated: (videoId: string) => void;
  onProgress: (sentBytes: number) => void;
  onRetry: () => void;
  onSent: () => void;
  onFailed: (error: ApiError) => void;
}

export interface Sender {
  start: () => void;
  pause: () => void;
  /** Gives up: what had arrived is removed. */
  cancel: () => Promise<void>;
}

export async function createSender(file: File, userId: string, events: SenderEvents): Promise<Sender> {
  let refused: string | null = null;
  const options: UploadOptions = {
    endpoint: ENDPOINT,
    chunkSize: CHUNK_BYTES,
    retryDelays: RETRY_DELAYS_MS,
    removeFingerprintOnSuccess: true,
    headers: { 'X-Idempotency-Key': crypto.randomUUID() },
    metadata: {
      filename: file.name,
      filetype: file.type || 'application/octet-stream',
      title: titleOf(file.name),
      publish: 'false',
    },
    fingerprint: async () => fingerprintOf(userId, file),
    onBeforeRequest: async (request: HttpRequest) => {
      const token = await accessToken(refused ?? undefined);
      if (token !== null) request.setHeader('Authorization', `Bearer ${token}`);
    },
    onAfterResponse: (_, response) => {
      const videoId = response.getHeader('X-Video-ID');
      if (videoId) events.onCreated(videoId);
      // The next attempt brings another token.
      refused = response.getStatus() === 401 ? (getSession()?.access_token ?? null) : null;
    },
    onShouldRetry: (error) => {
      const status = error.originalResponse?.getStatus() ?? 0;
      const again = status === 0 || status >= 500 || [401, 409, 423, 460].includes(status);
      if (again) events.onRetry();
      return again && getSession() !== null;
    },
    onProgress: (sent) => events.onProgress(sent),
    onSuccess: () => events.onSent(),
    onError: (error) => events.onFailed(failureOf(error)),
  };
  const upload = new TusUpload(file, options);
  const [previous] = newestFirst(await upload.findPreviousUploads());
  if (previous) upload.resumeFromPreviousUpload(previous);
  return {
    start: () => upload.start(),
    pause: () => void upload.abort(),
    cancel: () => upload.abort(true),
  };
}

function newestFirst(uploads: PreviousUpload[]): PreviousUpload[] {
  return [...uploads].sort((one, other) => Date.parse(other.creationTime) - Date.parse(one.creationTime));
}

function failureOf(error: unknown): ApiError {
  const response = (error as { originalResponse?: { getStatus(): number; getBody(): string } | null })
    .originalResponse;
  if (!response) return networkError();
  try {
    return errorOf(response.getStatus(), JSON.parse(response.getBody()));
  } catch {
    return errorOf(response.getStatus(), undefined);
  }
}
