import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { Button, Card, toast } from '@/design';
import { formatBytes, speakDuration } from '@/lib/format';
import { messageOf } from '@/lib/messages';
import { t } from '@/strings';
import { uploadLimitsQuery } from '../queries';
import { refusal } from './checks';
import { DropZone } from './DropZone';
import { fingerprintOf } from './fingerprint';
import { addUploads, isActive, useUploads } from './store';
import { discardUnfinished, findUnfinished, type Unfinished } from './unfinished';
import styles from './upload.module.css';

const UploadCard = lazy(async () => ({ default: (await import('./UploadCard')).UploadCard }));

/** Everything about uploading, for an account that may. */
export function UploadPanel({ userId }: { userId: string }) {
  const uploads = useUploads();
  const { data: limits } = useQuery(uploadLimitsQuery);
  const announcement = useAnnouncements();
  const picker = useRef<HTMLDivElement>(null);

  function add(files: File[]): void {
    const accepted = files.filter((file) => {
      const reason = refusal(file, limits);
      if (reason) toast(t.upload.announceFailed(file.name, reason), 'bad');
      return reason === null;
    });
    addUploads(accepted, userId);
  }

  return (
    <div className={styles.page}>
      <header>
        <h1>{t.upload.title}</h1>
        <p className={styles.lead}>{t.upload.lead}</p>
      </header>
      <div ref={picker}>
        <DropZone
          onFiles={add}
          small={uploads.length > 0}
          limits={
            limits
              ? t.upload.limits(
                  formatBytes(limits.max_size_bytes),
                  speakDuration(limits.max_duration_seconds),
                )
              : '\u00a0'
          }
        />
      </div>
      <UnfinishedUploads
        userId={userId}
        under={uploads.map((upload) => fingerprintOf(userId, upload.file))}
        onContinue={() => picker.current?.querySelector('input')?.click()}
      />
      {uploads.length > 0 && (
        <section className={styles.list} aria-label={t.upload.list}>
          {[...uploads].reverse().map((upload) => (
            <Suspense key={upload.id}>
              <UploadCard upload={upload} userId={userId} />
            </Suspense>
          ))}
        </section>
      )}
      <p className="hidden-visually" role="status">
        {announcement}
      </p>
    </div>
  );
}

/** What has just arrived or failed, for those who cannot see the bars. */
function useAnnouncements(): string {
  const uploads = useUploads();
  const [said, setSaid] = useState('');
  const known = useRef(new Map<string, string>());
  useEffect(() => {
    for (const upload of uploads) {
      if (known.current.get(upload.id) === upload.phase) continue;
      known.current.set(upload.id, upload.phase);
      if (upload.phase === 'sent') setSaid(t.upload.announceSent(upload.file.name));
      if (upload.phase === 'failed')
        setSaid(t.upload.announceFailed(upload.file.name, messageOf(upload.error)));
    }
  }, [uploads]);
  return said;
}

/** Asks before the tab is closed while bytes are on their way. */
export function useLeaveGuard(): void {
  const busy = useUploads().some(isActive);
  useEffect(() => {
    if (!busy) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [busy]);
}

interface UnfinishedUploadsProps {
  userId: string;
  /** Fingerprints of what this tab is sending already. */
  under: string[];
  onContinue: () => void;
}

function UnfinishedUploads({ userId, under, onContinue }: UnfinishedUploadsProps) {
  const [found, setFound] = useState(() => findUnfinished(userId));
  const shown = found.filter((upload) => !under.includes(upload.fingerprint));
  if (shown.length === 0) return null;

  function discard(upload: Unfinished): void {
    discardUnfinished(upload).then(
      () => {
        setFound((all) => all.filter((other) => other.storageKey !== upload.storageKey));
        toast(t.upload.discarded);
      },
      (error: unknown) => toast(messageOf(error), 'bad'),
    );
  }

  return (
    <Card>
      <h2>{t.upload.unfinished}</h2>
      <p className={styles.soft}>{t.upload.unfinishedHint}</p>
      <ul className={styles.unfinished}>
        {shown.map((upload) => (
          <li key={upload.storageKey}>
            <div>
              <p className={styles.name}>{upload.name}</p>
              <p className={styles.soft}>{formatBytes(upload.size)}</p>
            </div>
            <div className={styles.row}>
              <Button small onClick={onContinue}>
                {t.upload.continue}
              </Button>
              <Button small look="quiet" onClick={() => discard(upload)}>
                {t.upload.discard}
              </Button>
            </div>
          </li>
        ))}
      </ul>
    </Card>
  );
}
