import { ActionIcon, Menu, Tooltip } from '@mantine/core';
import { Copy, EllipsisVertical, Pin, PinOff, Star } from 'lucide-react';
import type { ComparisonColumn } from '../../../../preload/contract/compare.ts';
import { noChatTemplate } from '../../../../preload/contract/models.ts';
import { Notice, StatTile, VariantChip } from '../../../design/index.ts';
import { bytes, duration, significant, text } from '../../../lib/numbers.ts';
import type { ShownCell } from '../live.ts';
import { stopWords, type Verdict } from '../verdict.ts';
import classes from './Answers.module.css';

interface Props {
  column: ComparisonColumn;
  cell: ShownCell;
  slot: number;
  verdict: Verdict;
  pinned: boolean;
  onPin(): void;
  onCopy(): void;
  onMakeReference(): void;
  onShowDifference(): void;
}

/** What the figures of an answer mean. */
export const definitions = {
  ttft: 'Time to first token: from the submit to the first token that is not empty. Tokenization and prefill count, loading the model does not.',
  rate: 'Tokens a second while decoding: (tokens − 1) / (time of the last token − time of the first).',
  tokens: 'Tokens of the answer, by this model’s tokenizer; the end mark does not count.',
};

/** Which model a column is, what its answer took, and how it stands to the reference. */
export function AnswerHead({
  column,
  cell,
  slot,
  verdict,
  pinned,
  onPin,
  onCopy,
  onMakeReference,
  onShowDifference,
}: Props) {
  const name = `${column.name} ${column.quantization}`;
  const ttft = cell.stats?.ttftMs ?? cell.tokens.at(0)?.ms ?? null;
  const rate = cell.stats ? cell.stats.tokensPerSecond : rateSoFar(cell);
  const stop = cell.stats && stopWords[cell.stats.stopReason];
  const ttftShown = ttft === null ? null : duration(ttft);
  return (
    <header className={classes.head}>
      <div className={classes.title}>
        <h3>
          <VariantChip
            plain
            slot={slot}
            name={column.name}
            quantization={column.quantization}
            detail={column.sizeBytes === null ? undefined : text(bytes(column.sizeBytes))}
          />
        </h3>
        <Tooltip
          label={
            pinned
              ? 'Pinned: the next run takes this answer over. Unpin to generate it anew.'
              : 'Pin: keep this answer in the next run of the same prompts.'
          }
        >
          <ActionIcon
            onClick={onPin}
            aria-pressed={pinned}
            aria-label={`Pin the answer of ${name}`}
            data-active={pinned || undefined}
            className={classes.pin}
          >
            {pinned ? <PinOff size={14} /> : <Pin size={14} />}
          </ActionIcon>
        </Tooltip>
        <Menu>
          <Menu.Target>
            <ActionIcon aria-label={`More for ${name}`}>
              <EllipsisVertical size={14} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<Copy size={14} />} onClick={onCopy} disabled={cell.text === ''}>
              Copy answer
            </Menu.Item>
            {cell.column > 0 && (
              <Menu.Item leftSection={<Star size={14} />} onClick={onMakeReference}>
                Make it the reference of the next run
              </Menu.Item>
            )}
          </Menu.Dropdown>
        </Menu>
      </div>
      <div className={classes.stats}>
        <StatTile label="TTFT" value={ttftShown?.value ?? null} unit={ttftShown?.unit} definition={definitions.ttft} />
        <StatTile
          label="Speed"
          value={rate === null ? null : significant(rate)}
          unit="tok/s"
          definition={definitions.rate}
        />
        <StatTile
          label="Tokens"
          value={
            cell.stats ? String(cell.stats.tokenCount) : cell.tokens.length > 0 ? String(cell.tokens.length) : null
          }
          definition={definitions.tokens}
        />
        <StatTile
          label="Stop"
          value={stop?.label ?? null}
          definition={stop?.definition ?? 'Why the answer ended; known when it has.'}
        />
      </div>
      <div className={classes.verdict} data-kind={verdict.kind}>
        {verdict.kind === 'differs' ? (
          <button type="button" className={classes.jump} onClick={onShowDifference}>
            {verdict.words}
          </button>
        ) : (
          <span>{verdict.kind === 'reference' ? 'Reference' : verdict.words}</span>
        )}
        {cell.pinned && <span className={classes.note}>taken over from an earlier run</span>}
      </div>
      {column.plainTemplate && (
        <div className={classes.caution}>
          <Notice kind="caution">{noChatTemplate('The file')}</Notice>
        </div>
      )}
    </header>
  );
}

function rateSoFar(cell: ShownCell): number | null {
  const first = cell.tokens.at(0);
  const last = cell.tokens.at(-1);
  if (first === undefined || last === undefined || cell.tokens.length < 2 || last.ms <= first.ms) return null;
  return (cell.tokens.length - 1) / ((last.ms - first.ms) / 1000);
}
