import { Tv } from 'lucide-react';
import { Redirect } from 'wouter';
import { ButtonLink, EmptyState } from '@/design';
import { useTitle } from '@/lib/dom';
import { t } from '@/strings';
import { Guard } from './guard';
import { useOwnChannel } from './ownChannel';

/** Leads to the channel of whoever is logged in. */
export default function OwnChannel() {
  useTitle(t.shell.myChannel);
  return <Guard creator>{() => <ToChannel />}</Guard>;
}

function ToChannel() {
  const handle = useOwnChannel();
  if (handle === undefined) return null;
  if (handle !== null) return <Redirect to={`/@${handle}`} replace />;
  return (
    <EmptyState page icon={<Tv size={32} />} title={t.studio.empty} hint={t.studio.emptyHint}>
      <ButtonLink href="/upload" look="primary">
        {t.shell.upload}
      </ButtonLink>
    </EmptyState>
  );
}
