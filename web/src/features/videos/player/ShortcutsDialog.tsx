import { Checkbox, Dialog } from '@/design';
import { t } from '@/strings';
import styles from './Player.module.css';

interface ShortcutsDialogProps {
  everywhere: boolean;
  onEverywhere: (everywhere: boolean) => void;
  onClose: () => void;
}

export function ShortcutsDialog({ everywhere, onEverywhere, onClose }: ShortcutsDialogProps) {
  return (
    <Dialog title={t.player.shortcuts} onClose={onClose}>
      <dl className={styles.keys}>
        {t.player.keys.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              {keys.split(', ').map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <Checkbox label={t.player.shortcutsEverywhere} checked={everywhere} onChange={onEverywhere} />
      <p className={styles.hint}>{t.player.shortcutsEverywhereHint}</p>
    </Dialog>
  );
}
