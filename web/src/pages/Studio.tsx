import { useInfiniteQuery } from '@tanstack/react-query';
import { Clapperboard, Ellipsis, Eye, Pencil, RotateCcw, Send, Trash2, Upload } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'wouter';
import type { User, Video } from '@/api/types';
import {
  Badge,
  Button,
  ButtonLink,
  EmptyState,
  IconButton,
  Menu,
  type MenuItem,
  Notice,
  Progress,
  Skeleton,
  toast,
} from '@/design';
import {
  DeleteDialog,
  isMoving,
  ownVideosQuery,
  StatusBadge,
  Thumbnail,
  usePublishVideo,
  useReprocessVideo,
  useVideoStatus,
  watchPath,
} from '@/features/videos';
import { useTitle } from '@/lib/dom';
import { formatAgo, formatMoment } from '@/lib/format';
import { messageOf } from '@/lib/messages';
import { t } from '@/strings';
import { Guard } from './guard';
import pages from './pages.module.css';
import styles from './Studio.module.css';

export default function Studio() {
  useTitle(t.studio.title);
  return <Guard creator>{(user) => <OwnVideos user={user} />}</Guard>;
}

function OwnVideos({ user }: { user: User }) {
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(
    ownVideosQuery(user.id),
  );
  const videos = data?.pages.flatMap((page) => page.items);
  return (
    <div className={pages.medium}>
      <header className={pages.head}>
        <h1>{t.studio.title}</h1>
        <ButtonLink href="/upload" look="primary">
          <Upload size={18} aria-hidden="true" />
          {t.shell.upload}
        </ButtonLink>
      </header>
      {error && (
        <Notice tone="bad">
          {messageOf(error)} <Button onClick={() => void refetch()}>{t.actions.retry}</Button>
        </Notice>
      )}
      {!videos && !error && <RowsSkeleton />}
      {videos?.length === 0 && (
        <EmptyState icon={<Clapperboard size={32} />} title={t.studio.empty} hint={t.studio.emptyHint} />
      )}
      {videos && videos.length > 0 && (
        <ul className={styles.list}>
          {videos.map((video) => (
            <Row video={video} key={video.id} />
          ))}
        </ul>
      )}
      {hasNextPage && (
        <div className={styles.more}>
          <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t.home.more}
          </Button>
        </div>
      )}
    </div>
  );
}

function Row({ video }: { video: Video }) {
  const asked = isMoving(video.status) || video.status === 'failed';
  const told = useVideoStatus(video.id, asked);
  const status = told?.status ?? video.status;
  return (
    <li className={styles.row}>
      <Thumbnail video={video} />
      <div className={styles.words}>
        <h2 className={styles.title}>
          <Link href={`/studio/${video.id}`}>{video.title || t.videos.untitled}</Link>
        </h2>
        <div className={styles.facts}>
          <StatusBadge status={status} />
          {video.visibility !== 'public' && (
            <Badge tone="warn">{t.videos.visibility[video.visibility]}</Badge>
          )}
          {video.is_held && <Badge tone="bad">{t.videos.held}</Badge>}
          <span>{timeOf(video)}</span>
        </div>
        {status === 'processing' && (
          <div className={styles.bar}>
            <Progress label={t.studio.progress(video.title)} value={told ? told.progress : null} />
          </div>
        )}
        {status === 'uploading' && <p className={styles.facts}>{t.studio.unfinished}</p>}
        {status === 'failed' && told?.error && <p className={styles.reason}>{told.error.message}</p>}
      </div>
      <Actions video={video} failed={status === 'failed'} />
    </li>
  );
}

function timeOf(video: Video): string {
  if (video.published_at) return t.videos.published(formatAgo(video.published_at));
  if (video.publish_at) return t.studio.scheduledFor(formatMoment(video.publish_at));
  return t.studio.uploadedAt(formatAgo(video.created_at));
}

function Actions({ video, failed }: { video: Video; failed: boolean }) {
  const [deleting, setDeleting] = useState(false);
  const publish = usePublishVideo();
  const reprocess = useReprocessVideo();
  const told = { onError: (error: unknown) => toast(messageOf(error), 'bad') };

  const items: MenuItem[] = [
    { label: t.videos.watchNow, icon: <Eye size={18} aria-hidden="true" />, href: watchPath(video.id) },
    { label: t.actions.edit, icon: <Pencil size={18} aria-hidden="true" />, href: `/studio/${video.id}` },
  ];
  if (video.status === 'ready' || video.status === 'scheduled') {
    items.push({
      label: t.actions.publish,
      icon: <Send size={18} aria-hidden="true" />,
      onSelect: () => publish.mutate(video.id, { ...told, onSuccess: () => toast(t.videos.publishedNow) }),
    });
  }
  if (failed) {
    items.push({
      label: t.actions.retry,
      icon: <RotateCcw size={18} aria-hidden="true" />,
      onSelect: () => reprocess.mutate(video.id, { ...told, onSuccess: () => toast(t.videos.reprocessing) }),
    });
  }
  items.push({
    label: t.actions.delete,
    icon: <Trash2 size={18} aria-hidden="true" />,
    bad: true,
    onSelect: () => setDeleting(true),
  });
  return (
    <div className={styles.buttons}>
      <Menu
        label={t.studio.actionsFor(video.title)}
        items={items}
        trigger={(props) => (
          <IconButton label={t.studio.actionsFor(video.title)} {...props}>
            <Ellipsis size={20} aria-hidden="true" />
          </IconButton>
        )}
      />
      {deleting && <DeleteDialog video={video} onClose={() => setDeleting(false)} />}
    </div>
  );
}

function RowsSkeleton() {
  return (
    <div className={styles.list} aria-hidden="true">
      {['one', 'two', 'three', 'four'].map((key) => (
        <div className={styles.row} key={key}>
          <Skeleton height="auto" radius="var(--radius-md)" className={styles.picture} />
          <div className={styles.words}>
            <Skeleton width="70%" height={20} />
            <Skeleton width="45%" height={16} />
          </div>
        </div>
      ))}
    </div>
  );
}
