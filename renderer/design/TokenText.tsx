import { memo, type Ref } from 'react';
import type { Token } from '../../preload/contract/engine.ts';
import { legible } from '../lib/legible.ts';
import { surpriseStep } from '../lib/surprise.ts';
import classes from './TokenText.module.css';

/** A place that matters: the first token by which two answers differ. An index past the end marks the end itself. */
export interface TokenMark {
  index: number;
  slot: number;
  /** For readers of the screen: `First difference from Q8_0`. */
  words: string;
}

/** An array, or a list that grows without being copied. */
export interface ShownTokens {
  readonly length: number;
  at(index: number): Token | undefined;
  slice(from: number, to: number): readonly Token[];
}

interface Props {
  tokens: ShownTokens;
  colours: 'plain' | 'surprise';
  marks: readonly TokenMark[];
  /** The token under the keyboard's cursor. */
  cursor: number | null;
  ref?: Ref<HTMLDivElement>;
}

const chunkSize = 128;

/** An answer as its tokens. Each carries `data-token`, its index; a long answer renders again only where it grew. */
export function TokenText({ tokens, colours, marks, cursor, ref }: Props) {
  const starts = Array.from({ length: Math.ceil(tokens.length / chunkSize) }, (_, chunk) => chunk * chunkSize);
  return (
    <div ref={ref} className={classes.text} data-colours={colours}>
      {starts.map((from) => (
        <Chunk
          key={from}
          from={from}
          to={Math.min(from + chunkSize, tokens.length)}
          tokens={tokens}
          colours={colours}
          marks={marks}
          cursor={cursor}
        />
      ))}
      {marks
        .filter((mark) => mark.index >= tokens.length && tokens.length > 0)
        .map((mark) => (
          <mark key={mark.slot} className={classes.mark} data-slot={mark.slot % 8} data-end>
            <span className="visually-hidden">{mark.words}: the answer ends here</span>
            <span aria-hidden="true">∎</span>
          </mark>
        ))}
    </div>
  );
}

interface ChunkProps extends Omit<Props, 'ref'> {
  from: number;
  to: number;
}

const Chunk = memo(function Chunk({ from, to, tokens, colours, marks, cursor }: ChunkProps) {
  return tokens.slice(from, to).map((token, offset) => {
    const index = from + offset;
    const here = marks.filter((mark) => mark.index === index);
    const step = colours === 'surprise' ? surpriseStep(token.logprob) : undefined;
    const current = cursor === index || undefined;
    const first = here[0];
    if (first === undefined) {
      return (
        <span key={index} className={classes.token} data-token={index} data-step={step} data-current={current}>
          {legible(token.text)}
        </span>
      );
    }
    return (
      <span key={index} className={classes.token} data-token={index} data-step={step} data-current={current}>
        {spaceBefore(token.text)}
        <mark className={classes.mark} data-slot={first.slot % 8}>
          <span className="visually-hidden">{here.map((mark) => mark.words).join('; ')}: </span>
          {markedText(legible(token.text))}
        </mark>
      </span>
    );
  });
}, sameChunk);

/** A space at the front stays outside of the mark, or the mark would be torn where the line ends. */
function spaceBefore(text: string): string {
  return text.trim() === '' ? '' : (/^\s+/.exec(text)?.[0] ?? '');
}

/** What the mark encloses; spaces and line ends alone are made visible. */
function markedText(text: string): string {
  if (text.trim() !== '') return text.trimStart();
  return `${text === '' ? '∅' : text.includes('\n') ? '↵' : '␣'}${text}`;
}

function sameChunk(before: ChunkProps, after: ChunkProps): boolean {
  const inside = (props: ChunkProps, index: number | null) => index !== null && index >= props.from && index < props.to;
  return (
    before.to === after.to &&
    before.colours === after.colours &&
    before.tokens.at(before.from) === after.tokens.at(after.from) &&
    (before.marks === after.marks ||
      (!before.marks.some((mark) => inside(before, mark.index)) &&
        !after.marks.some((mark) => inside(after, mark.index)))) &&
    (before.cursor === after.cursor || (!inside(before, before.cursor) && !inside(after, after.cursor)))
  );
}
