import type { VideoStatus } from '@/api/types';
import { Badge, type Tone } from '@/design';
import { t } from '@/strings';

const TONES: Record<VideoStatus, Tone> = {
  uploading: 'warn',
  processing: 'info',
  ready: 'plain',
  scheduled: 'info',
  published: 'good',
  failed: 'bad',
  deleted: 'plain',
};

export function StatusBadge({ status }: { status: VideoStatus }) {
  return <Badge tone={TONES[status]}>{t.videos.status[status]}</Badge>;
}
