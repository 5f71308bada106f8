import { Tooltip } from '@mantine/core';
import { Check, CircleAlert, Copy, TriangleAlert, X } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ModelMeasurement } from '../../../../preload/contract/divergence.ts';
import type { Variant } from '../../../../preload/contract/models.ts';
import { VariantMarker } from '../../../design/index.ts';
import { legible } from '../../../lib/legible.ts';
import { type Room, roomInWords } from '../../../lib/memory.ts';
import { bytes, plural, significant, text } from '../../../lib/numbers.ts';
import { differWords, type Uses, whole } from '../view.ts';
import { Cell } from './Cell.tsx';
import classes from './Ladder.module.css';

/** Units of the columns, one for the whole list. */
export interface Columns {
  size: { unit: string; bytes: number };
  memory: { unit: string; bytes: number };
  parameterUnit: string;
  parameters: number;
  measured: boolean;
}

interface Props {
  variant: Variant;
  columns: Columns;
  uses: Uses | undefined;
  measured: ModelMeasurement | undefined;
  room: Room;
  tick: ReactNode;
  /** Colour and marker that it has in Compare; null while it is not selected. */
  slot: number | null;
}

/** A rung of a ladder. */
export function VariantRow({ variant, columns, uses, measured, room, tick, slot }: Props) {
  const { memory } = variant;
  return (
    <>
      <Cell className={classes.tick} onClick={(event) => event.stopPropagation()}>
        {tick}
      </Cell>
      <Cell className={classes.name}>
        <span className={classes.slot}>{slot !== null && <VariantMarker slot={slot} />}</span>
        <span className={classes.quantization}>{variant.quantization ?? '–'}</span>
        <span className={classes.file} title={legible(variant.path)}>
          {legible(variant.label ?? variant.fileName)}
        </span>
        {variant.parts > 1 && <span className={classes.mark}>{variant.parts} parts</span>}
        {measured?.isLadder === false && <span className={classes.mark}>other run</span>}
        {variant.source !== null && <span className={classes.mark}>{variant.source}</span>}
        <Warnings variant={variant} />
      </Cell>
      <Numeric label={`${text(bytes(variant.sizeBytes))}, ${variant.sizeBytes} bytes`}>
        {significant(variant.sizeBytes / columns.size.bytes)}
      </Numeric>
      <Numeric label={exact(variant.bitsPerWeight, 'bits a weight')}>{number(variant.bitsPerWeight)}</Numeric>
      <Numeric label={exact(variant.parameters, 'weights')}>
        {variant.parameters === null ? '–' : significant(variant.parameters / columns.parameters)}
      </Numeric>
      <Numeric className={classes.context} label={exact(variant.contextLength, 'tokens')}>
        {variant.contextLength === null ? '–' : whole(variant.contextLength)}
      </Numeric>
      <Cell className={classes.number}>
        {memory === null ? (
          '–'
        ) : (
          <Tooltip
            label={`About ${text(bytes(memory.totalBytes))} with ${memory.contextSize} tokens of context; ${roomInWords(room)}: it ${memory.fits ? 'fits' : 'does not fit'}.`}
          >
            <span className={classes.memory} data-fits={memory.fits}>
              {significant(memory.totalBytes / columns.memory.bytes)}
              {memory.fits ? <Check size={12} aria-hidden="true" /> : <X size={12} aria-hidden="true" />}
              <span className="visually-hidden">{memory.fits ? 'fits' : 'does not fit'}</span>
            </span>
          </Tooltip>
        )}
      </Cell>
      {columns.measured && <MeasuredCells measured={measured} />}
      <Numeric className={classes.used} label={uses?.words ?? 'Not used yet'}>
        {uses?.count ?? '–'}
      </Numeric>
      <Cell className={classes.tags} title={variant.tags.join(', ')}>
        {variant.tags.map((tag) => (
          <span key={tag} className={classes.tag}>
            {tag}
          </span>
        ))}
      </Cell>
      <Cell className={classes.hash} title={variant.hashProblem ?? variant.sha256 ?? 'Not read yet'}>
        {variant.sha256?.slice(0, 12) ??
          (variant.hashProblem === null ? <span className={classes.facts}>not read yet</span> : 'failed')}
      </Cell>
    </>
  );
}

function Numeric({ label, className = '', children }: { label: string; className?: string; children: ReactNode }) {
  return (
    <Cell className={`${classes.number} ${className}`} title={label}>
      {children}
    </Cell>
  );
}

/** What the ladder's divergence run found, or, dimmed, another one; each number with its interval and what it was measured against, on hover. */
function MeasuredCells({ measured }: { measured: ModelMeasurement | undefined }) {
  if (measured === undefined)
    return ['ratio', 'kld', 'top', 'speed'].map((key) => (
      <Numeric key={key} label="Not measured yet">
        –
      </Numeric>
    ));
  const against = `against ${measured.reference} on ${measured.textName}, ${plural(measured.tokensScored, 'token')}`;
  const between = (interval: [number, number] | null, shown: (end: number) => string = significant) =>
    interval === null ? '' : `, 95 % interval ${shown(interval[0])} to ${shown(interval[1])}`;
  const className = measured.isLadder ? '' : classes.other;
  return (
    <>
      <Numeric
        className={className}
        label={`${measured.pplRatio}${between(measured.pplRatioInterval95, (end) => significant(end, 6))}, ${against}`}
      >
        {significant(measured.pplRatio, 4)}
      </Numeric>
      <Numeric className={className} label={`${measured.kldMean} nats${between(measured.kldInterval95)}, ${against}`}>
        {significant(measured.kldMean)}
      </Numeric>
      <Numeric
        className={className}
        label={`${measured.sameTop * 100} %${between(measured.sameTopInterval95, (share) => significant(share * 100))}, ${against}`}
      >
        {significant(measured.sameTop * 100)}
      </Numeric>
      <Numeric
        className={className}
        label={`${exact(measured.tokensPerSecond, 'tokens a second')}${between(measured.tokensPerSecondInterval95)}, while it was measured ${against}`}
      >
        {number(measured.tokensPerSecond)}
      </Numeric>
    </>
  );
}

/** What a person should know before using the file: a shape, and words on hover and for screen readers. */
function Warnings({ variant }: { variant: Variant }) {
  const warnings: { key: string; icon: typeof Copy; kind: 'bad' | 'caution' | 'info'; words: string }[] = [];
  if (variant.problem !== null)
    warnings.push({ key: 'problem', icon: CircleAlert, kind: 'bad', words: variant.problem });
  for (const note of variant.notes) warnings.push({ key: note, icon: TriangleAlert, kind: 'caution', words: note });
  if (variant.differs.length > 0) {
    const words = `Its ${differWords(variant.differs)} from most of its family: comparing it with them is void. Select two and press D to see how.`;
    warnings.push({ key: 'differs', icon: TriangleAlert, kind: 'caution', words });
  }
  if (variant.duplicates.length > 0) {
    const words = `The same content lies under ${plural(variant.duplicates.length, 'other path')} in this list.`;
    warnings.push({ key: 'duplicates', icon: Copy, kind: 'info', words });
  }
  return warnings.map(({ key, icon: Icon, kind, words }) => (
    <Tooltip key={key} label={words}>
      <span className={classes.sign} data-kind={kind}>
        <Icon size={13} aria-hidden="true" />
        <span className="visually-hidden">{words}</span>
      </span>
    </Tooltip>
  ));
}

const number = (value: number | null) => (value === null ? '–' : significant(value));
const exact = (value: number | null, unit: string) => (value === null ? 'Not known' : `${value} ${unit}`);
