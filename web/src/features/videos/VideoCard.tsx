import { Film } from 'lucide-react';
import { Link } from 'wouter';
import type { Video } from '@/api/types';
import { Avatar, Skeleton } from '@/design';
import { classes } from '@/lib/dom';
import { formatAgo, formatCount, formatDuration, speakDuration } from '@/lib/format';
import { t } from '@/strings';
import styles from './VideoCard.module.css';

export function watchPath(videoId: string): string {
  return `/watch/${videoId}`;
}

interface ThumbnailProps {
  video: Video;
  /** In sight from the beginning: fetched before others. */
  eager?: boolean;
}

export function Thumbnail({ video, eager }: ThumbnailProps) {
  const { thumbnail_url: src, width, height, duration_seconds: seconds } = video;
  const tall = width !== null && height !== null && height > width;
  const loading = eager ? 'eager' : 'lazy';
  return (
    <span className={classes(styles.frame, tall && styles.tall)}>
      {src === null ? (
        <span className={styles.nothing}>
          <Film size={32} strokeWidth={1.5} aria-hidden="true" />
        </span>
      ) : (
        <>
          {tall && <img className={styles.blur} src={src} alt="" loading={loading} />}
          <img
            className={styles.front}
            src={src}
            alt=""
            loading={loading}
            fetchPriority={eager ? 'high' : undefined}
            decoding="async"
          />
        </>
      )}
      {seconds !== null && (
        <span className={styles.length}>
          <span aria-hidden="true">{formatDuration(seconds)}</span>
          <span className="hidden-visually">{t.videos.duration(speakDuration(seconds))}</span>
        </span>
      )}
    </span>
  );
}

interface VideoCardProps extends ThumbnailProps {
  /** Left out on the channel's own page. */
  withChannel?: boolean;
  /** Beside each other in a narrow column: without the channel's picture. */
  slim?: boolean;
}

export function VideoCard({ video, eager, withChannel = true, slim }: VideoCardProps) {
  const { channel } = video;
  const Title = slim ? 'h3' : 'h2';
  return (
    <article className={styles.card}>
      <Thumbnail video={video} eager={eager} />
      <div className={classes(styles.words, (slim || !withChannel) && styles.plain)}>
        {withChannel && !slim && <Avatar name={channel.name} src={channel.avatar_url} />}
        <div>
          <Title className={styles.title}>
            <Link href={watchPath(video.id)}>{video.title}</Link>
          </Title>
          <div className={styles.facts}>
            {withChannel && (
              <>
                <Link href={`/@${channel.handle}`}>{channel.name}</Link>
                <span className={styles.break} />
              </>
            )}
            {video.view_count > 0 && (
              <span>{t.videos.views(formatCount(video.view_count), video.view_count)}</span>
            )}
            {video.published_at && <time dateTime={video.published_at}>{formatAgo(video.published_at)}</time>}
          </div>
        </div>
      </div>
    </article>
  );
}

export function VideoCardSkeleton({ slim, withChannel = true }: { slim?: boolean; withChannel?: boolean }) {
  const plain = slim || !withChannel;
  return (
    <div className={styles.card} aria-hidden="true">
      <Skeleton className={styles.frame} height="auto" radius="var(--radius-md)" />
      <div className={classes(styles.words, plain && styles.plain)}>
        {!plain && <Skeleton width={36} height={36} radius="50%" />}
        <div>
          <Skeleton width="88%" height={18} />
          <Skeleton width="52%" height={14} className={styles.facts} />
        </div>
      </div>
    </div>
  );
}
