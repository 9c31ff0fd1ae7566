import { CircleAlert, Info } from 'lucide-react';
import { type HTMLAttributes, type KeyboardEvent, type ReactNode, useId } from 'react';
import { classes } from '@/lib/dom';
import styles from './surfaces.module.css';

export function Card({ className, ...rest }: HTMLAttributes<HTMLDivElement>) {
  return <div {...rest} className={classes(styles.card, className)} />;
}

/** Dark enough for white letters to be read on each. */
const AVATAR_COLOURS = [
  '#a33b20',
  '#7a4a9c',
  '#1f6b5c',
  '#2f5aa8',
  '#8a5a00',
  '#a3305f',
  '#3f6b1f',
  '#5b4fb0',
];

interface AvatarProps {
  name: string;
  src?: string | null;
  size?: number;
}

/** A picture, or the first letter on a colour that is always the same for a name. It decorates a name beside it. */
export function Avatar({ name, src, size = 36 }: AvatarProps) {
  const sum = [...name].reduce((total, letter) => total + (letter.codePointAt(0) ?? 0), 0);
  const background = AVATAR_COLOURS[sum % AVATAR_COLOURS.length];
  return (
    <span
      className={styles.avatar}
      style={{ width: size, height: size, fontSize: size * 0.42, background }}
      aria-hidden="true"
    >
      {src ? <img src={src} alt="" width={size} height={size} /> : ([...name.trim()][0] ?? '?').toUpperCase()}
    </span>
  );
}

interface SkeletonProps {
  width?: number | string;
  height?: number | string;
  radius?: number | string;
  className?: string;
}

/** The place of something that is on its way. */
export function Skeleton({ width = '100%', height = 16, radius, className }: SkeletonProps) {
  return (
    <span
      className={classes(styles.skeleton, className)}
      style={{ width, height, borderRadius: radius }}
      aria-hidden="true"
    />
  );
}

interface ProgressProps {
  label: string;
  /** 0 to 100; null where nobody knows. */
  value: number | null;
}

export function Progress({ label, value }: ProgressProps) {
  const shown = value === null ? undefined : Math.round(Math.min(100, Math.max(0, value)));
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={shown}
      className={classes(styles.progress, value === null && styles.unknown)}
    >
      <div className={styles.bar} style={value === null ? undefined : { width: `${shown}%` }} />
    </div>
  );
}

export type Tone = 'good' | 'info' | 'warn' | 'bad' | 'accent' | 'plain';

export function Badge({ tone = 'plain', children }: { tone?: Tone; children: ReactNode }) {
  return <span className={classes(styles.badge, tone !== 'plain' && styles[tone])}>{children}</span>;
}

/** A sentence that stays; one that tells of a failure is read out at once. */
export function Notice({ tone = 'info', children }: { tone?: Tone; children: ReactNode }) {
  const bad = tone === 'bad';
  return (
    <div
      className={classes(styles.notice, tone !== 'plain' && styles[tone])}
      role={bad ? 'alert' : undefined}
    >
      {bad ? <CircleAlert size={18} aria-hidden="true" /> : <Info size={18} aria-hidden="true" />}
      <div>{children}</div>
    </div>
  );
}

interface EmptyStateProps {
  icon: ReactNode;
  title: string;
  hint: string;
  children?: ReactNode;
  /** Whether its title is the title of the page. */
  page?: boolean;
}

export function EmptyState({ icon, title, hint, children, page }: EmptyStateProps) {
  const Heading = page ? 'h1' : 'h2';
  return (
    <div className={styles.empty}>
      <span className={styles.emblem} aria-hidden="true">
        {icon}
      </span>
      <Heading>{title}</Heading>
      <p>{hint}</p>
      {children && <div className={styles.emptyActions}>{children}</div>}
    </div>
  );
}

interface TabsProps<V extends string> {
  label: string;
  value: V;
  onChange: (value: V) => void;
  tabs: { value: V; label: string }[];
  /** What the chosen tab shows. */
  children: ReactNode;
}

/** Views of one thing, one at a time; the arrow keys go from tab to tab. */
export function Tabs<V extends string>({ label, value, onChange, tabs, children }: TabsProps<V>) {
  const id = useId();

  function onKeyDown(event: KeyboardEvent<HTMLDivElement>): void {
    const at = tabs.findIndex((tab) => tab.value === value);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const tab = tabs.at(to % tabs.length);
    if (!tab) return;
    onChange(tab.value);
    event.currentTarget.querySelector<HTMLElement>(`#${CSS.escape(`${id}-${tab.value}`)}`)?.focus();
  }

  return (
    <>
      <div role="tablist" aria-label={label} className={styles.tabs} onKeyDown={onKeyDown}>
        {tabs.map((tab) => (
          <button
            type="button"
            role="tab"
            key={tab.value}
            id={`${id}-${tab.value}`}
            aria-selected={tab.value === value}
            aria-controls={`${id}-panel`}
            tabIndex={tab.value === value ? 0 : -1}
            className={styles.tab}
            onClick={() => onChange(tab.value)}
          >
            {tab.label}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${value}`}>
        {children}
      </div>
    </>
  );
}
