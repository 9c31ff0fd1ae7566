import { Clapperboard, House, LogOut, Moon, Palette, Sun, Tv, Upload } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { Avatar, ButtonLink, IconButton, Menu, type MenuItem, Toasts, toast } from '@/design';
import { isCreator, useLogOut, useUser } from '@/features/identity';
import { forgetUploads, isActive, useUploads } from '@/features/videos/upload/store';
import { classes } from '@/lib/dom';
import { t } from '@/strings';
import { focusPage, usePlaces } from './places';
import styles from './Shell.module.css';
import { useTheme } from './theme';

/** What is around every page. */
export function Shell({ children }: { children: ReactNode }) {
  const user = useUser();
  usePlaces();
  return (
    <div className={user ? styles.withTabs : styles.anonymous}>
      <a className={styles.skip} href="#main">
        {t.shell.skip}
      </a>
      <header className={styles.header}>
        <div className={styles.bar}>
          <Link className={styles.logo} href="/" aria-label={t.product}>
            <img src="/favicon.svg" alt="" width={30} height={30} />
            <span>{t.product}</span>
          </Link>
          <nav className={styles.links} aria-label={t.shell.navigation}>
            <NavLink href="/" icon={<House size={20} aria-hidden="true" />}>
              {t.shell.home}
            </NavLink>
            {user && (
              <>
                <NavLink href="/upload" icon={<Upload size={20} aria-hidden="true" />} narrow>
                  {t.shell.upload}
                </NavLink>
                <NavLink href="/studio" icon={<Clapperboard size={20} aria-hidden="true" />}>
                  {t.shell.studio}
                </NavLink>
              </>
            )}
          </nav>
          <span className={styles.space} />
          {user && <UploadLink />}
          <ThemeButton />
          {user ? (
            <AccountMenu />
          ) : (
            <>
              <ButtonLink href="/login" look="quiet" small>
                {t.shell.logIn}
              </ButtonLink>
              <ButtonLink href="/register" look="primary" small>
                {t.shell.register}
              </ButtonLink>
            </>
          )}
        </div>
      </header>
      <main className={styles.main} id="main" tabIndex={-1}>
        {children}
      </main>
      <Toasts />
    </div>
  );
}

interface NavLinkProps {
  href: string;
  icon: ReactNode;
  children: ReactNode;
  /** Only in the bar at the bottom of narrow screens. */
  narrow?: boolean;
}

function NavLink({ href, icon, narrow, children }: NavLinkProps) {
  const [path] = useLocation();
  return (
    <Link
      href={href}
      className={classes(styles.link, narrow && styles.narrow)}
      aria-current={path === href ? 'page' : undefined}
    >
      {icon}
      {children}
    </Link>
  );
}

function UploadLink() {
  const active = useUploads().filter(isActive);
  const [sent, all] = active.reduce(([a, b], one) => [a + one.sentBytes, b + one.file.size], [0, 0]);
  const percent = all > 0 ? Math.floor((sent / all) * 100) : 0;
  return (
    <ButtonLink href="/upload" small className={styles.wide}>
      <Upload size={17} aria-hidden="true" />
      {t.shell.upload}
      {active.length > 0 && (
        <span className={styles.share} title={t.shell.uploading(active.length, percent)}>
          {percent}%
        </span>
      )}
    </ButtonLink>
  );
}

function ThemeButton() {
  const [theme, setTheme] = useTheme();
  const dark = theme === 'dark';
  return (
    <IconButton
      label={dark ? t.shell.toLight : t.shell.toDark}
      onClick={() => setTheme(dark ? 'light' : 'dark')}
    >
      {dark ? <Sun size={20} aria-hidden="true" /> : <Moon size={20} aria-hidden="true" />}
    </IconButton>
  );
}

function AccountMenu() {
  const user = useUser();
  const logOut = useLogOut();
  const [, navigate] = useLocation();
  if (!user) return null;

  const items: MenuItem[] = [
    isCreator(user)
      ? { label: t.shell.myChannel, icon: <Tv size={18} aria-hidden="true" />, href: '/channel' }
      : { label: t.shell.createChannel, icon: <Tv size={18} aria-hidden="true" />, href: '/create-channel' },
    { label: t.shell.studio, icon: <Clapperboard size={18} aria-hidden="true" />, href: '/studio' },
    { label: t.shell.design, icon: <Palette size={18} aria-hidden="true" />, href: '/design' },
    {
      label: t.shell.logOut,
      icon: <LogOut size={18} aria-hidden="true" />,
      onSelect: () => {
        forgetUploads();
        // Whether it worked or not: this browser has forgotten, and this menu is gone.
        const left = () => {
          navigate('/');
          focusPage();
          toast(t.identity.loggedOut);
        };
        logOut.mutateAsync().then(left, left);
      },
    },
  ];
  return (
    <Menu
      label={t.shell.account}
      items={items}
      head={
        <div className={styles.who}>
          {user.display_name}
          <span>@{user.username}</span>
        </div>
      }
      trigger={(props) => (
        <button type="button" className={styles.account} aria-label={t.shell.account} {...props}>
          <Avatar name={user.display_name} src={user.avatar_url} size={34} />
        </button>
      )}
    />
  );
}
