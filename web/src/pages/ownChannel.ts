import { useInfiniteQuery } from '@tanstack/react-query';
import { isCreator, useUser } from '@/features/identity';
import { ownVideosQuery } from '@/features/videos';
import { recall, remember } from '@/lib/storage';

// The account does not name its channel; its videos do, and this browser knows one that was opened in it.
const key = (userId: string) => `channel.${userId}`;

export function rememberOwnChannel(userId: string, handle: string): void {
  remember(key(userId), handle);
}

/** The handle of one's own channel; null where there is none or nothing tells it, undefined while that is not known. */
export function useOwnChannel(): string | null | undefined {
  const user = useUser();
  const creator = user !== null && isCreator(user);
  const known = user && recall(key(user.id));
  const { data, isPending } = useInfiniteQuery({
    ...ownVideosQuery(user?.id ?? ''),
    enabled: creator && known === null,
  });
  if (!creator) return null;
  return known ?? (isPending ? undefined : (data?.pages[0]?.items[0]?.channel.handle ?? null));
}
