import { ApiError } from '@/api/errors';
import { t } from '@/strings';

/** A sentence for people about anything that was thrown. */
export function messageOf(error: unknown): string {
  if (!(error instanceof ApiError)) return t.errors.internal;
  switch (error.code) {
    case 'NETWORK':
      return t.errors.network;
    case 'UNAVAILABLE':
      return t.errors.unavailable;
    case 'INTERNAL_ERROR':
      return t.errors.internal;
    case 'UNAUTHENTICATED':
      return t.errors.unauthenticated;
    case 'RATE_LIMITED':
      return t.errors.rateLimited(error.retryAfterSeconds ?? 60);
    case 'QUOTA_EXCEEDED':
      return t.upload.noRoom;
    default:
      return Object.values(error.fields)[0] ?? error.message;
  }
}

/** What the API says about single fields; empty for every other failure. */
export function fieldErrors(error: unknown): Readonly<Record<string, string>> {
  return error instanceof ApiError ? error.fields : {};
}
