import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { Play, RotateCcw } from 'lucide-react';
import { Fragment, memo, type ReactNode, useCallback, useState } from 'react';
import { isDeleted } from '../../../../preload/contract/errors.ts';
import { FailedState, Keys, ProgressLine, TokenText, VariantChip } from '../../../design/index.ts';
import { counted, duration, plural, significant, text } from '../../../lib/numbers.ts';
import { definitions } from '../components/AnswerHead.tsx';
import { TokenInspector } from '../components/TokenInspector.tsx';
import { WalkableTokens } from '../components/WalkableTokens.tsx';
import { stopWords } from '../verdict.ts';
import { canGoOn, isContextFull, isOpen, type ShownAnswer, type ShownMessage } from './live.ts';
import { MessageButtons } from './MessageButtons.tsx';
import classes from './Messages.module.css';
import type { MessageActions } from './Messages.tsx';
import { Versions } from './Versions.tsx';

interface Props {
  message: ShownMessage & { answer: ShownAnswer };
  number: number;
  at: number;
  count: number;
  /** As it is called here. */
  name: string;
  slot: number;
  view: 'plain' | 'surprise';
  isBusy: boolean;
  actions: MessageActions;
}

const noMarks: never[] = [];

/** What a model answered: its tokens, what it took, and how it can go on. */
export const Answer = memo(function Answer({ message, number, at, count, name, slot, view, isBusy, actions }: Props) {
  const { answer } = message;
  const [inspected, setInspected] = useState<{ index: number; place: DOMRect } | null>(null);
  const onCursor = useCallback((index: number | null, token: HTMLElement | null) => {
    setInspected(
      index === null || token === null
        ? null
        : { index, place: token.getClientRects()[0] ?? token.getBoundingClientRect() },
    );
  }, []);
  const { model, tokens, state } = answer;
  const full = `${name} ${model.quantization}`;
  return (
    <div className={classes.answer} data-state={state}>
      <header className={classes.head}>
        <h3>
          <VariantChip plain slot={slot} name={name} quantization={model.quantization} />
        </h3>
        <Versions what="Answer" at={at} count={count} onMove={(by) => actions.move(message.id, by)} />
        <Facts answer={answer} />
        <div className={classes.actions}>
          <Tooltip
            label={
              <>
                Answer again, as set now <Keys keys="r" />
              </>
            }
          >
            <ActionIcon
              size={22}
              onClick={() => actions.again(message)}
              aria-label={`Answer turn ${number} again`}
              disabled={isBusy}
            >
              <RotateCcw size={13} />
            </ActionIcon>
          </Tooltip>
          <MessageButtons message={message} name={`answer ${number}`} isBusy={isBusy} actions={actions} />
        </div>
      </header>
      {tokens.length > 0 && (
        <WalkableTokens name={full} count={tokens.length} cursor={inspected?.index ?? null} onCursor={onCursor}>
          <TokenText tokens={tokens} colours={view} marks={noMarks} cursor={inspected?.index ?? null} />
        </WalkableTokens>
      )}
      <Ending message={message} name={full} isBusy={isBusy} actions={actions} />
      {inspected && (
        <TokenInspector
          place={inspected.place}
          index={inspected.index}
          columns={[
            {
              at: 0,
              column: { ...model, modelId: model.id, sizeBytes: null },
              slot,
              token: tokens.at(inspected.index),
            },
          ]}
          inspected={0}
        />
      )}
    </div>
  );
});

