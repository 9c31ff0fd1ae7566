import { CaptionsIcon, Trash2 } from 'lucide-react';
import { useRef, useState } from 'react';
import type { Video } from '@/api/types';
import { Button, IconButton, Notice, Select, toast } from '@/design';
import { messageOf } from '@/lib/messages';
import { t } from '@/strings';
import styles from './details.module.css';
import { useDeleteCaptions, usePutCaptions } from './queries';

const LANGUAGES =
  'en ar bn cs da de el es fa fi fr he hi hu id it ja ko nl no pl pt pt-BR ro ru sv sw th tr uk ur vi zh-Hans zh-Hant'.split(
    ' ',
  );
const names = new Intl.DisplayNames('en', { type: 'language' });

/** The captions of a video, language by language. */
export function CaptionsEditor({ video }: { video: Video }) {
  const [lang, setLang] = useState('en');
  const file = useRef<HTMLInputElement>(null);
  const put = usePutCaptions(video.id);
  const remove = useDeleteCaptions(video.id);
  const error = put.error ?? remove.error;

  return (
    <div className={styles.section}>
      {error && <Notice tone="bad">{messageOf(error)}</Notice>}
      {video.captions.length === 0 ? (
        <p className={styles.soft}>{t.captions.none}</p>
      ) : (
        <ul className={styles.captions}>
          {video.captions.map((caption) => (
            <li key={caption.lang}>
              {caption.label}
              <IconButton
                label={t.captions.remove(caption.label)}
                onClick={() => remove.mutate(caption.lang, { onSuccess: () => toast(t.captions.removed) })}
              >
                <Trash2 size={18} aria-hidden="true" />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
      <div className={styles.add}>
        <Select label={t.captions.language} value={lang} onChange={(event) => setLang(event.target.value)}>
          {LANGUAGES.map((tag) => (
            <option value={tag} key={tag}>
              {names.of(tag)}
            </option>
          ))}
        </Select>
        <input
          ref={file}
          type="file"
          accept=".vtt,.srt,text/vtt"
          hidden
          aria-label={t.captions.file}
          onChange={(event) => {
            const captions = event.target.files?.[0];
            if (captions) put.mutate({ lang, file: captions }, { onSuccess: () => toast(t.captions.saved) });
            event.target.value = '';
          }}
        />
        <Button busy={put.isPending} onClick={() => file.current?.click()}>
          <CaptionsIcon size={18} aria-hidden="true" />
          {t.captions.add}
        </Button>
      </div>
      <p className={styles.soft}>{t.captions.hint}</p>
    </div>
  );
}
