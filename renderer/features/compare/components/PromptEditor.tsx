import { Button, FileButton, SegmentedControl, Textarea } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { FileText, MessageSquareText } from 'lucide-react';
import { type Ref, useState } from 'react';
import { takeText } from '../../../design/index.ts';
import { plural } from '../../../lib/numbers.ts';
import { type Splitting, splitPrompts } from '../../../lib/promptList.ts';
import { draft, prefer, useDraft, usePreferences } from '../../../ui-state/index.ts';
import classes from './PromptEditor.module.css';

const splittings = [
  { value: 'one', label: 'One prompt' },
  { value: 'lines', label: 'One a line' },
  { value: 'separator', label: 'Split at ---' },
] satisfies { value: Splitting; label: string }[];

/** What to ask: one prompt or a list, and the system prompt. */
export function PromptEditor({
  fieldRef,
  children,
}: {
  fieldRef: Ref<HTMLTextAreaElement>;
  children: React.ReactNode;
}) {
  const { text, system } = useDraft();
  const splitting = usePreferences((preferences) => preferences.splitting);
  const [systemOpen, setSystemOpen] = useState(system !== '');
  const count = splitPrompts(text, splitting).length;
  const withSystem = systemOpen || system !== '';
  const low = useMediaQuery('(max-height: 760px)', false, { getInitialValueInEffect: false });
  const rows = { minRows: low ? 2 : 3, maxRows: low ? 3 : 5 };

  async function importFile(file: File | null) {
    if (!file) return;
    await takeText(file, ({ text: content }) => {
      draft({ text: content });
      if (splitting === 'one') prefer({ splitting: /^[ \t]*---[ \t]*$/m.test(content) ? 'separator' : 'lines' });
    });
  }

  return (
    <div className={classes.editor}>
      <div className={classes.fields} data-system={withSystem || undefined}>
        {withSystem && (
          <Textarea
            aria-label="System prompt"
            placeholder="System prompt: stands before every prompt, for every model"
            value={system}
            onChange={(event) => draft({ system: event.currentTarget.value })}
            autosize
            {...rows}
            autoFocus={system === ''}
          />
        )}
        <Textarea
          ref={fieldRef}
          aria-label="Prompt"
          placeholder={
            splitting === 'one'
              ? 'Ask every model the same'
              : splitting === 'lines'
                ? 'One prompt a line'
                : 'Prompts, with a line that holds only --- between them'
          }
          value={text}
          onChange={(event) => draft({ text: event.currentTarget.value })}
          autosize
          {...rows}
        />
      </div>
      <div className={classes.bar}>
        <SegmentedControl
          aria-label="How the text is split into prompts"
          value={splitting}
          onChange={(value) => prefer({ splitting: value as Splitting })}
          data={splittings}
        />
        {splitting !== 'one' && <span className={classes.count}>{plural(count, 'prompt')}</span>}
        <FileButton onChange={importFile} accept="text/plain,.txt,.md,.jsonl">
          {(props) => (
            <Button
              {...props}
              variant="subtle"
              color="gray"
              className={classes.foldable}
              aria-label="Import prompts from a text file"
              leftSection={<FileText size={14} />}
            >
              <span className={classes.word}>Import</span>
            </Button>
          )}
        </FileButton>
        {!withSystem && (
          <Button
            variant="subtle"
            color="gray"
            className={classes.foldable}
            aria-label="Write a system prompt"
            leftSection={<MessageSquareText size={14} />}
            onClick={() => setSystemOpen(true)}
          >
            <span className={classes.word}>System prompt</span>
          </Button>
        )}
        <div className={classes.right}>{children}</div>
      </div>
    </div>
  );
}
