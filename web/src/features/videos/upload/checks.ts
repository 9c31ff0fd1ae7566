import type { UploadLimits } from '@/api/types';
import { formatBytes } from '@/lib/format';
import { t } from '@/strings';

const VIDEO_NAMES = /\.(mp4|m4v|mov|webm|mkv|avi|mpe?g|ts|mts|m2ts|wmv|flv|ogv|3gp)$/i;

/** Why this file cannot be uploaded, as far as one can tell before it is sent; null where it can. */
export function refusal(
  file: Pick<File, 'name' | 'size' | 'type'>,
  limits: UploadLimits | undefined,
): string | null {
  if (file.size === 0 || !(file.type.startsWith('video/') || VIDEO_NAMES.test(file.name)))
    return t.upload.notVideo;
  if (limits && file.size > limits.max_size_bytes)
    return t.upload.tooLarge(formatBytes(limits.max_size_bytes));
  if (limits && file.size > limits.available_bytes) return t.upload.noRoom;
  return null;
}
