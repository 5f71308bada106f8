import { Button, Checkbox, Popover, TextInput } from '@mantine/core';
import { Tag } from 'lucide-react';
import { useState } from 'react';
import type { Variant } from '../../../../preload/contract/models.ts';
import { useCommandsOnModels, useLibrary } from '../data.ts';
import { tagsOf } from '../view.ts';
import classes from './SelectionBar.module.css';

/** Puts tags on models and takes them off. */
export function TagMenu({ variants, compact = false }: { variants: readonly Variant[]; compact?: boolean }) {
  const { library } = useLibrary();
  const { tag } = useCommandsOnModels();
  const [text, setText] = useState('');
  const ids = variants.map(({ id }) => id);
  const tags = tagsOf(library?.families ?? []);
  return (
    <Popover position="top-start" trapFocus returnFocus>
      <Popover.Target>
        <Button
          variant="default"
          size={compact ? 'compact-xs' : undefined}
          leftSection={<Tag size={compact ? 13 : 14} />}
        >
          Tags
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={classes.tags} aria-label="Tags">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (text.trim() === '') return;
            tag.mutate({ ids, add: [text.trim()] });
            setText('');
          }}
        >
          <TextInput
            label="New tag"
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            maxLength={50}
            data-autofocus
            rightSectionWidth={50}
            rightSection={
              <Button type="submit" size="compact-xs" variant="subtle" disabled={text.trim() === ''}>
                Add
              </Button>
            }
          />
        </form>
        {tags.map((known) => {
          const count = variants.filter((variant) => variant.tags.includes(known)).length;
          return (
            <Checkbox
              key={known}
              size="xs"
              label={known}
              checked={count === variants.length}
              indeterminate={count > 0 && count < variants.length}
              onChange={() => tag.mutate(count === variants.length ? { ids, remove: [known] } : { ids, add: [known] })}
            />
          );
        })}
      </Popover.Dropdown>
    </Popover>
  );
}
