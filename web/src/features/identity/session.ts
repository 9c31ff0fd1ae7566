import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { dataOf, done, GET, POST } from '@/api/client';
import { beginSession, endSession, getSession, subscribe, updateUser } from '@/api/session';
import type { Registration, User } from '@/api/types';

/** Who is logged in; null for nobody. */
export function useUser(): User | null {
  return useSyncExternalStore(subscribe, getSession)?.user ?? null;
}

export function isCreator(user: User): boolean {
  return user.role !== 'viewer';
}

/** What one could see belongs to who one was: everything is asked again. */
function useFreshStart(): () => void {
  const queries = useQueryClient();
  return () => queries.clear();
}

export function useLogIn() {
  const startAfresh = useFreshStart();
  return useMutation({
    mutationFn: (body: { login: string; password: string }) =>
      dataOf(POST('/api/v1/auth/login', { body: { ...body, session: 'token' } })),
    onSuccess: (answer) => {
      beginSession(answer);
      startAfresh();
    },
  });
}

export function useRegister() {
  const startAfresh = useFreshStart();
  return useMutation({
    mutationFn: (body: Registration) => dataOf(POST('/api/v1/auth/register', { body })),
    onSuccess: (answer) => {
      beginSession(answer);
      startAfresh();
    },
  });
}

export function useLogOut() {
  const startAfresh = useFreshStart();
  return useMutation({
    mutationFn: () => done(POST('/api/v1/auth/logout')),
    // Whatever the server says, this browser forgets.
    onSettled: () => {
      endSession();
      startAfresh();
    },
  });
}

/** Asks anew who one is, as after opening a channel, which makes a creator of a viewer. */
export async function refreshUser(): Promise<void> {
  updateUser(await dataOf(GET('/api/v1/users/me')));
}
