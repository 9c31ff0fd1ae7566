import type { FormEvent } from 'react';
import { isCode } from '@/api/errors';
import { Button, Notice, TextField } from '@/design';
import { messageOf } from '@/lib/messages';
import { t } from '@/strings';
import styles from './forms.module.css';
import { PasswordField } from './PasswordField';
import { useLogIn } from './session';

export function LogInForm({ onDone }: { onDone: () => void }) {
  const logIn = useLogIn();

  function onSubmit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    logIn.mutate(
      { login: String(form.get('login')).trim(), password: String(form.get('password')) },
      { onSuccess: onDone },
    );
  }

  return (
    <form className={styles.form} onSubmit={onSubmit}>
      {logIn.error && (
        <Notice tone="bad">
          {isCode(logIn.error, 'UNAUTHENTICATED') ? t.identity.wrong : messageOf(logIn.error)}
        </Notice>
      )}
      <TextField
        label={t.identity.login}
        name="login"
        autoComplete="username"
        autoCapitalize="none"
        maxLength={254}
        required
      />
      <PasswordField />
      <Button type="submit" look="primary" wide busy={logIn.isPending}>
        {t.identity.logIn}
      </Button>
    </form>
  );
}
