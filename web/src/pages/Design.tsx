import { Clapperboard, Heart, Pencil, Trash2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import {
  Avatar,
  Badge,
  Button,
  Card,
  Checkbox,
  Dialog,
  EmptyState,
  IconButton,
  Menu,
  Notice,
  Options,
  Progress,
  Select,
  Skeleton,
  Tabs,
  TagsField,
  TextArea,
  TextField,
  toast,
} from '@/design';
import { useTitle } from '@/lib/dom';
import { t } from '@/strings';
import styles from './Design.module.css';
import pages from './pages.module.css';

const COLOURS = [
  'canvas',
  'surface',
  'raised',
  'sunken',
  'line',
  'line-strong',
  'ink',
  'ink-soft',
  'accent',
  'accent-soft',
  'good',
  'info',
  'warn',
  'bad',
];

/** Every component in its states, on one page. */
export default function Design() {
  useTitle(t.design.title);
  return (
    <div className={pages.medium}>
      <header className={pages.intro}>
        <h1>{t.design.title}</h1>
        <p>{t.design.lead}</p>
      </header>
      <Section title={t.design.colours}>
        <div className={styles.swatches}>
          {COLOURS.map((name) => (
            <div className={styles.swatch} key={name}>
              <span style={{ background: `var(--${name})` }} />
              {name}
            </div>
          ))}
        </div>
      </Section>
      <Section title={t.design.buttons}>
        <div className={styles.row}>
          <Button look="primary">Publish</Button>
          <Button>Save draft</Button>
          <Button look="quiet">Cancel</Button>
          <Button look="danger">Delete</Button>
          <Button look="primary" busy>
            Saving
          </Button>
          <Button disabled>Not now</Button>
          <Button small>Small</Button>
          <IconButton label="Like">
            <Heart size={20} aria-hidden="true" />
          </IconButton>
        </div>
      </Section>
      <Fields />
      <Section title={t.design.feedback}>
        <div className={styles.stack}>
          <Notice>A sentence that helps.</Notice>
          <Notice tone="warn">Something to look out for.</Notice>
          <Notice tone="good">All went well.</Notice>
          <Notice tone="bad">The file is not a video in a format that we know.</Notice>
        </div>
        <div className={styles.row}>
          <Badge>Draft</Badge>
          <Badge tone="info">Processing</Badge>
          <Badge tone="warn">Uploading</Badge>
          <Badge tone="good">Published</Badge>
          <Badge tone="bad">Failed</Badge>
        </div>
        <Progress label="Some progress" value={62} />
        <Progress label="Nobody knows how far" value={null} />
        <Overlays />
      </Section>
      <TabsExample />
      <Section title={t.design.surfaces}>
        <div className={styles.grid}>
          <Card>
            <div className={styles.row}>
              <Avatar name="Mira Okafor" size={48} />
              <div>
                <h3>Mira Okafor</h3>
                <p className={pages.soft}>@mira</p>
              </div>
            </div>
          </Card>
          <Card>
            <div className={styles.row}>
              {['Jonas', 'Ada', 'Li', 'Zoë', 'Noor'].map((name) => (
                <Avatar name={name} key={name} />
              ))}
            </div>
          </Card>
        </div>
      </Section>
      <Section title={t.design.placeholders}>
        <div className={styles.grid}>
          <div className={styles.stack}>
            <Skeleton height={120} radius="var(--radius-md)" />
            <Skeleton width="80%" />
            <Skeleton width="50%" />
          </div>
          <EmptyState
            icon={<Clapperboard size={32} />}
            title="Nothing yet"
            hint="Here is what you can do about it."
          >
            <Button look="primary">Do it</Button>
          </EmptyState>
        </div>
      </Section>
    </div>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={styles.section}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function Fields() {
  const [tags, setTags] = useState(['ink', 'water']);
  const [when, setWhen] = useState<'now' | 'later'>('now');
  const [adult, setAdult] = useState(false);
  return (
    <Section title={t.design.fields}>
      <div className={styles.grid}>
        <TextField label="Title" defaultValue="Ink in warm water" hint="3 to 200 characters." />
        <TextField
          label="Handle"
          defaultValue="mira!"
          error="Use letters, digits, dots, dashes and underscores."
        />
        <Select label="Who can watch" defaultValue="public">
          <option value="public">Public</option>
          <option value="private">Private</option>
        </Select>
        <TagsField label="Tags" value={tags} onChange={setTags} removeLabel={t.details.removeTag} />
        <TextArea label="Description" aside="optional" placeholder="What is it about?" />
        <div>
          <Options
            legend="When to publish"
            value={when}
            onChange={setWhen}
            options={[
              { value: 'now', label: 'Now' },
              { value: 'later', label: 'Later' },
            ]}
          />
          <Checkbox label="For adults only" checked={adult} onChange={setAdult} />
        </div>
      </div>
    </Section>
  );
}

function Overlays() {
  const [open, setOpen] = useState(false);
  return (
    <div className={styles.row}>
      <Button onClick={() => toast('Saved.')}>Show a toast</Button>
      <Button onClick={() => setOpen(true)}>Open a dialog</Button>
      <Menu
        label="Actions"
        items={[
          { label: 'Edit', icon: <Pencil size={18} aria-hidden="true" /> },
          { label: 'Delete', icon: <Trash2 size={18} aria-hidden="true" />, bad: true },
        ]}
        trigger={(props) => <Button {...props}>Open a menu</Button>}
      />
      {open && (
        <Dialog
          title="Delete this video?"
          onClose={() => setOpen(false)}
          actions={
            <>
              <Button onClick={() => setOpen(false)}>Cancel</Button>
              <Button look="danger" onClick={() => setOpen(false)}>
                Delete
              </Button>
            </>
          }
        >
          <p>It disappears for everybody at once.</p>
        </Dialog>
      )}
    </div>
  );
}

function TabsExample() {
  const [tab, setTab] = useState<'all' | 'videos'>('all');
  return (
    <Section title={t.design.navigation}>
      <Tabs
        label="Example"
        value={tab}
        onChange={setTab}
        tabs={[
          { value: 'all', label: 'All' },
          { value: 'videos', label: 'Videos' },
        ]}
      >
        <p className={pages.soft}>{tab === 'all' ? 'Everything there is.' : 'Videos alone.'}</p>
      </Tabs>
    </Section>
  );
}
