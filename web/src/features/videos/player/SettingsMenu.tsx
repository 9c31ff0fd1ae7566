import { Check, ChevronLeft, ChevronRight, Settings } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { Caption } from '@/api/types';
import { moveFocus } from '@/design';
import { t } from '@/strings';
import type { Level } from './engine';
import styles from './Player.module.css';

export const SPEEDS = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];

interface SettingsMenuProps {
  levels: Level[];
  /** The chosen quality; -1: as the network allows. */
  level: number;
  shownLevel: number;
  onLevel: (index: number) => void;
  speed: number;
  onSpeed: (speed: number) => void;
  captions: Caption[];
  caption: string | null;
  onCaption: (lang: string | null) => void;
  /** While it is open the controls stay in sight. */
  onOpen: (open: boolean) => void;
}

interface Choice {
  key: string;
  label: string;
  chosen: boolean;
  choose: () => void;
}

interface Section {
  name: string;
  value: string;
  choices: Choice[];
}

export function SettingsMenu(props: SettingsMenuProps) {
  const { onOpen } = props;
  const [open, setOpen] = useState(false);
  const [section, setSection] = useState<string | null>(null);
  const anchor = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDivElement>(null);

  function show(shown: boolean): void {
    setOpen(shown);
    setSection(null);
    onOpen(shown);
  }

  function close(): void {
    show(false);
    button.current?.focus();
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: the focus follows what is shown
  useEffect(() => {
    if (!open) return;
    const items = menu.current;
    const first =
      items?.querySelector<HTMLElement>('[aria-checked="true"]') ??
      items?.querySelector<HTMLElement>('[role^="menuitem"]');
    first?.focus();
  }, [open, section]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: only opening and closing matter
  useEffect(() => {
    if (!open) return;
    const leave = (event: PointerEvent) => {
      if (!anchor.current?.contains(event.target as Node)) show(false);
    };
    document.addEventListener('pointerdown', leave);
    return () => document.removeEventListener('pointerdown', leave);
  }, [open]);

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'Escape' || (event.key === 'ArrowLeft' && section !== null)) {
      event.preventDefault();
      event.stopPropagation();
      if (section !== null) setSection(null);
      else close();
    } else if (event.key === 'Tab') {
      show(false);
    } else if (menu.current && moveFocus(menu.current, event.key)) {
      event.preventDefault();
    }
  }

  const sections = sectionsOf(props);
  const current = sections.find((one) => one.name === section);
  return (
    <div className={styles.anchor} ref={anchor}>
      <button
        ref={button}
        type="button"
        data-menu
        className={styles.control}
        aria-label={t.player.settings}
        title={t.player.settings}
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => show(!open)}
      >
        <Settings size={20} aria-hidden="true" />
      </button>
      {open && (
        <div
          ref={menu}
          role="menu"
          tabIndex={-1}
          aria-label={current?.name ?? t.player.settings}
          className={styles.menu}
          onKeyDown={onKeyDown}
        >
          {current ? (
            <>
              <button
                type="button"
                role="menuitem"
                tabIndex={-1}
                className={styles.back}
                onClick={() => setSection(null)}
              >
                <ChevronLeft size={18} aria-hidden="true" />
                {current.name}
              </button>
              {current.choices.map((choice) => (
                <button
                  type="button"
                  role="menuitemradio"
                  aria-checked={choice.chosen}
                  tabIndex={-1}
                  key={choice.key}
                  className={styles.item}
                  onClick={() => {
                    choice.choose();
                    close();
                  }}
                >
                  <span className={styles.check}>
                    {choice.chosen && <Check size={16} aria-hidden="true" />}
                  </span>
                  {choice.label}
                </button>
              ))}
            </>
          ) : (
            sections.map((one) => (
              <button
                type="button"
                role="menuitem"
                aria-haspopup="menu"
                tabIndex={-1}
                key={one.name}
                className={styles.item}
                onClick={() => setSection(one.name)}
                onKeyDown={(event) => {
                  if (event.key === 'ArrowRight') setSection(one.name);
                }}
              >
                {one.name}
                <span className={styles.value}>{one.value}</span>
                <ChevronRight size={16} aria-hidden="true" />
              </button>
            ))
          )}
        </div>
      )}
    </div>
  );
}

function sectionsOf(props: SettingsMenuProps): Section[] {
  const { levels, level, shownLevel, speed, captions, caption } = props;
  const shownName = levels.find((one) => one.index === shownLevel)?.name;
  const auto = level === -1 && shownName ? t.player.autoNow(shownName) : t.player.auto;
  const speedName = (value: number) => (value === 1 ? t.player.normal : `${value}×`);
  const quality: Section = {
    name: t.player.quality,
    value: level === -1 ? auto : (levels.find((one) => one.index === level)?.name ?? ''),
    choices: [
      { key: 'auto', label: auto, chosen: level === -1, choose: () => props.onLevel(-1) },
      ...levels.map((one) => ({
        key: String(one.index),
        label: one.name,
        chosen: level === one.index,
        choose: () => props.onLevel(one.index),
      })),
    ],
  };
  const speeds: Section = {
    name: t.player.speed,
    value: speedName(speed),
    choices: SPEEDS.map((value) => ({
      key: String(value),
      label: speedName(value),
      chosen: speed === value,
      choose: () => props.onSpeed(value),
    })),
  };
  const texts: Section = {
    name: t.player.captions,
    value: captions.find((one) => one.lang === caption)?.label ?? t.player.captionsOff,
    choices: [
      {
        key: 'off',
        label: t.player.captionsOff,
        chosen: caption === null,
        choose: () => props.onCaption(null),
      },
      ...captions.map((one) => ({
        key: one.lang,
        label: one.label,
        chosen: caption === one.lang,
        choose: () => props.onCaption(one.lang),
      })),
    ],
  };
  return [...(levels.length > 0 ? [quality] : []), speeds, ...(captions.length > 0 ? [texts] : [])];
}
