/** Pictures for the seek bar: a WebVTT file whose cues name regions of sprite sheets (`sheet.jpg#xywh=x,y,w,h`). */

export interface Preview {
  from: number;
  to: number;
  url: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

const TIMES = /^((?:\d+:)?\d+:\d+\.\d+)\s+-->\s+((?:\d+:)?\d+:\d+\.\d+)/;
const REGION = /^(.*)#xywh=(?:pixel:)?(\d+),(\d+),(\d+),(\d+)$/;

/** The previews of a file that lies at `base`; what cannot be read is passed over. */
export function parsePreviews(text: string, base: string): Preview[] {
  const previews: Preview[] = [];
  for (const block of text.replace(/\r\n?/g, '\n').split(/\n{2,}/)) {
    const lines = block.split('\n');
    const at = lines.findIndex((line) => TIMES.test(line));
    const [, from, to] = TIMES.exec(lines[at] ?? '') ?? [];
    const [, sheet, x, y, width, height] = REGION.exec(lines[at + 1]?.trim() ?? '') ?? [];
    if (from === undefined || to === undefined || sheet === undefined) continue;
    previews.push({
      from: secondsOf(from),
      to: secondsOf(to),
      url: addressOf(sheet, base),
      x: Number(x),
      y: Number(y),
      width: Number(width),
      height: Number(height),
    });
  }
  return previews.sort((one, other) => one.from - other.from);
}

function secondsOf(time: string): number {
  return time.split(':').reduce((total, part) => total * 60 + Number(part), 0);
}

/** Beside the file itself, with the signature that its address carries. */
function addressOf(sheet: string, base: string): string {
  const file = new URL(base, window.location.href);
  const url = new URL(sheet, file);
  if (!url.search && url.origin === file.origin) url.search = file.search;
  return url.href;
}

export function previewAt(previews: Preview[], seconds: number): Preview | null {
  let [low, high] = [0, previews.length - 1];
  let found: Preview | null = null;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const preview = previews[middle];
    if (!preview) break;
    if (preview.from <= seconds) {
      found = preview;
      low = middle + 1;
    } else {
      high = middle - 1;
    }
  }
  return found;
}
