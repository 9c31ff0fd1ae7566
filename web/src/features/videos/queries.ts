import {
  infiniteQueryOptions,
  type QueryClient,
  queryOptions,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { useEffect } from 'react';
import { DELETE, dataOf, done, GET, PATCH, POST, PUT, pageOf } from '@/api/client';
import type { Page, Status, Video, VideoChanges, VideoStatus, VideoType } from '@/api/types';

const POLL_MS = 1500;

const nextCursor = (page: Page<Video>) => page.next_cursor;

/** The newest public videos; of one kind, or of all. */
export const newestQuery = (type?: VideoType) =>
  infiniteQueryOptions({
    queryKey: ['videos', 'newest', type ?? 'all'],
    initialPageParam: null as string | null,
    getNextPageParam: nextCursor,
    queryFn: ({ pageParam, signal }) =>
      pageOf(GET('/api/v1/videos', { params: { query: { cursor: pageParam, type } }, signal })),
  });

export const channelVideosQuery = (channel: string) =>
  infiniteQueryOptions({
    queryKey: ['videos', 'channel', channel.toLowerCase()],
    initialPageParam: null as string | null,
    getNextPageParam: nextCursor,
    queryFn: ({ pageParam, signal }) =>
      pageOf(
        GET('/api/v1/channels/{channel}/videos', {
          params: { path: { channel }, query: { cursor: pageParam } },
          signal,
        }),
      ),
  });

/** All videos of the account that is logged in, whatever their status. */
export const ownVideosQuery = (userId: string) =>
  infiniteQueryOptions({
    queryKey: ['videos', 'own', userId],
    initialPageParam: null as string | null,
    getNextPageParam: nextCursor,
    queryFn: ({ pageParam, signal }) =>
      pageOf(
        GET('/api/v1/users/{user_id}/videos', {
          params: { path: { user_id: userId }, query: { cursor: pageParam } },
          signal,
        }),
      ),
  });

export const videoQuery = (videoId: string) =>
  queryOptions({
    queryKey: ['videos', 'one', videoId],
    queryFn: ({ signal }) =>
      dataOf(GET('/api/v1/videos/{video_id}', { params: { path: { video_id: videoId } }, signal })),
  });

export const thumbnailsQuery = (videoId: string) =>
  queryOptions({
    queryKey: ['videos', 'thumbnails', videoId],
    queryFn: ({ signal }) =>
      dataOf(
        GET('/api/v1/videos/{video_id}/thumbnails', { params: { path: { video_id: videoId } }, signal }),
      ),
  });

export const uploadLimitsQuery = queryOptions({
  queryKey: ['uploads', 'limits'],
  queryFn: ({ signal }) => dataOf(GET('/api/v1/uploads/limits', { signal })),
});

/** Whether its status will change by itself. */
export function isMoving(status: VideoStatus): boolean {
  return status === 'uploading' || status === 'processing';
}

const statusQuery = (videoId: string) =>
  queryOptions({
    queryKey: ['videos', 'status', videoId],
    queryFn: ({ signal }) =>
      dataOf(GET('/api/v1/videos/{video_id}/status', { params: { path: { video_id: videoId } }, signal })),
  });

/** How far a video is, asked again and again until it stands still; then what is shown of it is asked anew. */
export function useVideoStatus(videoId: string | null, enabled = true): Status | undefined {
  const queries = useQueryClient();
  const { data } = useQuery({
    ...statusQuery(videoId ?? ''),
    enabled: enabled && videoId !== null,
    staleTime: 0,
    refetchInterval: ({ state }) => (!state.data || isMoving(state.data.status) ? POLL_MS : false),
  });
  const status = data?.status;
  useEffect(() => {
    if (videoId === null || status === undefined || isMoving(status)) return;
    const shown = queries.getQueryData(videoQuery(videoId).queryKey);
    if (shown === undefined || shown.status !== status) void refresh(queries, videoId);
  }, [queries, videoId, status]);
  // What was told before nobody asked any more may be of the past.
  return enabled ? data : undefined;
}

async function refresh(queries: QueryClient, videoId: string): Promise<void> {
  await Promise.all([
    queries.invalidateQueries({ queryKey: videoQuery(videoId).queryKey }),
    queries.invalidateQueries({ queryKey: thumbnailsQuery(videoId).queryKey }),
    queries.invalidateQueries({ queryKey: ['videos', 'own'] }),
  ]);
}

/** A change to a video: its new state is shown at once, and every list is asked anew. */
function useVideoMutation<V>(run: (variables: V) => Promise<Video>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: run,
    onSuccess: async (video) => {
      queries.setQueryData(videoQuery(video.id).queryKey, video);
      await Promise.all([
        queries.invalidateQueries({ queryKey: statusQuery(video.id).queryKey }),
        queries.invalidateQueries({ queryKey: thumbnailsQuery(video.id).queryKey }),
        queries.invalidateQueries({ queryKey: ['videos', 'own'] }),
        queries.invalidateQueries({ queryKey: ['videos', 'newest'] }),
        queries.invalidateQueries({ queryKey: ['videos', 'channel'] }),
      ]);
    },
  });
}

const path = (videoId: string) => ({ params: { path: { video_id: videoId } } });

export function useChangeVideo(videoId: string) {
  return useVideoMutation((changes: VideoChanges) =>
    dataOf(PATCH('/api/v1/videos/{video_id}', { ...path(videoId), body: changes })),
  );
}

export function usePublishVideo() {
  return useVideoMutation((videoId: string) =>
    dataOf(POST('/api/v1/videos/{video_id}/publish', path(videoId))),
  );
}

export function useReprocessVideo() {
  return useVideoMutation((videoId: string) =>
    dataOf(POST('/api/v1/videos/{video_id}/reprocess', path(videoId))),
  );
}

export function useDeleteVideo() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (videoId: string) => done(DELETE('/api/v1/videos/{video_id}', path(videoId))),
    onSuccess: async (_, videoId) => {
      queries.removeQueries({ queryKey: videoQuery(videoId).queryKey });
      await queries.invalidateQueries({
        queryKey: ['videos'],
        predicate: ({ queryKey }) => queryKey[2] !== videoId,
      });
    },
  });
}

export function useSetThumbnail(videoId: string) {
  return useVideoMutation((choice: number | null | File) => {
    if (!(choice instanceof File)) {
      return dataOf(
        PUT('/api/v1/videos/{video_id}/thumbnail', { ...path(videoId), body: { index: choice } }),
      );
    }
    const form = new FormData();
    form.append('file', choice);
    return dataOf(
      PUT('/api/v1/videos/{video_id}/thumbnail', {
        ...path(videoId),
        body: form as never,
        bodySerializer: (body) => body as unknown as FormData,
      }),
    );
  });
}

export function usePutCaptions(videoId: string) {
  return useVideoMutation(({ lang, file }: { lang: string; file: File }) =>
    dataOf(
      PUT('/api/v1/videos/{video_id}/captions/{lang}', {
        params: { path: { video_id: videoId, lang } },
        headers: { 'Content-Type': 'text/vtt' },
        body: file as never,
        bodySerializer: (body) => body as unknown as File,
      }),
    ),
  );
}

export function useDeleteCaptions(videoId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (lang: string) =>
      done(
        DELETE('/api/v1/videos/{video_id}/captions/{lang}', {
          params: { path: { video_id: videoId, lang } },
        }),
      ),
    onSuccess: () => refresh(queries, videoId),
  });
}
