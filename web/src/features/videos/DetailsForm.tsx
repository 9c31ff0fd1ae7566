import { type FormEvent, useState } from 'react';
import type { Video } from '@/api/types';
import { Button, Checkbox, Notice, Options, Select, TagsField, TextArea, TextField, toast } from '@/design';
import { formatMoment, toLocalInput } from '@/lib/format';
import { fieldErrors, messageOf } from '@/lib/messages';
import { t } from '@/strings';
import { changesOf, type Details, detailsOf, problemsOf, type When } from './details';
import styles from './details.module.css';
import { useChangeVideo, usePublishVideo } from './queries';

const VISIBILITIES = ['public', 'unlisted', 'followers', 'private'] as const;

interface DetailsFormProps {
  video: Video;
  /** What is proposed until somebody chooses: for a fresh upload, to publish it. */
  when?: When;
}

/** What is said about a video, and when it is published. */
export function DetailsForm({ video, when }: DetailsFormProps) {
  const [details, setDetails] = useState<Details>(() => ({ ...detailsOf(video), ...(when && { when }) }));
  const [tried, setTried] = useState(false);
  const change = useChangeVideo(video.id);
  const publish = usePublishVideo();

  const unpublished = video.status !== 'published' && video.status !== 'deleted';
  const isReady = video.status === 'ready' || video.status === 'scheduled';
  const problems = tried ? problemsOf(details) : {};
  const error = change.error ?? publish.error;
  const errors = fieldErrors(error);

  const set = (changed: Partial<Details>) => setDetails({ ...details, ...changed });

  async function save(): Promise<void> {
    const changes = changesOf(details, video);
    if (Object.keys(changes).length > 0) await change.mutateAsync(changes);
    if (!unpublished || details.when !== 'ready') {
      const scheduled = unpublished && details.when === 'schedule';
      toast(
        scheduled ? t.details.scheduledFor(formatMoment(new Date(details.at).toISOString())) : t.videos.saved,
      );
      return;
    }
    const published = await publish.mutateAsync(video.id);
    toast(published.status === 'published' ? t.videos.publishedNow : t.videos.publishedWhenReady);
  }

  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    if (Object.keys(problemsOf(details)).length > 0) return;
    save().catch(() => {
      // Shown by the form.
    });
  }

  return (
    <form className={styles.form} onSubmit={onSubmit} noValidate>
      {error && Object.keys(errors).length === 0 && <Notice tone="bad">{messageOf(error)}</Notice>}
      <TextField
        label={t.details.title}
        value={details.title}
        onChange={(event) => set({ title: event.target.value })}
        maxLength={200}
        required
        error={problems.title ? t.details.titleLength : errors.title}
      />
      <TextArea
        label={t.details.description}
        aside={t.identity.optional}
        value={details.description}
        onChange={(event) => set({ description: event.target.value })}
        placeholder={t.details.descriptionHint}
        maxLength={5000}
        rows={4}
        error={errors.description}
      />
      <TagsField
        label={t.details.tags}
        aside={t.identity.optional}
        hint={t.details.tagsHint}
        value={details.tags}
        onChange={(tags) => set({ tags })}
        removeLabel={t.details.removeTag}
        error={errors.tags}
      />
      <div className={styles.columns}>
        <div className={styles.column}>
          <Select
            label={t.details.visibility}
            hint={t.videos.visibilityHint[details.visibility]}
            value={details.visibility}
            onChange={(event) => set({ visibility: event.target.value as Details['visibility'] })}
          >
            {VISIBILITIES.map((visibility) => (
              <option value={visibility} key={visibility}>
                {t.videos.visibility[visibility]}
              </option>
            ))}
          </Select>
          <Checkbox
            label={t.details.adult}
            checked={details.is_adult}
            onChange={(is_adult) => set({ is_adult })}
          />
        </div>
        {unpublished && (
          <div className={styles.column}>
            <Options
              legend={t.details.when}
              value={details.when}
              onChange={(chosen) => set({ when: chosen })}
              options={[
                { value: 'ready', label: isReady ? t.details.now : t.details.asSoonAsReady },
                { value: 'keep', label: t.details.keep },
                { value: 'schedule', label: t.details.schedule },
              ]}
            />
            {details.when === 'schedule' && (
              <TextField
                label={t.details.scheduleAt}
                type="datetime-local"
                value={details.at}
                min={toLocalInput(new Date())}
                onChange={(event) => set({ at: event.target.value })}
                required
                error={problems.at ? t.details.scheduleAhead : errors.publish_at}
              />
            )}
          </div>
        )}
      </div>
      <div className={styles.actions}>
        <Button type="submit" look="primary" busy={change.isPending || publish.isPending}>
          {actionOf(unpublished, isReady, details.when)}
        </Button>
      </div>
    </form>
  );
}

function actionOf(unpublished: boolean, isReady: boolean, when: When): string {
  if (!unpublished) return t.actions.save;
  if (when === 'schedule') return t.details.scheduleAction;
  if (when === 'keep') return t.details.saveDraft;
  return isReady ? t.details.publishAction : t.details.publishWhenReady;
}
