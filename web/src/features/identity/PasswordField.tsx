import { Eye, EyeOff } from 'lucide-react';
import { useState } from 'react';
import { IconButton, TextField } from '@/design';
import { t } from '@/strings';

interface PasswordFieldProps {
  fresh?: boolean;
  error?: string | null;
}

/** A password that can be looked at while it is typed; `fresh`: one that is being thought up. */
export function PasswordField({ fresh, error }: PasswordFieldProps) {
  const [shown, setShown] = useState(false);
  return (
    <TextField
      label={t.identity.password}
      hint={fresh ? t.identity.passwordHint : undefined}
      error={error}
      name="password"
      type={shown ? 'text' : 'password'}
      autoComplete={fresh ? 'new-password' : 'current-password'}
      minLength={fresh ? 8 : undefined}
      maxLength={256}
      required
      inside={
        <IconButton
          small
          label={shown ? t.identity.hidePassword : t.identity.showPassword}
          onClick={() => setShown(!shown)}
        >
          {shown ? <EyeOff size={18} aria-hidden="true" /> : <Eye size={18} aria-hidden="true" />}
        </IconButton>
      }
    />
  );
}
