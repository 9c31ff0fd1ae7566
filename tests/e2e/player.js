// The page in which the tests play streams: hls.js and a video element, driven through `window.player`.

import Hls from "./node_modules/hls.js/dist/hls.min.mjs";

const STALLED_AFTER_MS = 8000;
const video = document.querySelector("video");
const errors = []; // every error event of hls.js, also those it recovers from
let hls;

/** Resolve on an event of hls.js or of the video; reject on whatever ends playback for good, on an address that is
 * refused (hls.js would try again and again), or after too long. */
function until(what, start, subscribe, patienceMs = 30000) {
  return new Promise((resolve, reject) => {
    const fail = (why) => reject(new Error(`${what}: ${why}; ${JSON.stringify(errors)}`));
    const timer = setTimeout(() => fail("nothing happened"), patienceMs);
    hls.on(Hls.Events.ERROR, (_, data) => (data.fatal || data.response?.code >= 400) && fail(data.details));
    video.addEventListener("error", () => fail(video.error.message), { once: true });
    subscribe((value) => { clearTimeout(timer); resolve(value); });
    Promise.resolve(start()).catch((error) => fail(error.message));
  });
}

const happens = (name) => (done) => video.addEventListener(name, done, { once: true });
const tells = (name) => (done) => hls.once(name, (_, data) => done(data));

/** Attach a stream. With `whole`, wait until all of it is in the buffer: then nothing that follows waits for bytes. */
async function load(url, { whole = true, config = {} } = {}) {
  if (!Hls.isSupported()) throw new Error("this browser has no Media Source Extensions");
  hls = new Hls({ maxBufferLength: 600, maxMaxBufferLength: 600, ...config });
  hls.on(Hls.Events.ERROR, (_, { type, details, fatal, error, response }) => {
    if (details === Hls.ErrorDetails.INTERNAL_ABORTED) return; // a request that a seek or a switch has made useless
    if (details === Hls.ErrorDetails.BUFFER_STALLED_ERROR && isBuffered()) return; // the machine is busy
    errors.push({ type, details, fatal, reason: error?.message ?? "", status: response?.code ?? null });
  });
  const ready = whole ? tells(Hls.Events.BUFFERED_TO_END) : happens("loadeddata");
  await until("load", () => { hls.loadSource(url); hls.attachMedia(video); }, ready);
  return hls.levels.map(({ width, height, bitrate, codecs }) => ({ width, height, bitrate, codecs }));
}

/** Whether there is something to play where it stands. */
function isBuffered() {
  const { buffered, currentTime } = video;
  for (let i = 0; i < buffered.length; i += 1) {
    if (buffered.start(i) <= currentTime && currentTime < buffered.end(i) - 0.05) return true;
  }
  return false;
}

/** Play from where it stands to the end. A picture that stands still for too long is an error. */
async function playThrough(rate) {
  const sound = listen();
  video.playbackRate = rate;
  let [last, since] = [-1, performance.now()];
  let watch;
  await until("play", () => {
    const stalled = new Promise((_, reject) => {
      watch = setInterval(() => {
        if (video.currentTime !== last) [last, since] = [video.currentTime, performance.now()];
        else if (performance.now() - since > STALLED_AFTER_MS) reject(new Error(`it stands still at ${last} s`));
      }, 50);
    });
    return Promise.race([video.play(), stalled]).then(() => Promise.race([stalled, ended()]));
  }, happens("ended"), 280000).finally(() => clearInterval(watch));
  return { ...state(), loudest: sound() };
}

const ended = () => new Promise((resolve) => happens("ended")(resolve));

/** Listen to what the speakers get; the returned function stops that and tells the highest amplitude, 0 to 1. */
let analyser;
function listen() {
  if (!analyser) {
    const context = new AudioContext();
    analyser = new AnalyserNode(context, { fftSize: 32768 });
    context.createMediaElementSource(video).connect(analyser).connect(context.destination);
  }
  const samples = new Float32Array(analyser.fftSize);
  let loudest = 0;
  const look = () => {
    analyser.getFloatTimeDomainData(samples);
    loudest = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), loudest);
  };
  const timer = setInterval(look, 30);
  return () => { look(); clearInterval(timer); return loudest; };
}

