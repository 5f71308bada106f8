import { ActionIcon, Button, Textarea, Tooltip } from '@mantine/core';
import { Columns3, Pencil } from 'lucide-react';
import { memo, useState } from 'react';
import { Keys } from '../../../design/index.ts';
import type { ShownMessage } from './live.ts';
import { MessageButtons } from './MessageButtons.tsx';
import classes from './Messages.module.css';
import type { MessageActions } from './Messages.tsx';
import { Versions } from './Versions.tsx';

interface Props {
  message: ShownMessage;
  /** Its place among the turns of the branch, from 1. */
  number: number;
  at: number;
  count: number;
  isEditing: boolean;
  /** Nothing new can be asked now. */
  isBusy: boolean;
  actions: MessageActions;
}

/** What the person said. Editing it makes a branch; what was there stays. */
export const Turn = memo(function Turn({ message, number, at, count, isEditing, isBusy, actions }: Props) {
  return (
    <div className={classes.turn}>
      <header className={classes.head}>
        <h3>You</h3>
        <Versions what="Turn" at={at} count={count} onMove={(by) => actions.move(message.id, by)} />
        <div className={classes.actions}>
          <Tooltip
            label={
              <>
                Edit into a branch <Keys keys="e" />
              </>
            }
          >
            <ActionIcon size={22} onClick={() => actions.edit(message.id)} aria-label={`Edit turn ${number}`}>
              <Pencil size={13} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label="Ask the models of Compare the same">
            <ActionIcon
              size={22}
              onClick={() => actions.askInCompare(message.id)}
              aria-label={`Ask turn ${number} in Compare`}
            >
              <Columns3 size={13} />
            </ActionIcon>
          </Tooltip>
          <MessageButtons message={message} name={`turn ${number}`} isBusy={isBusy} actions={actions} />
        </div>
      </header>
      {isEditing ? (
        <Editor
          text={message.text}
          isBusy={isBusy}
          onDone={(text) => (text === null ? actions.edit(null) : actions.branch(message, text))}
        />
      ) : (
        <p className={classes.said}>
          {message.text === '' ? <span className="dim">Deleted in Prompts.</span> : message.text}
        </p>
      )}
    </div>
  );
});

function Editor({
  text: before,
  isBusy,
  onDone,
}: {
  text: string;
  isBusy: boolean;
  onDone(text: string | null): void;
}) {
  const [text, setText] = useState(before);
  const missing = isBusy ? 'An answer is under way.' : text.trim() === '' ? 'Write something first.' : null;
  return (
    <div className={classes.editor}>
      <Textarea
        aria-label="Edit this turn"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') {
            event.stopPropagation();
            onDone(null);
          }
          if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          if (missing === null) onDone(text);
        }}
        autosize
        minRows={2}
        maxRows={12}
        autoFocus
        onFocus={(event) => event.currentTarget.setSelectionRange(before.length, before.length)}
      />
      <div className={classes.editorBar}>
        <span className="dim">Makes a branch beside this turn; what is here stays.</span>
        <Button variant="default" onClick={() => onDone(null)}>
          Keep as it was
        </Button>
        <Tooltip label={missing ?? <Keys keys="Enter" />}>
          <Button
            onClick={() => missing === null && onDone(text)}
            aria-disabled={missing !== null}
            data-disabled={missing !== null || undefined}
          >
            Ask as a branch
          </Button>
        </Tooltip>
      </div>
    </div>
  );
}
