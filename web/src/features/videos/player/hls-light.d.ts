// The light build has the types of the full one, but names none.
declare module 'hls.js/light' {
  export { default } from 'hls.js';
}
