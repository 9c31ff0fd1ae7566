import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Clapperboard, Pencil } from 'lucide-react';
import { useState } from 'react';
import { isCode } from '@/api/errors';
import { Button, ButtonLink, EmptyState, Notice, Tabs } from '@/design';
import { ChannelAbout, ChannelHead, ChannelHeadSkeleton, channelQuery } from '@/features/channels';
import { channelVideosQuery, VideoGrid } from '@/features/videos';
import { useTitle } from '@/lib/dom';
import { messageOf } from '@/lib/messages';
import { t } from '@/strings';
import NotFound from './NotFound';
import { useOwnChannel } from './ownChannel';
import styles from './pages.module.css';

export default function Channel({ handle }: { handle: string }) {
  const own = useOwnChannel()?.toLowerCase() === handle.toLowerCase();
  const channel = useQuery(channelQuery(handle));
  const videos = useInfiniteQuery(channelVideosQuery(handle));
  const [tab, setTab] = useState<'videos' | 'about'>('videos');
  useTitle(channel.data?.name);

  if (isCode(channel.error, 'NOT_FOUND')) return <NotFound />;
  if (channel.error) {
    return (
      <Notice tone="bad">
        {messageOf(channel.error)} <Button onClick={() => void channel.refetch()}>{t.actions.retry}</Button>
      </Notice>
    );
  }
  const empty = (
    <EmptyState
      icon={<Clapperboard size={32} />}
      title={t.channels.noVideos}
      hint={own ? t.channels.ownNoVideosHint : t.channels.noVideosHint}
    >
      {own && (
        <ButtonLink href="/upload" look="primary">
          {t.shell.upload}
        </ButtonLink>
      )}
    </EmptyState>
  );
  return (
    <>
      {channel.data ? (
        <ChannelHead channel={channel.data}>
          {own && (
            <ButtonLink href="/studio">
              <Pencil size={16} aria-hidden="true" />
              {t.shell.studio}
            </ButtonLink>
          )}
        </ChannelHead>
      ) : (
        <ChannelHeadSkeleton />
      )}
      <Tabs
        label={t.channels.tabs}
        value={tab}
        onChange={setTab}
        tabs={[
          { value: 'videos', label: t.channels.videosTab },
          { value: 'about', label: t.channels.about },
        ]}
      >
        <div className={styles.panel}>
          {tab === 'videos' && <VideoGrid query={videos} withChannel={false} empty={empty} />}
          {tab === 'about' && channel.data && <ChannelAbout channel={channel.data} />}
        </div>
      </Tabs>
    </>
  );
}
