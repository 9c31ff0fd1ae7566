import { CloudUpload, Plus } from 'lucide-react';
import { type DragEvent, useEffect, useRef, useState } from 'react';
import { Button } from '@/design';
import { classes } from '@/lib/dom';
import { t } from '@/strings';
import styles from './upload.module.css';

interface DropZoneProps {
  onFiles: (files: File[]) => void;
  limits: string;
  /** There are uploads already: it takes less room. */
  small: boolean;
}

/** Takes files from anywhere on the page, and by a button. */
export function DropZone({ onFiles, limits, small }: DropZoneProps) {
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);

  // A file that misses the zone must not replace the page.
  useEffect(() => {
    const keep = (event: Event) => event.preventDefault();
    window.addEventListener('dragover', keep);
    window.addEventListener('drop', keep);
    return () => {
      window.removeEventListener('dragover', keep);
      window.removeEventListener('drop', keep);
    };
  }, []);

  function onDrop(event: DragEvent): void {
    event.preventDefault();
    setOver(false);
    const files = [...event.dataTransfer.files];
    if (files.length > 0) onFiles(files);
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is the pointer's way; the button inside is everybody's
    <div
      className={classes(styles.zone, small && styles.smallZone, over && styles.over)}
      onDragOver={() => setOver(true)}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
      }}
      onDrop={onDrop}
    >
      {!small && (
        <span className={styles.emblem}>
          <CloudUpload size={36} strokeWidth={1.6} aria-hidden="true" />
        </span>
      )}
      <div>
        <p className={styles.invitation}>{over ? t.upload.dropNow : t.upload.drop}</p>
        <p className={styles.soft}>{limits}</p>
      </div>
      <input
        ref={input}
        type="file"
        accept="video/*,.mkv"
        multiple
        hidden
        aria-label={t.upload.choose}
        data-testid="files"
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          event.target.value = '';
        }}
      />
      <Button look={small ? 'secondary' : 'primary'} onClick={() => input.current?.click()}>
        {small && <Plus size={18} aria-hidden="true" />}
        {small ? t.upload.addMore : t.upload.choose}
      </Button>
    </div>
  );
}
