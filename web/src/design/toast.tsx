import { CircleAlert, CircleCheck, X } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { t } from '@/strings';
import { IconButton } from './Button';
import styles from './Toast.module.css';

interface Toast {
  id: number;
  text: string;
  kind: 'good' | 'bad';
}

const SHOWN_MS = 6000;
const listeners = new Set<() => void>();
let toasts: readonly Toast[] = [];
let next = 1;

function set(value: readonly Toast[]): void {
  toasts = value;
  for (const listener of listeners) listener();
}

function dismiss(id: number): void {
  set(toasts.filter((toast) => toast.id !== id));
}

/** Tells people in a sentence what has just happened; it is read out, and goes away by itself. */
export function toast(text: string, kind: Toast['kind'] = 'good'): void {
  const id = next++;
  set([...toasts.slice(-2), { id, text, kind }]);
  setTimeout(() => dismiss(id), kind === 'bad' ? SHOWN_MS * 2 : SHOWN_MS);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function Toasts() {
  const shown = useSyncExternalStore(subscribe, () => toasts);
  return (
    <div className={styles.region} role="status" aria-live="polite">
      {shown.map((one) => (
        <div className={styles.toast} key={one.id}>
          {one.kind === 'bad' ? (
            <CircleAlert size={18} aria-hidden="true" />
          ) : (
            <CircleCheck size={18} aria-hidden="true" />
          )}
          <p>{one.text}</p>
          <IconButton label={t.actions.dismiss} small onClick={() => dismiss(one.id)}>
            <X size={16} aria-hidden="true" />
          </IconButton>
        </div>
      ))}
    </div>
  );
}
