import { useSyncExternalStore } from 'react';
import { remember } from '@/lib/storage';

export type Theme = 'dark' | 'light';

const system = window.matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();

function current(): Theme {
  const { theme } = document.documentElement.dataset;
  if (theme === 'dark' || theme === 'light') return theme;
  return system.matches ? 'dark' : 'light';
}

/** The theme in sight: the system's, until somebody chooses. */
export function useTheme(): [Theme, (theme: Theme) => void] {
  const theme = useSyncExternalStore((listener) => {
    listeners.add(listener);
    system.addEventListener('change', listener);
    return () => {
      listeners.delete(listener);
      system.removeEventListener('change', listener);
    };
  }, current);
  return [theme, choose];
}

function choose(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
  remember('theme', theme);
  for (const listener of listeners) listener();
}
