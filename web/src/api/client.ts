/** The typed client of the API: paths, parameters and answers are those of the OpenAPI document. */

import createClient from 'openapi-fetch';
import { errorOf, networkError } from './errors';
import type { paths } from './schema';
import { accessToken, getSession } from './session';
import type { Page } from './types';

/** `fetch` as whoever is logged in; a token that is refused is exchanged once, and without a session one asks as nobody. */
export async function authorizedFetch(request: Request): Promise<Response> {
  const token = await accessToken();
  const response = await fetch(dressed(request.clone(), token));
  if (response.status !== 401 || token === null) return response;
  const next = await accessToken(token);
  if (next === null && getSession() !== null) return response;
  return fetch(dressed(request, next));
}

function dressed(request: Request, token: string | null): Request {
  if (token !== null) request.headers.set('Authorization', `Bearer ${token}`);
  return request;
}

const client = createClient<paths>({ baseUrl: '', fetch: authorizedFetch });

export const { GET, POST, PUT, PATCH, DELETE } = client;

interface Answer<D> {
  data?: D;
  error?: unknown;
  response: Response;
}

async function settled<D>(call: Promise<Answer<D>>): Promise<D | undefined> {
  let answer: Answer<D>;
  try {
    answer = await call;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw networkError();
  }
  if (!answer.response.ok) throw errorOf(answer.response.status, answer.error);
  return answer.data;
}

/** What an answer carries; `ApiError` for a failure. */
export async function dataOf<T>(call: Promise<Answer<{ data: T }>>): Promise<T> {
  const body = await settled(call);
  if (body === undefined) throw errorOf(502, undefined);
  return body.data;
}

/** The same for an answer without a body. */
export async function done(call: Promise<Answer<unknown>>): Promise<void> {
  await settled(call);
}

export async function pageOf<T>(
  call: Promise<Answer<{ data: T[]; meta: { next_cursor: string | null } }>>,
): Promise<Page<T>> {
  const body = await settled(call);
  if (body === undefined) throw errorOf(502, undefined);
  return { items: body.data, next_cursor: body.meta.next_cursor };
}
