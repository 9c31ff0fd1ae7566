/**
 * The session of this browser: who is logged in, and the tokens that say so.
 *
 * A refresh token works once, and one that comes a second time ends the session; so only one tab at a time exchanges
 * it (a Web Lock), and looks first whether another has done so.
 */

import type { LoggedIn, User } from './types';

export interface Session {
  user: User;
  access_token: string;
  refresh_token: string;
  /** Milliseconds since the epoch. */
  expires_at: number;
}

const KEY = 'streamcore.session';
const LOCK = 'streamcore.session';
/** An access token is exchanged this long before it expires, for clocks differ and requests take time. */
const MARGIN_MS = 30_000;

const listeners = new Set<() => void>();
let current = read();

function read(): Session | null {
  try {
    const text = localStorage.getItem(KEY);
    return text === null ? null : (JSON.parse(text) as Session);
  } catch {
    return null;
  }
}

function set(session: Session | null): void {
  current = session;
  try {
    if (session === null) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, JSON.stringify(session));
  } catch {
    // Storage is off or full: the session lasts as long as the page.
  }
  for (const listener of listeners) listener();
}

if (typeof window !== 'undefined') {
  window.addEventListener('storage', (event) => {
    if (event.key !== KEY && event.key !== null) return;
    current = read();
    for (const listener of listeners) listener();
  });
}

export function getSession(): Session | null {
  return current;
}

export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function beginSession(answer: LoggedIn): Session {
  const { user, access_token, refresh_token, expires_in } = answer;
  const session = { user, access_token, refresh_token, expires_at: Date.now() + expires_in * 1000 };
  set(session);
  return session;
}

export function endSession(): void {
  set(null);
}

export function updateUser(user: User): void {
  if (current) set({ ...current, user });
}

/** A token that is good for now; null where nobody is logged in, or not any more. */
export async function accessToken(rejected?: string): Promise<string | null> {
  if (current === null) return null;
  if (usable(current, rejected)) return current.access_token;
  return exclusively(async () => {
    const latest = read() ?? current;
    if (latest === null) return null;
    if (usable(latest, rejected)) {
      if (latest !== current) set(latest);
      return latest.access_token;
    }
    return exchange(latest);
  });
}

function usable(session: Session, rejected: string | undefined): boolean {
  return session.access_token !== rejected && Date.now() < session.expires_at - MARGIN_MS;
}

async function exchange(session: Session): Promise<string | null> {
  const response = await fetch('/api/v1/auth/refresh', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ refresh_token: session.refresh_token }),
  });
  if (response.ok) {
    const { data } = (await response.json()) as { data: LoggedIn };
    return beginSession(data).access_token;
  }
  // Anything else than a refusal may pass: the session is kept, and the request fails for now.
  if (response.status === 401 || response.status === 400) endSession();
  return null;
}

let waiting: Promise<string | null> | null = null;

function exclusively(run: () => Promise<string | null>): Promise<string | null> {
  waiting ??= locked(run).finally(() => {
    waiting = null;
  });
  return waiting;
}

async function locked(run: () => Promise<string | null>): Promise<string | null> {
  return 'locks' in navigator ? await navigator.locks.request(LOCK, run) : await run();
}
