import type { FormEvent } from 'react';
import { Button, Notice, TextField } from '@/design';
import { fieldErrors, messageOf } from '@/lib/messages';
import { t } from '@/strings';
import styles from './forms.module.css';
import { PasswordField } from './PasswordField';
import { useRegister } from './session';

export function RegisterForm({ onDone }: { onDone: () => void }) {
  const register = useRegister();
  const errors = fieldErrors(register.error);

  function onSubmit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name)).trim();
    register.mutate(
      {
        email: text('email'),
        username: text('username'),
        password: String(form.get('password')),
        display_name: text('display_name') || null,
      },
      { onSuccess: onDone },
    );
  }

  return (
    <form className={styles.form} onSubmit={onSubmit}>
      {register.error && Object.keys(errors).length === 0 && (
        <Notice tone="bad">{messageOf(register.error)}</Notice>
      )}
      <TextField
        label={t.identity.email}
        name="email"
        type="email"
        autoComplete="email"
        maxLength={254}
        required
        error={errors.email}
      />
      <TextField
        label={t.identity.username}
        hint={t.identity.usernameHint}
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        minLength={2}
        maxLength={50}
        pattern="[A-Za-z0-9][A-Za-z0-9._\-]*"
        title={t.identity.usernameHint}
        required
        error={errors.username}
      />
      <TextField
        label={t.identity.displayName}
        aside={t.identity.optional}
        name="display_name"
        autoComplete="name"
        maxLength={100}
        error={errors.display_name}
      />
      <PasswordField fresh error={errors.password} />
      <Button type="submit" look="primary" wide busy={register.isPending}>
        {t.identity.register}
      </Button>
    </form>
  );
}
