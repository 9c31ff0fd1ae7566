import { queryOptions, useMutation } from '@tanstack/react-query';
import { dataOf, GET, POST } from '@/api/client';
import type { NewChannel } from '@/api/types';

/** A channel, by its handle or id. */
export const channelQuery = (channel: string) =>
  queryOptions({
    queryKey: ['channels', channel.toLowerCase()],
    queryFn: ({ signal }) =>
      dataOf(GET('/api/v1/channels/{channel}', { params: { path: { channel } }, signal })),
  });

export function useCreateChannel() {
  return useMutation({
    mutationFn: (body: NewChannel) => dataOf(POST('/api/v1/channels', { body })),
  });
}
