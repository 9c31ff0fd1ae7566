import {
  CaptionsIcon,
  CaptionsOff,
  Maximize,
  Minimize,
  Pause,
  PictureInPicture2,
  Play,
  RotateCcw,
  Volume1,
  Volume2,
  VolumeX,
} from 'lucide-react';
import { type ReactNode, type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import type { Video } from '@/api/types';
import { Button } from '@/design';
import { classes, useMedia } from '@/lib/dom';
import { formatDuration } from '@/lib/format';
import { recall, remember } from '@/lib/storage';
import { t } from '@/strings';
import { attach, type Engine, type Level } from './engine';
import styles from './Player.module.css';
import { type Preview, parsePreviews } from './previews';
import { SeekBar } from './SeekBar';
import { SettingsMenu, SPEEDS } from './SettingsMenu';
import { ShortcutsDialog } from './ShortcutsDialog';
import { type Command, commandOf, isTaken } from './shortcuts';
import { usePlayback } from './usePlayback';

const HIDE_AFTER_MS = 2500;
const canPip = typeof document !== 'undefined' && document.pictureInPictureEnabled;

interface PlayerProps {
  video: Video;
  /** Asks for new addresses, where those at hand may have run out. */
  onExpired: () => void;
}

export function Player({ video, onExpired }: PlayerProps) {
  const frame = useRef<HTMLDivElement>(null);
  const element = useRef<HTMLVideoElement>(null);
  const engine = useRef<Engine | null>(null);
  const position = useRef(0);
  const renewed = useRef(false);
  const [attempt, setAttempt] = useState(0);
  const [problem, setProblem] = useState<'network' | 'unsupported' | null>(null);
  const [levels, setLevels] = useState<Level[]>([]);
  const [level, setLevel] = useState(-1);
  const [shownLevel, setShownLevel] = useState(-1);
  const [menuOpen, setMenuOpen] = useState(false);
  const [helpOpen, setHelpOpen] = useState(false);
  const [everywhere, setEverywhere] = useState(() => recall('shortcuts') !== 'player');
  const [caption, setCaption] = useState<string | null>(() => rememberedCaption(video));
  const still = useMedia('(prefers-reduced-motion: reduce)');
  const playback = usePlayback(element, video.duration_seconds ?? 0);
  const previews = usePreviews(video.preview_vtt_url);
  const fullscreen = useFullscreen(frame);
  const visible = useVisibility(frame, playback.paused || menuOpen);
  const expired = useRef(onExpired);
  expired.current = onExpired;
  const wantsMotion = useRef(!still);

  const url = video.stream_url;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new attempt attaches the same address again
  useEffect(() => {
    const target = element.current;
    if (!target || url === null) return;
    setProblem(null);
    target.volume = Number(recall('volume') ?? 1);
    target.muted = recall('muted') === 'true';
    // The rate that playback begins with: each new address sets the present one to it.
    target.defaultPlaybackRate = Number(recall('speed') ?? 1);
    target.playbackRate = target.defaultPlaybackRate;
    const attached = attach(target, url, position.current, {
      onLevels: setLevels,
      onLevel: setShownLevel,
      onFatal: (what) => {
        if (what === 'expired' && !renewed.current) {
          renewed.current = true;
          expired.current();
          return;
        }
        setProblem(what === 'unsupported' ? what : 'network');
      },
    });
    engine.current = attached;
    // Where the browser forbids it, the play button is there.
    if (wantsMotion.current) target.play().catch(() => undefined);
    return () => {
      position.current = target.currentTime;
      attached.destroy();
    };
  }, [url, attempt]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the tracks change with the captions of the video
  useEffect(() => {
    for (const track of element.current?.textTracks ?? []) {
      track.mode = track.language === caption ? 'showing' : 'disabled';
    }
  }, [caption, video.captions]);

  const seek = useCallback((seconds: number) => {
    const target = element.current;
    if (target) target.currentTime = Math.max(0, Math.min(seconds, target.duration || 0));
  }, []);

  function toggle(): void {
    const target = element.current;
    if (!target) return;
    if (target.paused || target.ended) target.play().catch(() => undefined);
    else target.pause();
  }

  function setVolume(volume: number, muted: boolean): void {
    const target = element.current;
    if (!target) return;
    target.volume = Math.max(0, Math.min(1, volume));
    target.muted = muted;
    remember('volume', String(target.volume));
    remember('muted', String(muted));
  }

  function setSpeed(speed: number): void {
    if (element.current) element.current.playbackRate = speed;
    remember('speed', String(speed));
  }

  function chooseCaption(lang: string | null): void {
    setCaption(lang);
    remember('captions', lang ?? 'off');
  }

  function toggleCaptions(): void {
    chooseCaption(caption === null ? (preferredCaption(video) ?? null) : null);
  }

  function togglePip(): void {
    if (!canPip || !element.current) return;
    const done = playback.inPip ? document.exitPictureInPicture() : element.current.requestPictureInPicture();
    done.catch(() => undefined);
  }

  function run(command: Command): void {
    const target = element.current;
    if (!target) return;
    visible.wake();
    switch (command.do) {
      case 'toggle':
        toggle();
        break;
      case 'seek':
        seek(target.currentTime + command.by);
        break;
      case 'jump':
        seek(playback.duration * command.to);
        break;
      case 'volume':
        setVolume(target.volume + command.by, false);
        break;
      case 'mute':
        setVolume(target.volume || 0.5, !playback.muted);
        break;
      case 'captions':
        toggleCaptions();
        break;
      case 'fullscreen':
        fullscreen.toggle();
        break;
      case 'pip':
        togglePip();
        break;
      case 'speed':
        setSpeed(SPEEDS[SPEEDS.indexOf(target.playbackRate) + command.by] ?? target.playbackRate);
        break;
      case 'help':
        setHelpOpen(true);
        break;
    }
  }

  const latestRun = useRef(run);
  latestRun.current = run;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const inside = event.target instanceof Node && frame.current?.contains(event.target);
      if (event.defaultPrevented || isTaken(event.target, event.key) || !(inside || everywhere)) return;
      // Outside of the player, arrows scroll the page.
      if (!inside && event.key.startsWith('Arrow')) return;
      const command = commandOf(event);
      if (!command) return;
      event.preventDefault();
      latestRun.current(command);
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [everywhere]);

  const VolumeIcon = playback.muted ? VolumeX : playback.volume < 0.5 ? Volume1 : Volume2;
  const playLabel = playback.ended ? t.player.replay : playback.paused ? t.player.play : t.player.pause;
  return (
    <>
      <section
        ref={frame}
        aria-label={t.player.region(video.title)}
        className={classes(styles.player, !visible.shown && styles.idle, problem && styles.broken)}
        data-state={playback.ended ? 'ended' : playback.paused ? 'paused' : 'playing'}
        data-level={levels.find((one) => one.index === shownLevel)?.name}
      >
        {/* biome-ignore lint/a11y/useMediaCaption: captions are those that the video has, as tracks below */}
        <video
          ref={element}
          className={styles.video}
          poster={video.poster_url ?? undefined}
          playsInline
          crossOrigin="anonymous"
          preload="auto"
          tabIndex={-1}
          onClick={toggle}
          onDoubleClick={fullscreen.toggle}
        >
          {video.captions.map((one) => (
            <track kind="subtitles" key={one.url} src={one.url} srcLang={one.lang} label={one.label} />
          ))}
        </video>
        {playback.waiting && !problem && (
          <div className={styles.spinner} role="status">
            <span className="hidden-visually">{t.player.buffering}</span>
          </div>
        )}
        {problem && (
          <div className={styles.problem} role="alert">
            <p>{problem === 'unsupported' ? t.player.unsupported : t.player.failed}</p>
            {problem === 'network' && (
              <Button
                onClick={() => {
                  renewed.current = false;
                  setAttempt(attempt + 1);
                }}
              >
                {t.actions.retry}
              </Button>
            )}
          </div>
        )}
        {playback.paused && !problem && (
          <button type="button" className={styles.big} tabIndex={-1} aria-hidden="true" onClick={toggle}>
            {playback.ended ? <RotateCcw size={34} /> : <Play size={36} fill="currentColor" />}
          </button>
        )}
        <div className={styles.controls}>
          <SeekBar
            time={playback.time}
            duration={playback.duration}
            buffered={playback.buffered}
            previews={previews}
            onSeek={seek}
          />
          <div className={styles.row}>
            <Control label={playLabel} onClick={toggle}>
              {playback.ended ? (
                <RotateCcw />
              ) : playback.paused ? (
                <Play fill="currentColor" />
              ) : (
                <Pause fill="currentColor" />
              )}
            </Control>
            <div className={styles.volume}>
              <Control
                label={playback.muted ? t.player.unmute : t.player.mute}
                onClick={() => setVolume(playback.volume || 0.5, !playback.muted)}
              >
                <VolumeIcon />
              </Control>
              <input
                type="range"
                className={styles.level}
                aria-label={t.player.volume}
                aria-valuetext={`${Math.round((playback.muted ? 0 : playback.volume) * 100)}%`}
                min={0}
                max={1}
                step={0.05}
                value={playback.muted ? 0 : playback.volume}
                onChange={(event) => setVolume(Number(event.target.value), false)}
              />
            </div>
            <span className={styles.clock}>
              {formatDuration(playback.time)}
              <span className={styles.of}> / {formatDuration(playback.duration)}</span>
            </span>
            <span className={styles.space} />
            {video.captions.length > 0 && (
              <Control label={t.player.captions} pressed={caption !== null} onClick={toggleCaptions}>
                {caption === null ? <CaptionsOff /> : <CaptionsIcon />}
              </Control>
            )}
            <SettingsMenu
              levels={levels}
              level={level}
              shownLevel={shownLevel}
              onLevel={(index) => {
                setLevel(index);
                engine.current?.setLevel(index);
              }}
              speed={playback.speed}
              onSpeed={setSpeed}
              captions={video.captions}
              caption={caption}
              onCaption={chooseCaption}
              onOpen={setMenuOpen}
            />
            {canPip && (
              <Control label={playback.inPip ? t.player.leavePip : t.player.pip} onClick={togglePip}>
                <PictureInPicture2 />
              </Control>
            )}
            <Control
              label={fullscreen.on ? t.player.leaveFullscreen : t.player.fullscreen}
              onClick={fullscreen.toggle}
            >
              {fullscreen.on ? <Minimize /> : <Maximize />}
            </Control>
          </div>
        </div>
      </section>
      {helpOpen && (
        <ShortcutsDialog
          everywhere={everywhere}
          onEverywhere={(on) => {
            setEverywhere(on);
            remember('shortcuts', on ? 'page' : 'player');
          }}
          onClose={() => setHelpOpen(false)}
        />
      )}
    </>
  );
}

interface ControlProps {
  label: string;
  pressed?: boolean;
  onClick: () => void;
  children: ReactNode;
}

function Control({ label, pressed, onClick, children }: ControlProps) {
  return (
    <button
      type="button"
      className={styles.control}
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      onClick={onClick}
    >
      <span className={styles.icon} aria-hidden="true">
        {children}
      </span>
    </button>
  );
}

/** The captions in the language of last time, or in the reader's own, or the first there are. */
function preferredCaption(video: Video): string | undefined {
  const wished = [recall('captions'), ...navigator.languages].map((lang) => lang?.split('-')[0]);
  const found = wished.flatMap((lang) => video.captions.filter((one) => one.lang.split('-')[0] === lang));
  return (found[0] ?? video.captions[0])?.lang;
}

function rememberedCaption(video: Video): string | null {
  const lang = recall('captions');
  return lang === null || lang === 'off'
    ? null
    : (video.captions.find((one) => one.lang === lang)?.lang ?? null);
}

function usePreviews(url: string | null): Preview[] {
  const [previews, setPreviews] = useState<Preview[]>([]);
  useEffect(() => {
    setPreviews([]);
    if (url === null) return;
    const stop = new AbortController();
    fetch(url, { signal: stop.signal })
      .then((response) => (response.ok ? response.text() : ''))
      .then((text) => setPreviews(parsePreviews(text, url)))
      // Seeking works without pictures too.
      .catch(() => undefined);
    return () => stop.abort();
  }, [url]);
  return previews;
}

function useFullscreen(frame: RefObject<HTMLElement | null>) {
  const [on, setOn] = useState(false);
  useEffect(() => {
    const look = () => setOn(document.fullscreenElement === frame.current);
    document.addEventListener('fullscreenchange', look);
    return () => document.removeEventListener('fullscreenchange', look);
  }, [frame]);
  const toggle = () => {
    const done = document.fullscreenElement
      ? document.exitFullscreen()
      : frame.current?.requestFullscreen?.();
    done?.catch(() => undefined);
  };
  return { on, toggle };
}

/** Controls are in sight while something happens: the pointer moves, the keyboard is used, playback rests. */
function useVisibility(frame: RefObject<HTMLElement | null>, pinned: boolean) {
  const [awake, setAwake] = useState(true);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const wake = useCallback(() => {
    setAwake(true);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setAwake(false), HIDE_AFTER_MS);
  }, []);
  useEffect(() => {
    const element = frame.current;
    const events = ['pointermove', 'pointerdown', 'focusin', 'keydown'];
    for (const event of events) element?.addEventListener(event, wake);
    wake();
    return () => {
      clearTimeout(timer.current);
      for (const event of events) element?.removeEventListener(event, wake);
    };
  }, [frame, wake]);
  return { shown: awake || pinned, wake };
}
