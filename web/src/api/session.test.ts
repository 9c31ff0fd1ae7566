import { beforeEach, expect, it, vi } from 'vitest';
import { accessToken, beginSession, endSession, getSession } from './session';
import type { LoggedIn } from './types';

const answer = (access: string, expires_in = 900) =>
  ({
    user: { id: 'u' },
    access_token: access,
    refresh_token: `r-${access}`,
    expires_in,
  }) as unknown as LoggedIn;

/** A server that exchanges each refresh token once. */
function server(respond: (token: string) => Response) {
  const asked: string[] = [];
  vi.stubGlobal('fetch', async (_: string, init: RequestInit) => {
    const { refresh_token } = JSON.parse(String(init.body));
    asked.push(refresh_token);
    return respond(refresh_token);
  });
  return asked;
}

beforeEach(() => {
  endSession();
});

it('uses a token while it is good', async () => {
  const asked = server(() => new Response(null, { status: 500 }));
  beginSession(answer('one'));
  expect(await accessToken()).toBe('one');
  expect(asked).toEqual([]);
});

it('exchanges a token once, however many ask', async () => {
  const asked = server(() => Response.json({ data: answer('two') }));
  beginSession(answer('one', 1));
  expect(await Promise.all([accessToken(), accessToken(), accessToken()])).toEqual(['two', 'two', 'two']);
  expect(asked).toEqual(['r-one']);
});

it('exchanges a token that was refused', async () => {
  const asked = server(() => Response.json({ data: answer('two') }));
  beginSession(answer('one'));
  expect(await accessToken('one')).toBe('two');
  expect(await accessToken('one')).toBe('two');
  expect(asked).toEqual(['r-one']);
});

it('takes what another tab has exchanged', async () => {
  const asked = server(() => new Response(null, { status: 401 }));
  beginSession(answer('one', 1));
  const other = { ...getSession(), access_token: 'other', expires_at: Date.now() + 900_000 };
  localStorage.setItem('streamcore.session', JSON.stringify(other));
  expect(await accessToken()).toBe('other');
  expect(asked).toEqual([]);
});

it('ends the session when it is refused, and keeps it when the server is away', async () => {
  beginSession(answer('one', 1));
  server(() => new Response(null, { status: 503 }));
  expect(await accessToken()).toBeNull();
  expect(getSession()).not.toBeNull();
  server(() => new Response(null, { status: 401 }));
  expect(await accessToken()).toBeNull();
  expect(getSession()).toBeNull();
});
