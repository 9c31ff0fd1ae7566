import { HandHeart } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Channel } from '@/api/types';
import { Avatar, Badge, Skeleton } from '@/design';
import { formatCount, formatDay } from '@/lib/format';
import { t } from '@/strings';
import styles from './channels.module.css';

interface ChannelHeadProps {
  channel: Channel;
  /** What its visitor can do. */
  children?: ReactNode;
}

export function ChannelHead({ channel, children }: ChannelHeadProps) {
  const { followers_count: followers, views_count: views } = channel;
  return (
    <header>
      <div className={styles.banner}>{channel.banner_url && <img src={channel.banner_url} alt="" />}</div>
      <div className={styles.head}>
        <span className={styles.picture}>
          <Avatar name={channel.name} src={channel.avatar_url} size={104} />
        </span>
        <div className={styles.words}>
          <h1>{channel.name}</h1>
          <p className={styles.facts}>
            <span>@{channel.handle}</span>
            <span>{t.channels.videos(channel.videos_count + channel.shorts_count)}</span>
            {followers > 0 && <span>{t.channels.followers(formatCount(followers), followers)}</span>}
            {views > 0 && <span>{t.channels.views(formatCount(views), views)}</span>}
          </p>
        </div>
        <div className={styles.actions}>{children}</div>
      </div>
    </header>
  );
}

export function ChannelHeadSkeleton() {
  return (
    <div aria-hidden="true">
      <Skeleton className={styles.banner} height="auto" radius="var(--radius-lg)" />
      <div className={styles.head}>
        <span className={styles.picture}>
          <Skeleton width={104} height={104} radius="50%" />
        </span>
        <div className={styles.words}>
          <Skeleton width={220} height={34} />
          <Skeleton width={160} height={16} className={styles.facts} />
        </div>
      </div>
    </div>
  );
}

export function ChannelAbout({ channel }: { channel: Channel }) {
  return (
    <div className={styles.about}>
      {channel.description ? (
        <p className={styles.prose}>{channel.description}</p>
      ) : (
        <p className={styles.soft}>{t.channels.aboutEmpty}</p>
      )}
      {channel.tags.length > 0 && (
        <p className={styles.facts}>
          {channel.tags.map((tag) => (
            <Badge key={tag}>#{tag}</Badge>
          ))}
        </p>
      )}
      {channel.support_url && (
        <p className={styles.facts}>
          <HandHeart size={18} aria-hidden="true" />
          <a href={channel.support_url} rel="noopener noreferrer nofollow ugc" target="_blank">
            {t.channels.support}: {new URL(channel.support_url).hostname}
          </a>
        </p>
      )}
      <p className={styles.soft}>{t.channels.joined(formatDay(channel.created_at))}</p>
    </div>
  );
}
