/** Plays an HLS stream in a video element: by hls.js where it runs, else by the browser itself (iPhones). */

// The whole of it: the light build plays no sound that comes beside the picture, as that of every stream here does.
import Hls from 'hls.js';

export interface Level {
  index: number;
  name: string;
  bitrate: number;
}

export interface EngineEvents {
  /** The qualities, best first. */
  onLevels: (levels: Level[]) => void;
  /** The quality that is shown, and whether it was chosen by the player itself. */
  onLevel: (index: number, auto: boolean) => void;
  /** It cannot go on. `expired`: the address may have run out, a new one may help. */
  onFatal: (problem: 'expired' | 'network' | 'unsupported') => void;
}

export interface Engine {
  /** -1: as the network allows. */
  setLevel: (index: number) => void;
  destroy: () => void;
}

const MOST_RECOVERIES = 3;

export function attach(video: HTMLVideoElement, url: string, startAt: number, events: EngineEvents): Engine {
  if (Hls.isSupported()) return attachHls(video, url, startAt, events);
  if (video.canPlayType('application/vnd.apple.mpegurl')) return attachNative(video, url, startAt, events);
  events.onFatal('unsupported');
  return { setLevel: () => undefined, destroy: () => undefined };
}

function attachHls(video: HTMLVideoElement, url: string, startAt: number, events: EngineEvents): Engine {
  // Segments are fragmented MP4, which needs no remultiplexing: a worker would only cost its start.
  const hls = new Hls({
    enableWorker: false,
    startPosition: startAt > 0 ? startAt : -1,
    backBufferLength: 60,
    capLevelToPlayerSize: true,
    abrEwmaDefaultEstimate: 2_000_000,
    // Captions come beside the stream as plain WebVTT: hls.js would add tracks of its own to the element.
    subtitleTrackController: undefined,
    subtitleStreamController: undefined,
    timelineController: undefined,
  });
  let recoveries = 0;
  hls.on(Hls.Events.MANIFEST_PARSED, () => {
    const levels = hls.levels.map((level, index) => ({
      index,
      name: level.name || `${Math.min(level.width, level.height)}p`,
      bitrate: level.bitrate,
    }));
    events.onLevels(levels.sort((one, other) => other.bitrate - one.bitrate));
  });
  hls.on(Hls.Events.LEVEL_SWITCHED, (_, { level }) => events.onLevel(level, hls.autoLevelEnabled));
  hls.on(Hls.Events.ERROR, (_, data) => {
    if (!data.fatal) return;
    if (data.type === Hls.ErrorTypes.MEDIA_ERROR && recoveries++ < MOST_RECOVERIES) {
      hls.recoverMediaError();
      return;
    }
    const status = data.response?.code ?? 0;
    const expired = status === 401 || status === 403 || status === 404 || status === 410;
    events.onFatal(expired ? 'expired' : 'network');
  });
  hls.loadSource(url);
  hls.attachMedia(video);
  return {
    setLevel: (index) => {
      hls.nextLevel = index;
    },
    destroy: () => hls.destroy(),
  };
}

function attachNative(video: HTMLVideoElement, url: string, startAt: number, events: EngineEvents): Engine {
  const failed = () => events.onFatal('network');
  video.addEventListener('error', failed);
  video.src = url;
  if (startAt > 0) video.currentTime = startAt;
  return {
    setLevel: () => undefined,
    destroy: () => {
      video.removeEventListener('error', failed);
      video.removeAttribute('src');
      video.load();
    },
  };
}
