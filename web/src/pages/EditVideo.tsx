import { useQuery } from '@tanstack/react-query';
import { ArrowLeft, Eye, RotateCcw } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { isCode } from '@/api/errors';
import type { Video } from '@/api/types';
import { Button, ButtonLink, Card, Notice, Progress, Skeleton, toast } from '@/design';
import {
  DeleteDialog,
  StatusBadge,
  ThumbnailChooser,
  useReprocessVideo,
  useVideoStatus,
  videoQuery,
  watchPath,
} from '@/features/videos';
import { useTitle } from '@/lib/dom';
import { messageOf } from '@/lib/messages';
import { t } from '@/strings';
import styles from './EditVideo.module.css';
import { Guard } from './guard';
import NotFound from './NotFound';
import pages from './pages.module.css';

// Large forms come while the video is asked for.
const DetailsForm = lazy(async () => ({
  default: (await import('@/features/videos/DetailsForm')).DetailsForm,
}));
const CaptionsEditor = lazy(async () => ({
  default: (await import('@/features/videos/CaptionsEditor')).CaptionsEditor,
}));

export default function EditVideo({ videoId }: { videoId: string }) {
  useTitle(t.studio.editTitle);
  return <Guard creator>{() => <Editor videoId={videoId} />}</Guard>;
}

function Editor({ videoId }: { videoId: string }) {
  const { data: video, error, refetch } = useQuery(videoQuery(videoId));
  const [, navigate] = useLocation();
  const [deleting, setDeleting] = useState(false);
  if (isCode(error, 'NOT_FOUND', 'VALIDATION_ERROR')) return <NotFound />;
  return (
    <div className={pages.medium}>
      <header className={styles.head}>
        <Link href="/studio" className={styles.back}>
          <ArrowLeft size={18} aria-hidden="true" />
          {t.studio.title}
        </Link>
        <div className={pages.head}>
          <h1>{t.studio.editTitle}</h1>
          <ButtonLink href={watchPath(videoId)}>
            <Eye size={18} aria-hidden="true" />
            {t.videos.watchNow}
          </ButtonLink>
        </div>
      </header>
      {error && (
        <Notice tone="bad">
          {messageOf(error)} <Button onClick={() => void refetch()}>{t.actions.retry}</Button>
        </Notice>
      )}
      {video ? (
        <Suspense fallback={<Skeleton height={480} radius="var(--radius-lg)" />}>
          <State video={video} />
          <Card>
            <DetailsForm key={`${video.id} ${video.status}`} video={video} />
          </Card>
          <Card className={pages.cardSection}>
            <h2>{t.thumbnails.heading}</h2>
            <ThumbnailChooser video={video} />
          </Card>
          <Card className={pages.cardSection}>
            <h2>{t.captions.heading}</h2>
            <CaptionsEditor video={video} />
          </Card>
          <Card className={styles.danger}>
            <div>
              <h2>{t.studio.danger}</h2>
              <p className={pages.soft}>{t.studio.dangerHint}</p>
            </div>
            <Button look="danger" onClick={() => setDeleting(true)}>
              {t.actions.delete}
            </Button>
          </Card>
          {deleting && (
            <DeleteDialog
              video={video}
              onClose={() => setDeleting(false)}
              onDeleted={() => navigate('/studio', { replace: true })}
            />
          )}
        </Suspense>
      ) : (
        !error && <Skeleton height={480} radius="var(--radius-lg)" />
      )}
    </div>
  );
}

/** Where the video stands; for one that failed, why, and a way to try again. */
function State({ video }: { video: Video }) {
  const status = useVideoStatus(video.id);
  const reprocess = useReprocessVideo();
  const shown = status?.status ?? video.status;
  if (shown === 'failed') {
    return (
      <Notice tone="bad">
        <p>{status?.error?.message ?? t.videos.failedTitle}</p>
        {reprocess.error && <p>{messageOf(reprocess.error)}</p>}
        <Button
          small
          className={styles.retry}
          busy={reprocess.isPending}
          onClick={() => reprocess.mutate(video.id, { onSuccess: () => toast(t.videos.reprocessing) })}
        >
          <RotateCcw size={16} aria-hidden="true" />
          {t.actions.retry}
        </Button>
      </Notice>
    );
  }
  return (
    <div className={styles.state}>
      <StatusBadge status={shown} />
      {shown === 'processing' && status && (
        <>
          <span className={styles.bar}>
            <Progress label={t.studio.progress(video.title)} value={status.progress} />
          </span>
          <span>{t.videos.stages[status.stage] ?? t.videos.stages.queued}</span>
        </>
      )}
    </div>
  );
}
