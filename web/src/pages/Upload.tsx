import { UploadPanel, useLeaveGuard } from '@/features/videos/upload';
import { useTitle } from '@/lib/dom';
import { t } from '@/strings';
import { Guard } from './guard';
import styles from './pages.module.css';

export default function Upload() {
  useTitle(t.upload.title);
  useLeaveGuard();
  return (
    <Guard creator>
      {(user) => (
        <div className={styles.medium}>
          <UploadPanel userId={user.id} />
        </div>
      )}
    </Guard>
  );
}
