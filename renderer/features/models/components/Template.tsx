import { Button, SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import type { ModelDetails } from '../../../../preload/contract/models.ts';
import { Notice } from '../../../design/index.ts';
import { copyText } from '../../../lib/desktop.ts';
import classes from './DetailsSheet.module.css';
import { ScrollingText } from './ScrollingText.tsx';

/** The chat template as the model sees it: on an example, or as it is written. */
export function Template({ template, example }: Pick<ModelDetails, 'template' | 'example'>) {
  const [view, setView] = useState('example');
  const [copied, setCopied] = useState(false);
  if (template === null) {
    return (
      <p className={classes.hint}>The file has none: messages are set with plain role names. It may be a base model.</p>
    );
  }
  return (
    <>
      <div className={classes.templateHead}>
        <SegmentedControl
          aria-label="Show the chat template as"
          size="xs"
          value={view}
          onChange={setView}
          data={[
            { value: 'example', label: 'On an example' },
            { value: 'source', label: 'Source' },
          ]}
        />
        <Button
          variant="subtle"
          color="gray"
          size="compact-xs"
          onClick={async () => setCopied(await copyText(template))}
        >
          {copied ? 'Copied' : 'Copy source'}
        </Button>
      </div>
      {view === 'example' && example !== null && 'problem' in example && (
        <Notice kind="caution">The template could not be set on the example: {example.problem}</Notice>
      )}
      <ScrollingText
        className={classes.source}
        label={view === 'example' ? 'Chat template on an example' : 'Source of the chat template'}
      >
        {view === 'source' ? template : example !== null && 'text' in example ? example.text : ''}
      </ScrollingText>
    </>
  );
}
