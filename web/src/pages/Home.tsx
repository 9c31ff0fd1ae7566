import { useInfiniteQuery } from '@tanstack/react-query';
import { Clapperboard } from 'lucide-react';
import { useLocation, useSearch } from 'wouter';
import { ButtonLink, EmptyState, Tabs } from '@/design';
import { useUser } from '@/features/identity';
import { newestQuery, VideoGrid } from '@/features/videos';
import { useTitle } from '@/lib/dom';
import { t } from '@/strings';
import styles from './pages.module.css';

const KINDS = [
  { value: 'all', label: t.home.all },
  { value: 'video', label: t.home.videos },
  { value: 'short', label: t.home.shorts },
] as const;

export default function Home() {
  useTitle(undefined);
  const user = useUser();
  const [, navigate] = useLocation();
  const asked = new URLSearchParams(useSearch()).get('type');
  const kind = asked === 'video' || asked === 'short' ? asked : 'all';
  const query = useInfiniteQuery(newestQuery(kind === 'all' ? undefined : kind));
  const empty = (
    <EmptyState
      icon={<Clapperboard size={32} />}
      title={t.home.empty}
      hint={user ? t.home.emptyHint : t.home.emptyAnonymousHint}
    >
      <ButtonLink href={user ? '/upload' : '/register'} look="primary">
        {user ? t.shell.upload : t.shell.register}
      </ButtonLink>
    </EmptyState>
  );
  return (
    <>
      <h1 className="hidden-visually">{t.home.heading}</h1>
      <Tabs
        label={t.home.filter}
        value={kind}
        tabs={[...KINDS]}
        onChange={(value) => navigate(value === 'all' ? '/' : `/?type=${value}`, { replace: true })}
      >
        <div className={styles.panel}>
          <VideoGrid query={query} empty={empty} />
        </div>
      </Tabs>
    </>
  );
}
