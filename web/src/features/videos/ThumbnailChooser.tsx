import { useQuery } from '@tanstack/react-query';
import { Check, ImageUp } from 'lucide-react';
import { useId, useRef } from 'react';
import type { Video } from '@/api/types';
import { Button, Notice, Skeleton, toast } from '@/design';
import { formatDuration } from '@/lib/format';
import { messageOf } from '@/lib/messages';
import { t } from '@/strings';
import styles from './details.module.css';
import { thumbnailsQuery, useSetThumbnail } from './queries';

/** The picture that stands for a video: one of its own, or an image that its owner brings. */
export function ThumbnailChooser({ video }: { video: Video }) {
  const ready = video.stream_url !== null;
  const { data, isPending } = useQuery({ ...thumbnailsQuery(video.id), enabled: ready });
  const set = useSetThumbnail(video.id);
  const file = useRef<HTMLInputElement>(null);
  const name = useId();
  if (!ready) return <p className={styles.soft}>{t.thumbnails.later}</p>;

  // Where nobody has chosen, the best is shown.
  const shown = data?.thumbnails.find((option) => option.card_url === video.thumbnail_url)?.index;
  const chosen = set.isPending && typeof set.variables === 'number' ? set.variables : (data?.chosen ?? shown);
  const choose = (choice: number | File) =>
    set.mutate(choice, { onSuccess: () => toast(t.thumbnails.saved) });

  return (
    <div className={styles.section}>
      {set.error && <Notice tone="bad">{messageOf(set.error)}</Notice>}
      <fieldset className={styles.choices}>
        <legend className="hidden-visually">{t.thumbnails.choose}</legend>
        {isPending &&
          ['one', 'two', 'three'].map((key) => (
            <Skeleton key={key} height="auto" className={styles.choice} />
          ))}
        {data?.thumbnails.map((option) => (
          <label className={styles.choice} key={option.index}>
            <img src={option.card_url} alt="" loading="lazy" />
            <input
              type="radio"
              name={name}
              aria-label={t.thumbnails.option(formatDuration(option.seconds))}
              checked={chosen === option.index}
              onChange={() => choose(option.index)}
            />
            {chosen === option.index && (
              <span className={styles.tick}>
                <Check size={14} strokeWidth={3} aria-hidden="true" />
              </span>
            )}
          </label>
        ))}
      </fieldset>
      <div className={styles.row}>
        <input
          ref={file}
          type="file"
          accept="image/jpeg,image/png,image/webp"
          hidden
          onChange={(event) => {
            const picture = event.target.files?.[0];
            if (picture) choose(picture);
            event.target.value = '';
          }}
        />
        <Button
          small
          busy={set.isPending && set.variables instanceof File}
          onClick={() => file.current?.click()}
        >
          <ImageUp size={16} aria-hidden="true" />
          {t.thumbnails.own}
        </Button>
        <span className={styles.soft}>{data?.own_image ? t.thumbnails.ownInUse : t.thumbnails.ownHint}</span>
      </div>
    </div>
  );
}
