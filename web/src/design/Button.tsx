import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';
import { Link } from 'wouter';
import { classes } from '@/lib/dom';
import styles from './Button.module.css';

export type ButtonLook = 'primary' | 'secondary' | 'quiet' | 'danger';

interface Look {
  look?: ButtonLook;
  small?: boolean;
  wide?: boolean;
}

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement>, Look {
  /** Under way: shows a spinner, ignores clicks, keeps the focus. */
  busy?: boolean;
  ref?: Ref<HTMLButtonElement>;
}

function lookOf({ look = 'secondary', small, wide }: Look, ...more: (string | undefined)[]) {
  return classes(styles.button, styles[look], small && styles.small, wide && styles.wide, ...more);
}

export function Button({ look, small, wide, busy, className, children, onClick, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={lookOf({ look, small, wide }, className)}
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
    >
      {busy && <span className={styles.spinner} aria-hidden="true" />}
      {children}
    </button>
  );
}

interface IconButtonProps extends Omit<ButtonProps, 'children' | 'wide'> {
  /** What it does, for the tooltip and for those who cannot see the icon. */
  label: string;
  children: ReactNode;
}

export function IconButton({ label, look = 'quiet', small, className, busy, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      aria-busy={busy || undefined}
      {...rest}
      className={lookOf({ look, small }, styles.icon, className)}
    />
  );
}

interface ButtonLinkProps extends Look {
  href: string;
  children: ReactNode;
  className?: string;
}

export function ButtonLink({ href, look, small, wide, className, children }: ButtonLinkProps) {
  return (
    <Link href={href} className={lookOf({ look, small, wide }, className)}>
      {children}
    </Link>
  );
}
