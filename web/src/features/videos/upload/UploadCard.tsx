import { useQuery } from '@tanstack/react-query';
import { Film, Pause, Play, X } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { type ApiError, isCode } from '@/api/errors';
import type { Status, Video } from '@/api/types';
import { Button, ButtonLink, Card, IconButton, Notice, Progress, toast } from '@/design';
import { formatBytes, formatDuration } from '@/lib/format';
import { messageOf } from '@/lib/messages';
import { t } from '@/strings';
import { DetailsForm } from '../DetailsForm';
import { useReprocessVideo, useVideoStatus, videoQuery } from '../queries';
import { StatusBadge } from '../StatusBadge';
import { ThumbnailChooser } from '../ThumbnailChooser';
import { watchPath } from '../VideoCard';
import { cancelUpload, isActive, pauseUpload, removeUpload, resumeUpload, type Upload } from './store';
import styles from './upload.module.css';

interface UploadCardProps {
  upload: Upload;
  userId: string;
}

/** One file on its way to a published video. */
export function UploadCard({ upload, userId }: UploadCardProps) {
  const { file, videoId, phase } = upload;
  const arrived = phase === 'sent';
  const status = useVideoStatus(videoId, arrived);
  const { data: video } = useQuery({ ...videoQuery(videoId ?? ''), enabled: videoId !== null });

  return (
    <Card className={styles.card}>
      <div className={styles.head}>
        <Picture file={file} video={video} />
        <div className={styles.state}>
          <p className={styles.name}>{video?.title ?? file.name}</p>
          {arrived ? <Processing status={status} name={file.name} /> : <Sending upload={upload} />}
        </div>
        <Controls upload={upload} userId={userId} />
      </div>
      {phase === 'failed' && (
        <Notice tone="bad">
          {upload.error ? messageOf(upload.error) : t.upload.failed}
          {!isFinal(upload.error) && (
            <div className={styles.retry}>
              <Button small onClick={() => resumeUpload(upload.id, userId)}>
                {t.actions.retry}
              </Button>
            </div>
          )}
        </Notice>
      )}
      {arrived && status?.status === 'failed' && <Failure status={status} />}
      {video && status?.status !== 'failed' && phase !== 'failed' && (
        <div className={styles.body}>
          {arrived && (
            <section className={styles.section}>
              <h2>{t.thumbnails.heading}</h2>
              <ThumbnailChooser video={video} />
            </section>
          )}
          <DetailsForm key={video.id} video={video} when={video.publish_at ? 'schedule' : 'ready'} />
          {video.stream_url && (
            <div className={styles.row}>
              <ButtonLink href={watchPath(video.id)}>{t.upload.seePage}</ButtonLink>
            </div>
          )}
        </div>
      )}
    </Card>
  );
}

/** Whether the same file would be refused again. */
function isFinal(error: ApiError | null): boolean {
  return isCode(error, 'UNPROCESSABLE_MEDIA', 'UNSUPPORTED_MEDIA_TYPE', 'PAYLOAD_TOO_LARGE');
}

/** A frame of the file itself, until there is a thumbnail. */
function Picture({ file, video }: { file: File; video: Video | undefined }) {
  const [broken, setBroken] = useState(false);
  const url = useMemo(() => URL.createObjectURL(file), [file]);
  useEffect(() => () => URL.revokeObjectURL(url), [url]);
  const thumbnail = video?.thumbnail_url;
  return (
    <div className={styles.picture}>
      {thumbnail ? (
        <img src={thumbnail} alt="" />
      ) : broken ? (
        <Film size={28} strokeWidth={1.5} aria-hidden="true" />
      ) : (
        <video
          src={`${url}#t=0.5`}
          muted
          playsInline
          preload="metadata"
          tabIndex={-1}
          onError={() => setBroken(true)}
        />
      )}
    </div>
  );
}

function Sending({ upload }: { upload: Upload }) {
  const { file, phase, sentBytes, rate } = upload;
  const percent = file.size > 0 ? Math.floor((sentBytes / file.size) * 100) : 0;
  const left = rate > 0 ? formatDuration((file.size - sentBytes) / rate) : '';
  const said = {
    waiting: t.upload.waiting,
    sending: t.upload.sending(percent, rate > 0 ? formatBytes(rate) : '', left),
    retrying: t.upload.retrying,
    paused: t.upload.paused(percent),
    sent: '',
    failed: t.upload.failed,
  }[phase];
  return (
    <>
      {phase !== 'failed' && <Progress label={t.upload.progressLabel(file.name)} value={percent} />}
      <p className={styles.line}>
        <span>{said}</span>
        <span>{formatBytes(file.size)}</span>
      </p>
    </>
  );
}

function Processing({ status, name }: { status: Status | undefined; name: string }) {
  if (!status || status.status === 'uploading') {
    return (
      <>
        <Progress label={t.upload.processingLabel(name)} value={null} />
        <p className={styles.line}>{t.upload.sent}</p>
      </>
    );
  }
  if (status.status === 'processing') {
    return (
      <>
        <Progress label={t.upload.processingLabel(name)} value={status.progress} />
        <p className={styles.line}>
          <span>{t.videos.stages[status.stage] ?? t.videos.stages.queued}</span>
          <span>{Math.round(status.progress)}%</span>
        </p>
      </>
    );
  }
  return (
    <p className={styles.line}>
      <StatusBadge status={status.status} />
      {status.status === 'ready' && <span>{t.upload.ready}</span>}
    </p>
  );
}

function Failure({ status }: { status: Status }) {
  const reprocess = useReprocessVideo();
  return (
    <Notice tone="bad">
      {status.error?.message ?? t.videos.failedTitle}
      {reprocess.error && <p>{messageOf(reprocess.error)}</p>}
      <div className={styles.retry}>
        <Button
          small
          busy={reprocess.isPending}
          onClick={() => reprocess.mutate(status.video_id, { onSuccess: () => toast(t.videos.reprocessing) })}
        >
          {t.actions.retry}
        </Button>
      </div>
    </Notice>
  );
}

function Controls({ upload, userId }: UploadCardProps) {
  const { id, phase } = upload;
  return (
    <div className={styles.buttons}>
      {(phase === 'sending' || phase === 'retrying') && (
        <IconButton label={t.upload.pause} onClick={() => pauseUpload(id)}>
          <Pause size={20} aria-hidden="true" />
        </IconButton>
      )}
      {phase === 'paused' && (
        <IconButton label={t.upload.resume} onClick={() => resumeUpload(id, userId)}>
          <Play size={20} aria-hidden="true" />
        </IconButton>
      )}
      {isActive(upload) || phase === 'paused' ? (
        <IconButton label={t.upload.cancel} onClick={() => cancelUpload(id, userId)}>
          <X size={20} aria-hidden="true" />
        </IconButton>
      ) : (
        <IconButton label={t.upload.remove} onClick={() => removeUpload(id)}>
          <X size={20} aria-hidden="true" />
        </IconButton>
      )}
    </div>
  );
}
