/** What single keys do to the player. */

export type Command =
  | { do: 'toggle' | 'mute' | 'captions' | 'fullscreen' | 'pip' | 'help' }
  | { do: 'seek'; by: number }
  | { do: 'jump'; to: number }
  | { do: 'volume'; by: number }
  | { do: 'speed'; by: 1 | -1 };

type Key = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>;

/** Null for keys that mean nothing here; combinations belong to the browser. */
export function commandOf({ key, ctrlKey, metaKey, altKey }: Key): Command | null {
  if (ctrlKey || metaKey || altKey) return null;
  if (/^[0-9]$/.test(key)) return { do: 'jump', to: Number(key) / 10 };
  switch (key.toLowerCase()) {
    case ' ':
    case 'k':
      return { do: 'toggle' };
    case 'j':
      return { do: 'seek', by: -10 };
    case 'l':
      return { do: 'seek', by: 10 };
    case 'arrowleft':
      return { do: 'seek', by: -5 };
    case 'arrowright':
      return { do: 'seek', by: 5 };
    case 'arrowup':
      return { do: 'volume', by: 0.1 };
    case 'arrowdown':
      return { do: 'volume', by: -0.1 };
    case 'm':
      return { do: 'mute' };
    case 'c':
      return { do: 'captions' };
    case 'f':
      return { do: 'fullscreen' };
    case 'i':
      return { do: 'pip' };
    case '<':
      return { do: 'speed', by: -1 };
    case '>':
      return { do: 'speed', by: 1 };
    case '?':
      return { do: 'help' };
    default:
      return null;
  }
}

/** Whether a key pressed there is meant for what has the focus: text fields, sliders, menus, dialogs, buttons. */
export function isTaken(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest('[role="menu"], dialog, select, textarea, [contenteditable="true"]')) return true;
  if (target instanceof HTMLInputElement) return target.type !== 'range' || key.startsWith('Arrow');
  if (key === ' ') return target.closest('button, a, [role="tab"]') !== null;
  if (key.startsWith('Arrow')) return target.closest('[role="tab"], [data-menu]') !== null;
  return false;
}
