import { type KeyboardEvent, type ReactNode, type Ref, useEffect, useId, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { classes } from '@/lib/dom';
import styles from './Menu.module.css';

export interface MenuItem {
  label: string;
  icon?: ReactNode;
  bad?: boolean;
  /** A place to go to, or something to do. */
  href?: string;
  onSelect?: () => void;
}

interface Trigger {
  ref: Ref<HTMLButtonElement>;
  'aria-haspopup': 'menu';
  'aria-expanded': boolean;
  'aria-controls': string | undefined;
  onClick: () => void;
  onKeyDown: (event: KeyboardEvent) => void;
}

interface MenuProps {
  label: string;
  items: MenuItem[];
  head?: ReactNode;
  trigger: (props: Trigger) => ReactNode;
}

/** Moves the focus among the items of a menu as the arrow keys, Home and End ask; says whether it did. */
export function moveFocus(menu: HTMLElement, key: string): boolean {
  const items = [...menu.querySelectorAll<HTMLElement>('[role^="menuitem"]')];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const to = { ArrowDown: at + 1, ArrowUp: at < 0 ? -1 : at - 1, Home: 0, End: -1 }[key];
  if (to === undefined || items.length === 0) return false;
  items.at(to % items.length)?.focus();
  return true;
}

/** A button that opens a list of things to do; arrow keys move in it, Escape and Tab leave it. */
export function Menu({ label, items, head, trigger }: MenuProps) {
  const [open, setOpen] = useState(false);
  const [, navigate] = useLocation();
  const anchor = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  const id = useId();

  useEffect(() => {
    if (!open) return;
    menu.current?.querySelector<HTMLElement>('[role="menuitem"]')?.focus();
    const leave = (event: PointerEvent) => {
      if (!anchor.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener('pointerdown', leave);
    return () => document.removeEventListener('pointerdown', leave);
  }, [open]);

  function close(): void {
    setOpen(false);
    button.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (event.key === 'Tab') {
      setOpen(false);
    } else if (menu.current && moveFocus(menu.current, event.key)) {
      event.preventDefault();
    }
  }

  function select(item: MenuItem): void {
    close();
    if (item.href) navigate(item.href);
    item.onSelect?.();
  }

  return (
    <div className={styles.anchor} ref={anchor}>
      {trigger({
        ref: button,
        'aria-haspopup': 'menu',
        'aria-expanded': open,
        'aria-controls': open ? id : undefined,
        onClick: () => setOpen(!open),
        onKeyDown: (event) => {
          if (event.key !== 'ArrowDown') return;
          event.preventDefault();
          setOpen(true);
        },
      })}
      {open && (
        <div className={styles.menu}>
          {head && <div className={styles.head}>{head}</div>}
          <div role="menu" id={id} aria-label={label} ref={menu} onKeyDown={onKeyDown} tabIndex={-1}>
            {items.map((item) => (
              <button
                type="button"
                role="menuitem"
                tabIndex={-1}
                key={item.label}
                className={classes(styles.item, item.bad && styles.bad)}
                onClick={() => select(item)}
              >
                {item.icon}
                {item.label}
              </button>
            ))}
          </div>
        </div>
      )}
    </div>
  );
}
