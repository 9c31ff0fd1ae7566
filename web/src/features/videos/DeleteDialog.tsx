import type { Video } from '@/api/types';
import { Button, Dialog, Notice, toast } from '@/design';
import { messageOf } from '@/lib/messages';
import { t } from '@/strings';
import { useDeleteVideo } from './queries';

interface DeleteDialogProps {
  video: Video;
  onClose: () => void;
  onDeleted?: () => void;
}

export function DeleteDialog({ video, onClose, onDeleted }: DeleteDialogProps) {
  const remove = useDeleteVideo();
  const confirm = () =>
    remove.mutate(video.id, {
      onSuccess: () => {
        toast(t.videos.deleted);
        onClose();
        onDeleted?.();
      },
    });
  return (
    <Dialog
      title={t.videos.deleteTitle}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t.actions.cancel}</Button>
          <Button look="danger" busy={remove.isPending} onClick={confirm}>
            {t.actions.delete}
          </Button>
        </>
      }
    >
      {remove.error && <Notice tone="bad">{messageOf(remove.error)}</Notice>}
      <p>{t.videos.deleteText(video.title || t.videos.untitled)}</p>
    </Dialog>
  );
}
