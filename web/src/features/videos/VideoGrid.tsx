import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Page, Video } from '@/api/types';
import { Button, Notice } from '@/design';
import { useNearViewport } from '@/lib/dom';
import { messageOf } from '@/lib/messages';
import { t } from '@/strings';
import { VideoCard, VideoCardSkeleton } from './VideoCard';
import styles from './VideoCard.module.css';

const SKELETONS = Array.from({ length: 12 }, (_, index) => `skeleton-${index}`);
/** As many cards as are in sight on most screens before one scrolls. */
const EAGER = 4;

interface VideoGridProps {
  query: UseInfiniteQueryResult<InfiniteData<Page<Video>>>;
  withChannel?: boolean;
  /** Shown in place of an empty list. */
  empty: ReactNode;
}

/** A list of videos that grows while one scrolls; a button does the same for those who do not. */
export function VideoGrid({ query, withChannel = true, empty }: VideoGridProps) {
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = query;
  const end = useNearViewport(() => {
    if (hasNextPage && !isFetchingNextPage && !error) void fetchNextPage();
  });
  const videos = data?.pages.flatMap((page) => page.items);
  if (videos?.length === 0) return empty;
  return (
    <>
      {videos !== undefined && (
        <ul className={styles.grid}>
          {videos.map((video, index) => (
            <li key={video.id}>
              <VideoCard video={video} eager={index < EAGER} withChannel={withChannel} />
            </li>
          ))}
        </ul>
      )}
      {videos === undefined && !error && (
        <div className={styles.grid}>
          {SKELETONS.map((key) => (
            <VideoCardSkeleton key={key} withChannel={withChannel} />
          ))}
        </div>
      )}
      {error && (
        <div className={styles.more}>
          <Notice tone="bad">{messageOf(error)}</Notice>
          <Button onClick={() => void (videos ? fetchNextPage() : refetch())}>{t.actions.retry}</Button>
        </div>
      )}
      <div ref={end} className={hasNextPage ? styles.more : undefined}>
        {hasNextPage && !error && (
          <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {isFetchingNextPage ? t.home.loadingMore : t.home.more}
          </Button>
        )}
      </div>
    </>
  );
}