/** Below the tokens: that more come, why they ended, and what can be done about it. */
function Ending({ message, name, isBusy, actions }: Pick<Props, 'message' | 'name' | 'isBusy' | 'actions'>) {
  const { answer } = message;
  const { state, loadProgress, tokens, error } = answer;
  const goOn = (
    <Tooltip
      label={
        isBusy ? (
          'An answer is under way.'
        ) : (
          <>
            Behind its last token, in the same answer <Keys keys="c" />
          </>
        )
      }
    >
      <Button
        variant="default"
        leftSection={<Play size={12} fill="currentColor" />}
        onClick={() => !isBusy && actions.goOn(message.id)}
        aria-disabled={isBusy}
        data-disabled={isBusy || undefined}
      >
        Continue
      </Button>
    </Tooltip>
  );
  switch (state) {
    case 'waiting':
      return <ProgressLine label={`${name} waits`} share={null} detail="Waiting for its turn" />;
    case 'loading':
      return (
        <ProgressLine
          label={`Loading ${name}`}
          share={loadProgress}
          detail={
            loadProgress === null ? 'Starting the engine' : `Loading the model, ${Math.round(loadProgress * 100)} %`
          }
        />
      );
    case 'running':
      return tokens.length === 0 ? (
        <ProgressLine label={`${name} reads the conversation`} share={null} detail="Reading the conversation" />
      ) : null;
    case 'failed':
      return (
        <FailedState
          title="This answer failed"
          kept={tokens.length > 0 ? `${plural(tokens.length, 'token')} that came before it are kept.` : undefined}
          {...(tokens.length > 0 ? { action: goOn } : { retry: () => !isBusy && actions.goOn(message.id) })}
        >
          {error?.message ?? 'The engine gave no reason.'}
        </FailedState>
      );
    default:
      if (isDeleted(answer)) return <p className="dim">Deleted in Prompts.</p>;
      if (!canGoOn(answer))
        return tokens.length === 0 ? <p className="dim">The model ended at once: an empty answer.</p> : null;
      return (
        <div className={classes.ending}>
          <span className="dim">{endWords(answer)}</span>
          {!isContextFull(answer) && goOn}
        </div>
      );
  }
}

function endWords(answer: ShownAnswer): string {
  const { state, settings, tokens, context } = answer;
  if (state === 'cancelled') return `Stopped; ${plural(tokens.length, 'token')} kept.`;
  if (isContextFull(answer))
    return `The context of ${counted(context?.size ?? 0)} tokens is full. Choose a larger one, or branch off earlier.`;
  return `Cut at ${plural(settings.sampler.maxTokens, 'token')}, the limit that is set.`;
}

/** What of the conversation had not to be read again; without it the time says little. */
function keptWords({ context, stats }: ShownAnswer): string {
  if (context === null || context.kept === 0) return '';
  return ` ${counted(context.kept)} of ${plural(stats?.promptTokens ?? context.used, 'token')} before it were in the engine’s cache from the answer before and were not read again.`;
}

/** How it was drawn and what it took, in a line; each with its definition. */
function Facts({ answer }: { answer: ShownAnswer }) {
  const { settings, stats, tokens, continuedAt, state } = answer;
  const { temperature, seed, topK, topP, minP, repeatPenalty } = settings.sampler;
  const drawn = temperature === 0 ? 'greedy' : `T ${temperature}, seed ${seed}`;
  const ttft = stats?.ttftMs ?? tokens.at(0)?.ms ?? null;
  const rate = stats?.tokensPerSecond ?? null;
  const facts: { key: string; shown: string; definition: string }[] = [
    {
      key: 'drawn',
      shown: drawn,
      definition: `Temperature ${temperature}, top-k ${topK}, top-p ${topP}, min-p ${minP}, repeat penalty ${repeatPenalty}, seed ${seed}${settings.system === undefined ? '' : ', with a system prompt'}${settings.schema === undefined ? '' : ', by a JSON schema'}.`,
    },
  ];
  if (tokens.length > 0)
    facts.push({ key: 'tokens', shown: plural(tokens.length, 'token'), definition: definitions.tokens });
  if (ttft !== null)
    facts.push({
      key: 'ttft',
      shown: `TTFT ${text(duration(ttft))}`,
      definition: `${definitions.ttft}${keptWords(answer)}`,
    });
  if (rate !== null) facts.push({ key: 'rate', shown: `${significant(rate)} tok/s`, definition: definitions.rate });
  if (stats !== null && !isOpen(answer) && state !== 'failed')
    facts.push({
      key: 'stop',
      shown: stopWords[stats.stopReason].label,
      definition: stopWords[stats.stopReason].definition,
    });
  if (continuedAt.length > 0)
    facts.push({
      key: 'pieces',
      shown: plural(continuedAt.length + 1, 'piece'),
      definition: `It was continued behind ${continuedAt.map((index) => `token ${counted(index)}`).join(', ')}; pauses between pieces count for no figure.`,
    });
  return (
    <p className={classes.facts}>
      {facts.map(({ key, shown, definition }, index) => (
        <Fragment key={key}>
          {index > 0 && <span aria-hidden="true"> · </span>}
          <Fact definition={definition}>{shown}</Fact>
        </Fragment>
      ))}
    </p>
  );
}

function Fact({ definition, children }: { definition: string; children: ReactNode }) {
  return (
    <Tooltip label={definition}>
      <span>{children}</span>
    </Tooltip>
  );
}
