import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Hourglass, Link2, Pencil, TriangleAlert } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { Link } from 'wouter';
import { isCode } from '@/api/errors';
import type { Video } from '@/api/types';
import { Avatar, Badge, Button, ButtonLink, Notice, Progress, Skeleton, toast } from '@/design';
import {
  isMoving,
  newestQuery,
  StatusBadge,
  useVideoStatus,
  VideoCard,
  VideoCardSkeleton,
  videoQuery,
} from '@/features/videos';
import { classes, useTitle } from '@/lib/dom';
import { formatAgo, formatCount, formatMoment } from '@/lib/format';
import { messageOf } from '@/lib/messages';
import { t } from '@/strings';
import NotFound from './NotFound';
import { useOwnChannel } from './ownChannel';
import styles from './Watch.module.css';

const playerCode = import('@/features/videos/player');
const Player = lazy(async () => ({ default: (await playerCode).Player }));

const MOST_MORE = 8;
const LONG_TEXT = 220;

export default function Watch({ videoId }: { videoId: string }) {
  const { data: video, error, refetch } = useQuery(videoQuery(videoId));
  useTitle(video?.title);
  if (isCode(error, 'NOT_FOUND', 'VALIDATION_ERROR')) return <NotFound />;
  if (error && !video) {
    return (
      <Notice tone="bad">
        {messageOf(error)} <Button onClick={() => void refetch()}>{t.actions.retry}</Button>
      </Notice>
    );
  }
  return (
    <div className={styles.layout}>
      <div>
        <div className={styles.theatre}>
          {video ? (
            <Stage video={video} onExpired={() => void refetch()} />
          ) : (
            <div className={styles.stage} />
          )}
        </div>
        {video ? <Words video={video} /> : <WordsSkeleton />}
      </div>
      <MoreVideos besides={videoId} />
    </div>
  );
}

/** The player, or why there is none yet. */
function Stage({ video, onExpired }: { video: Video; onExpired: () => void }) {
  const playable = video.stream_url !== null;
  const status = useVideoStatus(video.id, !playable);
  if (playable) {
    const poster = video.poster_url && <img src={video.poster_url} alt="" fetchPriority="high" />;
    return (
      <Suspense fallback={<div className={styles.stage}>{poster}</div>}>
        <Player video={video} onExpired={onExpired} />
      </Suspense>
    );
  }
  if (status?.status === 'failed') {
    return (
      <div className={classes(styles.stage, styles.waiting)}>
        <TriangleAlert size={40} strokeWidth={1.5} aria-hidden="true" />
        <h2>{t.videos.failedTitle}</h2>
        <p>{status.error?.message}</p>
        <ButtonLink href={`/studio/${video.id}`}>{t.actions.edit}</ButtonLink>
      </div>
    );
  }
  const uploading = status?.status === 'uploading';
  return (
    <div className={classes(styles.stage, styles.waiting)}>
      <Hourglass size={40} strokeWidth={1.5} aria-hidden="true" />
      <h2>{uploading ? t.videos.uploadUnfinished : t.videos.notReady}</h2>
      <p>{uploading ? t.videos.uploadUnfinishedHint : t.videos.notReadyHint}</p>
      {status && !uploading && isMoving(status.status) && (
        <div className={styles.bar}>
          <Progress label={t.videos.processing} value={status.progress} />
        </div>
      )}
    </div>
  );
}

function Words({ video }: { video: Video }) {
  const { channel } = video;
  const own = useOwnChannel() === channel.handle;
  return (
    <div className={styles.words}>
      <h1>{video.title}</h1>
      <div className={styles.line}>
        <Link href={`/@${channel.handle}`} className={styles.channel}>
          <Avatar name={channel.name} src={channel.avatar_url} size={44} />
          <span>
            <span className={styles.name}>{channel.name}</span>
            <small>@{channel.handle}</small>
          </span>
        </Link>
        <div className={styles.buttons}>
          {own && (
            <ButtonLink href={`/studio/${video.id}`}>
              <Pencil size={16} aria-hidden="true" />
              {t.videos.editThis}
            </ButtonLink>
          )}
          <Button onClick={() => void copyLink()}>
            <Link2 size={18} aria-hidden="true" />
            {t.videos.share}
          </Button>
        </div>
      </div>
      <About video={video} />
    </div>
  );
}

function About({ video }: { video: Video }) {
  const [open, setOpen] = useState(false);
  const long = video.description.length > LONG_TEXT || video.description.split('\n').length > 3;
  return (
    <div className={styles.about}>
      <div className={styles.facts}>
        {video.status !== 'published' && <StatusBadge status={video.status} />}
        {video.visibility !== 'public' && <Badge tone="warn">{t.videos.visibility[video.visibility]}</Badge>}
        {video.is_held && <Badge tone="bad">{t.videos.held}</Badge>}
        {video.view_count > 0 && (
          <span>{t.videos.views(formatCount(video.view_count), video.view_count)}</span>
        )}
        {video.published_at ? (
          <time dateTime={video.published_at} title={formatMoment(video.published_at)}>
            {t.videos.published(formatAgo(video.published_at))}
          </time>
        ) : (
          <span>{t.studio.uploadedAt(formatAgo(video.created_at))}</span>
        )}
        {video.tags.map((tag) => (
          <Badge key={tag}>#{tag}</Badge>
        ))}
      </div>
      {video.description && (
        <p className={classes(styles.prose, long && !open && styles.clamped)}>{video.description}</p>
      )}
      {long && (
        <button type="button" className={styles.toggle} aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? t.videos.showLess : t.videos.showMore}
        </button>
      )}
    </div>
  );
}

function WordsSkeleton() {
  return (
    <div className={styles.words} aria-hidden="true">
      <Skeleton width="70%" height={30} />
      <Skeleton width={200} height={44} />
      <Skeleton height={92} radius="var(--radius-md)" />
    </div>
  );
}

function MoreVideos({ besides }: { besides: string }) {
  const { data } = useInfiniteQuery(newestQuery());
  const videos = data?.pages[0]?.items.filter((video) => video.id !== besides).slice(0, MOST_MORE);
  if (videos?.length === 0) return null;
  return (
    <aside className={styles.more}>
      <h2>{t.videos.more}</h2>
      <div className={styles.list}>
        {videos
          ? videos.map((video) => <VideoCard video={video} slim key={video.id} />)
          : ['one', 'two', 'three', 'four', 'five'].map((key) => <VideoCardSkeleton slim key={key} />)}
      </div>
    </aside>
  );
}

async function copyLink(): Promise<void> {
  const link = window.location.href;
  try {
    await navigator.clipboard.writeText(link);
    toast(t.videos.linkCopied);
  } catch {
    toast(t.videos.linkNotCopied(link));
  }
}
