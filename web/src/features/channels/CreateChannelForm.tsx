import { type FormEvent, useState } from 'react';
import type { Channel } from '@/api/types';
import { Button, Notice, TextArea, TextField } from '@/design';
import { fieldErrors, messageOf } from '@/lib/messages';
import { t } from '@/strings';
import styles from './channels.module.css';
import { suggestHandle } from './handle';
import { useCreateChannel } from './queries';

interface CreateChannelFormProps {
  suggestedName: string;
  onDone: (channel: Channel) => void;
}

export function CreateChannelForm({ suggestedName, onDone }: CreateChannelFormProps) {
  const create = useCreateChannel();
  const [name, setName] = useState(suggestedName);
  const [typedHandle, setTypedHandle] = useState<string | null>(null);
  const handle = typedHandle ?? suggestHandle(name);
  const errors = fieldErrors(create.error);

  function onSubmit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    create.mutate(
      {
        name: name.trim(),
        handle,
        description: String(form.get('description')).trim(),
        support_url: String(form.get('support_url')).trim() || null,
        tags: [],
      },
      { onSuccess: onDone },
    );
  }

  return (
    <form className={styles.form} onSubmit={onSubmit}>
      {create.error && Object.keys(errors).length === 0 && (
        <Notice tone="bad">{messageOf(create.error)}</Notice>
      )}
      <TextField
        label={t.channels.name}
        hint={t.channels.nameHint}
        value={name}
        onChange={(event) => setName(event.target.value)}
        maxLength={255}
        required
        error={errors.name}
      />
      <TextField
        label={t.channels.handle}
        hint={t.channels.handleHint(handle)}
        value={handle}
        onChange={(event) => setTypedHandle(event.target.value)}
        autoCapitalize="none"
        autoComplete="off"
        spellCheck={false}
        minLength={2}
        maxLength={100}
        required
        error={errors.handle}
      />
      <TextArea
        label={t.channels.description}
        aside={t.identity.optional}
        hint={t.channels.descriptionHint}
        name="description"
        maxLength={5000}
        rows={3}
        error={errors.description}
      />
      <TextField
        label={t.channels.supportUrl}
        aside={t.identity.optional}
        hint={t.channels.supportUrlHint}
        name="support_url"
        type="url"
        pattern="https?://.*"
        placeholder="https://"
        maxLength={500}
        error={errors.support_url}
      />
      <Button type="submit" look="primary" wide busy={create.isPending}>
        {t.channels.submit}
      </Button>
    </form>
  );
}
