/** What went wrong with a request, in the API's own terms (`code` is stable), or `NETWORK` where no answer came. */

import type { components } from './schema';

type Failure = components['schemas']['Error'];
export type ErrorCode = Failure['code'] | 'NETWORK';

export class ApiError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  /** What the API says about single fields of the request, by field. */
  readonly fields: Readonly<Record<string, string>>;
  readonly retryAfterSeconds: number | null;

  constructor(status: number, failure: Pick<Failure, 'code' | 'message' | 'details'>) {
    super(failure.message);
    this.name = 'ApiError';
    this.code = failure.code;
    this.status = status;
    const { details } = failure;
    this.fields = Array.isArray(details)
      ? Object.fromEntries(details.map((detail) => [detail.field, detail.message]))
      : {};
    this.retryAfterSeconds = Array.isArray(details) ? null : details.retry_after_seconds;
  }
}

/** The error that an answer tells of; anything that is no answer of the API becomes `UNAVAILABLE`. */
export function errorOf(status: number, body: unknown): ApiError {
  const failure = (body as { error?: Failure } | undefined)?.error;
  if (failure && typeof failure.code === 'string') return new ApiError(status, failure);
  return new ApiError(status, { code: 'UNAVAILABLE', message: '', details: [] });
}

export function networkError(): ApiError {
  return new ApiError(0, { code: 'NETWORK', message: '', details: [] });
}

export function isCode(error: unknown, ...codes: ErrorCode[]): error is ApiError {
  return error instanceof ApiError && codes.includes(error.code);
}
