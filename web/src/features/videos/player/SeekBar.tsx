import { type PointerEvent, useState } from 'react';
import { formatDuration, speakDuration } from '@/lib/format';
import { t } from '@/strings';
import styles from './Player.module.css';
import { type Preview, previewAt } from './previews';

interface SeekBarProps {
  time: number;
  duration: number;
  buffered: number;
  previews: Preview[];
  onSeek: (seconds: number) => void;
}

/** The position in the video; a picture of what lies under the pointer, or where the keys have gone, rises above it. */
export function SeekBar({ time, duration, buffered, previews, onSeek }: SeekBarProps) {
  const [pointed, setPointed] = useState<number | null>(null);
  const share = (seconds: number) => (duration > 0 ? Math.min(1, seconds / duration) : 0);

  function onPointerMove(event: PointerEvent<HTMLDivElement>): void {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    setPointed(Math.min(1, Math.max(0, (event.clientX - left) / width)) * duration);
  }

  return (
    <div className={styles.seek} onPointerMove={onPointerMove} onPointerLeave={() => setPointed(null)}>
      {pointed !== null && duration > 0 && <Bubble at={pointed} share={share(pointed)} previews={previews} />}
      <div className={styles.track} aria-hidden="true">
        <div className={styles.loaded} style={{ transform: `scaleX(${share(buffered)})` }} />
        <div className={styles.played} style={{ transform: `scaleX(${share(time)})` }} />
      </div>
      <input
        type="range"
        className={styles.range}
        aria-label={t.player.seek}
        aria-valuetext={t.player.position(speakDuration(time), speakDuration(duration))}
        min={0}
        max={duration || 1}
        step={0.1}
        value={Math.min(time, duration)}
        onChange={(event) => onSeek(Number(event.target.value))}
        onKeyDown={(event) => {
          const by = { ArrowLeft: -5, ArrowDown: -5, ArrowRight: 5, ArrowUp: 5, PageDown: -30, PageUp: 30 }[
            event.key
          ];
          if (by === undefined) return;
          event.preventDefault();
          event.stopPropagation();
          onSeek(time + by);
        }}
      />
    </div>
  );
}

function Bubble({ at, share, previews }: { at: number; share: number; previews: Preview[] }) {
  const preview = previewAt(previews, at);
  return (
    <div
      className={styles.bubble}
      style={{ left: `clamp(92px, ${share * 100}%, calc(100% - 92px))` }}
      aria-hidden="true"
    >
      {preview && (
        <div
          className={styles.sprite}
          style={{
            width: preview.width,
            height: preview.height,
            backgroundImage: `url("${preview.url}")`,
            backgroundPosition: `-${preview.x}px -${preview.y}px`,
          }}
        />
      )}
      <span>{formatDuration(at)}</span>
    </div>
  );
}
