import { ChevronDown, CircleAlert, X } from 'lucide-react';
import {
  type InputHTMLAttributes,
  type KeyboardEvent,
  type ReactNode,
  type Ref,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
  useRef,
  useState,
} from 'react';
import { classes } from '@/lib/dom';
import styles from './Field.module.css';

interface Words {
  label: string;
  /** Said beside the label, such as `optional`. */
  aside?: string;
  hint?: ReactNode;
  error?: string | null;
}

interface Described {
  id: string;
  'aria-invalid': true | undefined;
  'aria-describedby': string | undefined;
}

function Frame({
  label,
  aside,
  hint,
  error,
  children,
}: Words & { children: (described: Described) => ReactNode }) {
  const id = useId();
  const [hintId, errorId] = [`${id}-hint`, `${id}-error`];
  const describedBy = [error && errorId, hint && hintId].filter(Boolean).join(' ') || undefined;
  return (
    <div className={styles.field}>
      <label className={styles.label} htmlFor={id}>
        {label}
        {aside && <span className={styles.aside}>{aside}</span>}
      </label>
      {children({ id, 'aria-invalid': error ? true : undefined, 'aria-describedby': describedBy })}
      {error && (
        <p className={styles.error} id={errorId}>
          <CircleAlert size={16} aria-hidden="true" />
          {error}
        </p>
      )}
      {hint && (
        <p className={styles.hint} id={hintId}>
          {hint}
        </p>
      )}
    </div>
  );
}

interface TextFieldProps extends Words, Omit<InputHTMLAttributes<HTMLInputElement>, 'id'> {
  ref?: Ref<HTMLInputElement>;
  /** A button shown inside the field, at its end. */
  inside?: ReactNode;
}

export function TextField({ label, aside, hint, error, inside, className, ...rest }: TextFieldProps) {
  return (
    <Frame {...{ label, aside, hint, error }}>
      {(described) => {
        const input = <input {...rest} {...described} className={classes(styles.control, className)} />;
        return inside ? (
          <div className={styles.inside}>
            {input}
            {inside}
          </div>
        ) : (
          input
        );
      }}
    </Frame>
  );
}

interface TextAreaProps extends Words, Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, 'id'> {}

export function TextArea({ label, aside, hint, error, className, ...rest }: TextAreaProps) {
  return (
    <Frame {...{ label, aside, hint, error }}>
      {(described) => <textarea {...rest} {...described} className={classes(styles.control, className)} />}
    </Frame>
  );
}

interface SelectProps extends Words, Omit<SelectHTMLAttributes<HTMLSelectElement>, 'id'> {}

export function Select({ label, aside, hint, error, className, children, ...rest }: SelectProps) {
  return (
    <Frame {...{ label, aside, hint, error }}>
      {(described) => (
        <div className={styles.select}>
          <select {...rest} {...described} className={classes(styles.control, className)}>
            {children}
          </select>
          <ChevronDown size={18} aria-hidden="true" />
        </div>
      )}
    </Frame>
  );
}

interface TagsFieldProps extends Words {
  value: string[];
  onChange: (tags: string[]) => void;
  /** The name of the button that takes a tag away. */
  removeLabel: (tag: string) => string;
  most?: number;
}

/** Words that are added by Enter or a comma, and taken away by their button or Backspace. */
export function TagsField({ value, onChange, removeLabel, most = 10, ...words }: TagsFieldProps) {
  const [text, setText] = useState('');
  const input = useRef<HTMLInputElement>(null);

  function add(): void {
    const added = text
      .split(',')
      .map((tag) => tag.trim().replace(/^#/, ''))
      .filter(Boolean);
    if (added.length > 0) onChange([...new Set([...value, ...added])].slice(0, most));
    setText('');
  }

  function remove(tag: string): void {
    onChange(value.filter((other) => other !== tag));
    input.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter' || event.key === ',') {
      event.preventDefault();
      add();
    } else if (event.key === 'Backspace' && text === '') {
      onChange(value.slice(0, -1));
    }
  }

  return (
    <Frame {...words}>
      {(described) => (
        <div className={classes(styles.control, styles.chips)}>
          {value.map((tag) => (
            <span className={styles.chip} key={tag}>
              <span>{tag}</span>
              <button type="button" aria-label={removeLabel(tag)} onClick={() => remove(tag)}>
                <X size={14} aria-hidden="true" />
              </button>
            </span>
          ))}
          <input
            {...described}
            ref={input}
            value={text}
            maxLength={50}
            disabled={value.length >= most}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={onKeyDown}
            onBlur={add}
          />
        </div>
      )}
    </Frame>
  );
}

interface OptionsProps<V extends string> {
  legend: string;
  value: V;
  onChange: (value: V) => void;
  options: { value: V; label: string }[];
}

/** One of a few, all of them in sight. */
export function Options<V extends string>({ legend, value, onChange, options }: OptionsProps<V>) {
  const name = useId();
  return (
    <fieldset className={styles.options}>
      <legend className={styles.label}>{legend}</legend>
      {options.map((option) => (
        <label className={styles.option} key={option.value}>
          <input
            type="radio"
            name={name}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          {option.label}
        </label>
      ))}
    </fieldset>
  );
}

interface CheckboxProps {
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}

export function Checkbox({ label, checked, onChange }: CheckboxProps) {
  return (
    <label className={styles.option}>
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.target.checked)} />
      {label}
    </label>
  );
}