function state() {
  const { played } = video;
  let secondsPlayed = 0;
  for (let i = 0; i < played.length; i += 1) secondsPlayed += played.end(i) - played.start(i);
  return {
    duration: video.duration,
    position: video.currentTime,
    seconds_played: secondsPlayed,
    width: video.videoWidth,
    height: video.videoHeight,
    audio_bytes: video.webkitAudioDecodedByteCount,
    video_bytes: video.webkitVideoDecodedByteCount,
    level: hls.currentLevel,
    errors: [...errors],
  };
}

/** Seek, and wait until the frame that belongs there is on the screen. */
async function seek(seconds) {
  const shown = new Promise((resolve) => video.requestVideoFrameCallback(resolve));
  await until("seek", () => { video.currentTime = seconds; }, happens("seeked"));
  // A seek within the frame that is shown presents none anew.
  await Promise.race([shown, new Promise((resolve) => setTimeout(resolve, 500))]);
}

/** The mean colours, [red, green, blue], of the four corners and of the middle of the frame that is shown. */
function colours() {
  const [width, height] = [video.videoWidth, video.videoHeight];
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  context.drawImage(video, 0, 0, width, height);
  const [w, h] = [Math.ceil(width / 8), Math.ceil(height / 8)];
  const [right, bottom] = [width - w, height - h];
  const places = [[0, 0], [right, 0], [0, bottom], [right, bottom], [right >> 1, bottom >> 1]];
  return places.map(([x, y]) => {
    const { data } = context.getImageData(x, y, w, h);
    const sums = [0, 0, 0];
    for (let i = 0; i < data.length; i += 1) if (i % 4 < 3) sums[i % 4] += data[i];
    return sums.map((sum) => (sum * 4) / data.length);
  });
}

/** Force one rendition. hls.js replaces the buffer; the seek makes the decoder take it up at once, not at the next
 * keyframe. */
async function switchTo(level) {
  await until("switch", () => { hls.currentLevel = level; }, (done) => {
    const look = (_, data) => {
      if (data.level !== level) return;
      hls.off(Hls.Events.LEVEL_SWITCHED, look);
      done();
    };
    if (hls.currentLevel === level) done();
    else hls.on(Hls.Events.LEVEL_SWITCHED, look);
  });
  await seek(video.currentTime);
}

/** Play for so many seconds of the stream from where it stands. */
async function playFor(seconds, rate = 1) {
  const from = video.currentTime;
  video.playbackRate = rate;
  await until("play on", () => video.play(), (done) => {
    const look = () => {
      if (video.currentTime < from + seconds && !video.ended) return;
      video.removeEventListener("timeupdate", look);
      done();
    };
    video.addEventListener("timeupdate", look);
  });
  video.pause();
  return state();
}

/** The text track of the captions that are chosen. */
const captions = () => [...video.textTracks].find((track) => track.mode === "showing");

/** Choose the captions of one language, and wait until their cues are there. */
async function showCaptions(language) {
  const number = hls.subtitleTracks.findIndex((track) => track.lang === language);
  if (number < 0) throw new Error(`no captions in ${language}: ${JSON.stringify(hls.subtitleTracks)}`);
  await until("captions", () => { hls.subtitleDisplay = true; hls.subtitleTrack = number; }, (done) => {
    const timer = setInterval(() => {
      if (!captions()?.cues?.length) return;
      clearInterval(timer);
      done();
    }, 20);
  });
}

/** What is on the screen, word by word, as a reader sees it. */
async function shownCaptions() {
  // Cues become active as a task of their own after a seek.
  await new Promise((resolve) => setTimeout(resolve, 100));
  return [...captions().activeCues].map((cue) => cue.getCueAsHTML().textContent);
}

window.player = { load, playThrough, playFor, seek, switchTo, showCaptions, shownCaptions, colours, state };
