import { Tooltip } from '@mantine/core';
import { CircleAlert, CircleCheck, CircleHelp, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import type { CandidateNumbers, DivergenceRun, Verdict } from '../../../../preload/contract/divergence.ts';
import { IntervalBar, VariantMarker } from '../../../design/index.ts';
import { plural, significant } from '../../../lib/numbers.ts';
import { linearScale, logScale } from '../../../lib/scales.ts';
import classes from './LadderTable.module.css';
import { cacheWords, endsOf, isUnderWay, keyOf, namesOf, ratio, shortName, verdictWords, withError } from './shown.ts';

interface Props {
  run: DivergenceRun;
  slotOf(key: string): number;
  /** The candidate that is looked at below. */
  candidate: number;
  onCandidate(candidate: number): void;
}

const definitions = {
  size: 'Size of the file.',
  bits: 'Bits of the tensors divided by the number of weights.',
  ppl: 'Perplexity of the candidate divided by that of the reference on the same tokens, ± its standard error; the bar is a 95 % interval by a bootstrap over chunks. 1: no difference.',
  kld: 'Mean over all scored tokens of the Kullback-Leibler divergence from the reference, Σ p·(ln p − ln q), in nats; ± the standard error that llama-perplexity prints, and as a bar a 95 % interval by a bootstrap over chunks. Logarithmic.',
  p999: 'KLD that one token in a thousand reaches.',
  largest: 'The largest KLD of a token: below 1000 tokens one in a thousand is less than one.',
  top: 'Share of tokens where candidate and reference hold the same token for the likeliest, ± standard error; below it the 95 % interval by Korn and Graubard, over chunks.',
  rms: 'Root mean square of the change in the probability of the actual token, in points; below it the 95 % interval.',
  speed: 'Tokens read a second while measuring, in batches: prompt processing, not generation.',
  verdict:
    'From intervals alone: a loss is measured where that of the PPL ratio lies above 1 or that of the mean Δp below 0. Green only where they leave no room for a loss above 1 % of PPL or one point of Δp, and 95 % of the top tokens are the same. KLD is above 0 for every difference.',
};

/** Every candidate held against the reference, with its intervals and a verdict in words. */
export function LadderTable({ run, slotOf, candidate, onCandidate }: Props) {
  const [reference, ...columns] = run.columns;
  const pplScale = linearScale([
    1,
    ...endsOf(run.candidates, (one) => ({ value: one.pplRatio, interval: one.pplRatioInterval95 })),
  ]);
  const kldScale = logScale(endsOf(run.candidates, ({ kld }) => ({ value: kld.mean, interval: kld.interval95 })));
  const isShort = run.tokensScored < 1000;
  const names = namesOf(run.columns);
  const chosen = run.candidates[candidate];
  const mebi = 1024 ** 2;
  const isLarge = run.columns.some(({ sizeBytes }) => (sizeBytes ?? 0) >= 1000 * mebi);
  const size = (bytes: number | null) => (bytes === null ? '–' : significant(bytes / (isLarge ? 1024 * mebi : mebi)));
  return (
    <div className={classes.scroller}>
      <table className={classes.table} aria-label="Quant ladder">
        <thead>
          <tr>
            <th scope="col">Variant</th>
            <Head label="Size" unit={isLarge ? 'GiB' : 'MiB'} definition={definitions.size} />
            <Head label="Bits" unit="/ weight" definition={definitions.bits} />
            <Head label="PPL ratio" definition={definitions.ppl} />
            <Head label="Mean KLD" unit="nats" definition={definitions.kld} />
            {isShort ? (
              <Head label="Largest" unit="nats" definition={definitions.largest} />
            ) : (
              <Head label="99.9 %" unit="nats" definition={definitions.p999} />
            )}
            <Head label="Same top" unit="%" definition={definitions.top} />
            <Head label="Δp RMS" unit="points" definition={definitions.rms} />
            <Head label="Speed" unit="tokens/s" definition={definitions.speed} />
            <Head label="Verdict" definition={definitions.verdict} isText />
          </tr>
        </thead>
        <tbody>
          {reference && (
            <tr className={classes.reference}>
              <th scope="row">
                <span className={classes.variant}>
                  <VariantMarker slot={slotOf(keyOf(reference))} />
                  <span className={classes.quantization}>{shortName(reference)}</span>
                  <span className={classes.role}>reference</span>
                </span>
              </th>
              <Cell title={exact(reference.sizeBytes, 'bytes')}>{size(reference.sizeBytes)}</Cell>
              <Cell title={exact(reference.bitsPerWeight, 'bits a weight')}>{number(reference.bitsPerWeight)}</Cell>
              <td colSpan={5} className={classes.own}>
                {run.referenceNumbers ? (
                  <>
                    PPL {withError(run.referenceNumbers.ppl, run.referenceNumbers.pplError)}
                    <span className={classes.ends}>
                      {` 95 %: ${between(run.referenceNumbers.pplInterval95, (value) => significant(value, 4))}`}
                    </span>
                  </>
                ) : (
                  ''
                )}
              </td>
              <Cell>{run.referenceNumbers && <Speed of={run.referenceNumbers} />}</Cell>
              <td />
            </tr>
          )}
          {columns.map((column, index) => {
            const numbers = run.candidates[index] ?? null;
            const key = `${index} ${column.reference} ${cacheWords(column)}`;
            return (
              <tr
                key={key}
                className={classes.row}
                data-current={index === candidate || undefined}
                onClick={() => onCandidate(index)}
                onKeyDown={() => undefined}
              >
                <th scope="row">
                  <button
                    type="button"
                    className={classes.variant}
                    aria-pressed={index === candidate}
                    onClick={() => onCandidate(index)}
                    title={column.file ?? column.name}
                  >
                    <VariantMarker slot={slotOf(keyOf(column))} />
                    <span className={classes.quantization}>{names[index + 1]}</span>
                  </button>
                  {column.notes.map((note) => (
                    <Tooltip key={note} label={note}>
                      <span className={classes.note}>
                        <TriangleAlert size={12} aria-hidden="true" />
                        <span className="visually-hidden">{note}</span>
                      </span>
                    </Tooltip>
                  ))}
                </th>
                <Cell title={exact(column.sizeBytes, 'bytes')}>{size(column.sizeBytes)}</Cell>
                <Cell title={exact(column.bitsPerWeight, 'bits a weight')}>{number(column.bitsPerWeight)}</Cell>
                {column.error !== null ? (
                  <td colSpan={7} className={classes.failed}>
                    <span className={classes.failure}>
                      <CircleAlert size={13} aria-hidden="true" />
                      Left out: {column.error.message}
                    </span>
                  </td>
                ) : numbers === null ? (
                  <td colSpan={7} className={classes.waiting}>
                    {isUnderWay(run)
                      ? 'Waiting for its first chunk'
                      : 'Not measured: the run ended before its first chunk'}
                  </td>
                ) : (
                  <Measured numbers={numbers} tokens={run.tokensScored} pplScale={pplScale} kldScale={kldScale} />
                )}
              </tr>
            );
          })}
        </tbody>
      </table>
      {chosen && (
        <p className={classes.chosen}>
          {chosen.verdict.sentence} Mean KLD, 95 %: {between(chosen.kld.interval95, significant)} nats.
        </p>
      )}
    </div>
  );
}

function Measured({
  numbers,
  tokens,
  pplScale,
  kldScale,
}: {
  numbers: CandidateNumbers;
  tokens: number;
  pplScale: ReturnType<typeof linearScale>;
  kldScale: ReturnType<typeof logScale>;
}) {
  const { kld, sameTop, deltaP } = numbers;
  const n = `n = ${plural(tokens, 'token')}`;
  return (
    <>
      <Cell
        title={`${numbers.pplRatio} ± ${numbers.pplRatioError}; 95 %: ${between(numbers.pplRatioInterval95, ratio)}; PPL ${numbers.ppl}; ${n}`}
        className={classes.wide}
      >
        {ratioWithError(numbers.pplRatio, numbers.pplRatioError)}
        <IntervalBar value={numbers.pplRatio} interval={numbers.pplRatioInterval95} scale={pplScale} even={1} />
        <span className="visually-hidden">{` 95 %: ${between(numbers.pplRatioInterval95, ratio)}`}</span>
      </Cell>
      <Cell
        title={`${kld.mean} ± ${kld.error}; 95 % by bootstrap: ${between(kld.interval95, significant)}; largest ${number(kld.max)}; ${n}`}
        className={classes.wide}
      >
        {withError(kld.mean, kld.error)}
        <IntervalBar value={kld.mean} interval={kld.interval95} scale={kldScale} />
        <span className="visually-hidden">{` 95 %: ${between(kld.interval95, significant)}`}</span>
      </Cell>
      <Cell title={`99 %: ${number(kld.p99)}; 95 %: ${number(kld.p95)}; median ${number(kld.median)}; ${n}`}>
        {number(tokens < 1000 ? kld.max : kld.p999)}
      </Cell>
      <Cell
        title={`${sameTop.share}; 95 %: ${between(sameTop.interval95, (share) => `${significant(share * 100)} %`)}; ${n}`}
      >
        {withError(sameTop.share * 100, sameTop.error * 100)}
        <Ends interval={sameTop.interval95} />
      </Cell>
      <Cell title={`RMS ${deltaP.rms} ± ${deltaP.rmsError}; mean ${deltaP.mean} ± ${deltaP.error}; ${n}`}>
        {withError(deltaP.rms * 100, deltaP.rmsError * 100)}
        <Ends interval={deltaP.rmsInterval95} />
      </Cell>
      <Cell title={`${numbers.secondsDecode} s in the model, ${numbers.secondsMetrics} s in the sums`}>
        <Speed of={numbers} />
      </Cell>
      <td className={classes.verdict}>
        <VerdictWords verdict={numbers.verdict} />
      </td>
    </>
  );
}

function Speed({ of }: { of: Pick<CandidateNumbers, 'tokensPerSecond' | 'tokensPerSecondInterval95'> }) {
  return (
    <>
      {number(of.tokensPerSecond)}
      {of.tokensPerSecondInterval95 && (
        <span className={classes.ends}>{between(of.tokensPerSecondInterval95, significant)}</span>
      )}
    </>
  );
}

/** A 95 % interval of a share, in points, for keyboard and touch as well as for the mouse. */
function Ends({ interval }: { interval: readonly [number, number] | null }) {
  return <span className={classes.ends}>{between(interval, (share) => significant(share * 100))}</span>;
}

const icons = { good: CircleCheck, caution: TriangleAlert, bad: CircleAlert, plain: CircleHelp };

/** The verdict as a word with its shape and colour, and the rest of its sentence. */
function VerdictWords({ verdict }: { verdict: Verdict }) {
  const { words, kind } = verdictWords[verdict.kind];
  const Icon = icons[kind];
  const rest = verdict.sentence.startsWith(words) ? verdict.sentence.slice(words.length) : `. ${verdict.sentence}`;
  return (
    <span className={classes.sentence}>
      <span className={classes.words} data-kind={kind}>
        <Icon size={13} aria-hidden="true" />
        {words}
      </span>
      <span className={classes.rest}>{rest}</span>
    </span>
  );
}

function Head({
  label,
  unit,
  definition,
  isText = false,
}: {
  label: string;
  unit?: string;
  definition: string;
  isText?: boolean;
}) {
  return (
    <th scope="col" data-text={isText || undefined}>
      <Tooltip label={definition}>
        <button type="button" className={classes.head}>
          {label}
          {unit && <span className={classes.unit}>{unit}</span>}
        </button>
      </Tooltip>
    </th>
  );
}

function Cell({ title, className, children }: { title?: string; className?: string; children: ReactNode }) {
  return (
    <td className={className === undefined ? classes.number : `${classes.number} ${className}`} title={title}>
      {children}
    </td>
  );
}

/** Ratios near 1 keep as many decimals as their error has use for, at least four. */
function ratioWithError(value: number, error: number): string {
  if (!(error > 0)) return ratio(value);
  const rounded = withError(value, error);
  const decimals = rounded.split(' ')[0]?.split('.')[1]?.length ?? 0;
  return decimals >= 3 ? rounded : `${ratio(value)} ± ${significant(error, 2)}`;
}

const number = (value: number | null) => (value === null ? '–' : significant(value));
const exact = (value: number | null, unit: string) => (value === null ? 'Not known' : `${value} ${unit}`);
const between = (interval: readonly [number, number] | null, shown: (value: number) => string) =>
  interval === null ? 'these chunks tell none' : `${shown(interval[0])} to ${shown(interval[1])}`;
