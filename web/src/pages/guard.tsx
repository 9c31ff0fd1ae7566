import { LockKeyhole, Tv } from 'lucide-react';
import type { ReactNode } from 'react';
import { useLocation } from 'wouter';
import type { User } from '@/api/types';
import { ButtonLink, EmptyState } from '@/design';
import { isCreator, useUser } from '@/features/identity';
import { t } from '@/strings';

/** Where to go after logging in: a path of this site that `?next=` names, else home. */
export function afterLogIn(search: string): string {
  const next = new URLSearchParams(search).get('next');
  return next !== null && /^\/(?![/\\])/.test(next) ? next : '/';
}

/** A link between logging in and registering that does not forget where one wants to go. */
export function withReturn(path: string, search: string): string {
  const next = afterLogIn(search);
  return next === '/' ? path : `${path}?next=${encodeURIComponent(next)}`;
}

interface GuardProps {
  children: (user: User) => ReactNode;
  /** Whether one needs a channel. */
  creator?: boolean;
}

/** Shows a page to those whom it is for, and tells others what they need. */
export function Guard({ children, creator }: GuardProps) {
  const user = useUser();
  const [path] = useLocation();
  const next = `?next=${encodeURIComponent(path)}`;
  if (!user) {
    return (
      <EmptyState
        page
        icon={<LockKeyhole size={32} />}
        title={t.identity.logInFirst}
        hint={t.identity.logInFirstHint}
      >
        <ButtonLink href={`/login${next}`} look="primary">
          {t.shell.logIn}
        </ButtonLink>
        <ButtonLink href={`/register${next}`}>{t.shell.register}</ButtonLink>
      </EmptyState>
    );
  }
  if (creator && !isCreator(user)) {
    return (
      <EmptyState page icon={<Tv size={32} />} title={t.channels.viewerTitle} hint={t.channels.viewerHint}>
        <ButtonLink href={`/create-channel${next}`} look="primary">
          {t.shell.createChannel}
        </ButtonLink>
      </EmptyState>
    );
  }
  return children(user);
}
