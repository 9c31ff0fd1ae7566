import { Tv } from 'lucide-react';
import { useLocation, useSearch } from 'wouter';
import { ButtonLink, Card, EmptyState, toast } from '@/design';
import { CreateChannelForm } from '@/features/channels';
import { isCreator, refreshUser } from '@/features/identity';
import { useTitle } from '@/lib/dom';
import { t } from '@/strings';
import { afterLogIn, Guard } from './guard';
import { rememberOwnChannel } from './ownChannel';
import styles from './pages.module.css';

export default function CreateChannel() {
  useTitle(t.channels.create);
  const [, navigate] = useLocation();
  const next = afterLogIn(useSearch());
  return (
    <Guard>
      {(user) =>
        isCreator(user) ? (
          <EmptyState page icon={<Tv size={32} />} title={t.channels.already} hint={t.channels.alreadyHint}>
            <ButtonLink href="/channel" look="primary">
              {t.shell.myChannel}
            </ButtonLink>
          </EmptyState>
        ) : (
          <div className={styles.narrow}>
            <header className={styles.intro}>
              <h1>{t.channels.create}</h1>
              <p>{t.channels.createLead}</p>
            </header>
            <Card>
              <CreateChannelForm
                suggestedName={user.display_name}
                onDone={async (channel) => {
                  rememberOwnChannel(user.id, channel.handle);
                  navigate(next === '/' ? '/upload' : next, { replace: true });
                  toast(t.channels.created);
                  await refreshUser();
                }}
              />
            </Card>
          </div>
        )
      }
    </Guard>
  );
}
