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
  // A promise: where the video was shown in a list, this dialog goes with it.
  const confirm = () =>
    remove.mutateAsync(video.id).then(
      () => {
        toast(t.videos.deleted);
        onClose();
        onDeleted?.();
      },
      () => {
        // Shown by the dialog.
      },
    );
  return (
    <Dialog
      title={t.videos.deleteTitle}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t.actions.cancel}</Button>
          <Button look="danger" busy={remove.isPending} onClick={() => void confirm()}>
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
