import { type RefObject, useEffect, useState } from 'react';

export interface Playback {
  paused: boolean;
  ended: boolean;
  waiting: boolean;
  time: number;
  duration: number;
  buffered: number;
  volume: number;
  muted: boolean;
  speed: number;
  inPip: boolean;
}

const EVENTS = [
  'play',
  'pause',
  'ended',
  'timeupdate',
  'seeking',
  'seeked',
  'durationchange',
  'progress',
  'volumechange',
  'ratechange',
  'playing',
  'waiting',
  'canplay',
  'emptied',
  'enterpictureinpicture',
  'leavepictureinpicture',
];

const INITIAL: Playback = {
  paused: true,
  ended: false,
  waiting: false,
  time: 0,
  duration: 0,
  buffered: 0,
  volume: 1,
  muted: false,
  speed: 1,
  inPip: false,
};

/** The state of a video element as React sees it. `length` stands in until the element knows its own. */
export function usePlayback(element: RefObject<HTMLVideoElement | null>, length: number): Playback {
  const [playback, setPlayback] = useState(INITIAL);
  useEffect(() => {
    const video = element.current;
    if (!video) return;
    const look = () => setPlayback(stateOf(video));
    for (const event of EVENTS) video.addEventListener(event, look);
    look();
    return () => {
      for (const event of EVENTS) video.removeEventListener(event, look);
    };
  }, [element]);
  return playback.duration > 0 ? playback : { ...playback, duration: length };
}

function stateOf(video: HTMLVideoElement): Playback {
  const { paused, ended, currentTime, duration, volume, muted, playbackRate, readyState, buffered } = video;
  return {
    paused,
    ended,
    waiting: !paused && !ended && readyState < HTMLMediaElement.HAVE_FUTURE_DATA,
    time: currentTime,
    duration: Number.isFinite(duration) ? duration : 0,
    buffered: bufferedAt(buffered, currentTime),
    volume,
    muted: muted || volume === 0,
    speed: playbackRate,
    inPip: document.pictureInPictureElement === video,
  };
}

function bufferedAt(ranges: TimeRanges, time: number): number {
  for (let index = 0; index < ranges.length; index++) {
    if (ranges.start(index) <= time + 0.1 && time <= ranges.end(index)) return ranges.end(index);
  }
  return time;
}
