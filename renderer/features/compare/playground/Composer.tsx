import { Button, Textarea, Tooltip } from '@mantine/core';
import { Send, Square } from 'lucide-react';
import type { Ref } from 'react';
import { Keys, Notice } from '../../../design/index.ts';
import { counted } from '../../../lib/numbers.ts';
import { draftChat, useDraft, usePreferences } from '../../../ui-state/index.ts';
import { samplerWords } from '../settings.ts';
import type { ShownAnswer } from './live.ts';
import classes from './PlaygroundTab.module.css';

interface Props {
  fieldRef: Ref<HTMLTextAreaElement>;
  /** Whom the turn is for. */
  name: string | null;
  missing: string | null;
  /** What is to be known of the model before it is asked. */
  caution: string | null;
  isUnderWay: boolean;
  isPending: boolean;
  problem: string | null;
  /** The answer that the turn follows. */
  above: ShownAnswer | null;
  onSend(): void;
  onStop(): void;
  onForgetProblem(): void;
}

/** Where the next turn is written. Enter sends, Shift+Enter begins a line, Esc stops. */
export function Composer(props: Props) {
  const { fieldRef, name, missing, caution, isUnderWay, isPending, problem, above, onSend, onStop, onForgetProblem } =
    props;
  const { text } = useDraft((written) => written.chat);
  const playground = usePreferences((preferences) => preferences.playground);
  const lacking = missing ?? (text.trim() === '' ? 'Write something first.' : null);
  return (
    <section className={classes.composer} aria-label="Write">
      {caution !== null && <Notice kind="caution">{caution}</Notice>}
      {problem !== null && <Notice kind="bad">{problem}</Notice>}
      <div className={classes.writing}>
        <Textarea
          ref={fieldRef}
          className={classes.field}
          aria-label="Message"
          placeholder={name === null ? 'Choose a model, then write' : `Write to ${name}`}
          value={text}
          onChange={(event) => {
            draftChat({ text: event.currentTarget.value });
            onForgetProblem();
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
            event.preventDefault();
            if (lacking === null && !isUnderWay && !isPending) onSend();
          }}
          autosize
          minRows={2}
          maxRows={8}
        />
        {isUnderWay ? (
          <Tooltip label={<Keys keys="Escape" />}>
            <Button variant="default" leftSection={<Square size={12} fill="currentColor" />} onClick={onStop}>
              Stop
            </Button>
          </Tooltip>
        ) : (
          <Tooltip label={lacking ?? <Keys keys="Enter" />}>
            <Button
              leftSection={<Send size={13} />}
              onClick={() => lacking === null && onSend()}
              loading={isPending}
              aria-disabled={lacking !== null}
              data-disabled={lacking !== null || undefined}
            >
              Send
            </Button>
          </Tooltip>
        )}
      </div>
      <p className={classes.hints}>
        <span>
          {samplerWords(playground)}
          {playground.newSeeds && playground.sampler.temperature > 0 ? ' · new seed each time' : ''}
        </span>
        {above?.context && <ContextMeter size={above.context.size} used={above.context.used} />}
        <span className={classes.keys}>Enter sends · Shift+Enter new line · Esc stops</span>
      </p>
    </section>
  );
}

/** How much of the context the branch takes up to here. */
function ContextMeter({ size, used }: { size: number; used: number }) {
  const share = Math.min(1, used / size);
  const words = share >= 1 ? 'Context full' : share > 0.85 ? 'Context nearly full' : 'Context';
  return (
    <Tooltip label="Tokens of this branch up to its last answer, by the model’s own template, of those that the context holds. Nothing is ever left out by itself: a conversation that does not fit is refused with a sentence.">
      <span className={classes.meter} data-nearly={share > 0.85 || undefined}>
        <span className={classes.track} aria-hidden="true">
          <span style={{ width: `${share * 100}%` }} />
        </span>
        {words}: {counted(Math.min(used, size))} of {counted(size)} tokens
      </span>
    </Tooltip>
  );
}
