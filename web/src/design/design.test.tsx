import { fireEvent, render, screen } from '@testing-library/react';
import { useState } from 'react';
import { expect, it, vi } from 'vitest';
import { Button, Menu, Progress, Tabs, TagsField, TextField } from '.';

it('ties the words of a field to it', () => {
  render(<TextField label="Handle" hint="Letters." error="Too short." />);
  const field = screen.getByLabelText('Handle');
  expect(field.getAttribute('aria-invalid')).toBe('true');
  const described = field.getAttribute('aria-describedby')?.split(' ') ?? [];
  expect(described.map((id) => document.getElementById(id)?.textContent)).toEqual(['Too short.', 'Letters.']);
});

it('ignores clicks on a busy button', () => {
  const clicked = vi.fn();
  render(
    <Button busy onClick={clicked}>
      Save
    </Button>,
  );
  fireEvent.click(screen.getByRole('button'));
  expect(clicked).not.toHaveBeenCalled();
});

it('moves in a menu by the arrow keys and gives the focus back', () => {
  const select = vi.fn();
  render(
    <Menu
      label="Actions"
      items={[{ label: 'Edit' }, { label: 'Delete', onSelect: select }]}
      trigger={(props) => <button {...props}>Open</button>}
    />,
  );
  const button = screen.getByRole('button', { name: 'Open' });
  fireEvent.keyDown(button, { key: 'ArrowDown' });
  expect(document.activeElement?.textContent).toBe('Edit');
  fireEvent.keyDown(document.activeElement as Element, { key: 'ArrowUp' });
  expect(document.activeElement?.textContent).toBe('Delete');
  fireEvent.keyDown(document.activeElement as Element, { key: 'Escape' });
  expect(screen.queryByRole('menu')).toBeNull();
  expect(document.activeElement).toBe(button);
  fireEvent.click(button);
  fireEvent.click(screen.getByRole('menuitem', { name: 'Delete' }));
  expect(select).toHaveBeenCalledOnce();
});

it('goes from tab to tab by the arrow keys', () => {
  function Example() {
    const [value, setValue] = useState<'a' | 'b'>('a');
    const tabs = [
      { value: 'a' as const, label: 'A' },
      { value: 'b' as const, label: 'B' },
    ];
    return (
      <Tabs label="Example" value={value} onChange={setValue} tabs={tabs}>
        shows {value}
      </Tabs>
    );
  }
  vi.stubGlobal('CSS', { escape: (text: string) => text.replace(/[^\w-]/g, (letter) => `\\${letter}`) });
  render(<Example />);
  fireEvent.keyDown(screen.getByRole('tablist'), { key: 'ArrowLeft' });
  expect(screen.getByRole('tabpanel').textContent).toBe('shows b');
  expect(document.activeElement).toBe(screen.getByRole('tab', { name: 'B' }));
});

it('adds and removes tags', () => {
  const changed = vi.fn();
  render(
    <TagsField label="Tags" value={['ink']} onChange={changed} removeLabel={(tag) => `Remove ${tag}`} />,
  );
  const field = screen.getByLabelText('Tags');
  fireEvent.change(field, { target: { value: '#warm water' } });
  fireEvent.keyDown(field, { key: 'Enter' });
  expect(changed).toHaveBeenLastCalledWith(['ink', 'warm water']);
  fireEvent.click(screen.getByRole('button', { name: 'Remove ink' }));
  expect(changed).toHaveBeenLastCalledWith([]);
});

it('tells how far it is only where that is known', () => {
  const { rerender } = render(<Progress label="Upload" value={62.4} />);
  expect(screen.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('62');
  rerender(<Progress label="Upload" value={null} />);
  expect(screen.getByRole('progressbar').hasAttribute('aria-valuenow')).toBe(false);
});
