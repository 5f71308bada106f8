import type { QuantizationType, QuantizeEstimate } from '../../../preload/contract/quantize.ts';
import { Notice, SkeletonRows } from '../../design/index.ts';
import { bytes, plural, roughly, significant, text } from '../../lib/numbers.ts';
import classes from './QuantizeDialog.module.css';

interface Props {
  estimate: QuantizeEstimate | undefined;
  isPending: boolean;
  problem: string | null;
  types: readonly QuantizationType[];
}

/** Size, bits, time of each file before it is made, and what all of them take together. */
export function Estimate({ estimate, isPending, problem, types }: Props) {
  if (problem !== null) return <Notice kind="bad">{problem}</Notice>;
  if (types.length === 0) return null;
  if (estimate === undefined)
    return isPending ? <SkeletonRows rows={Math.min(4, types.length + 1)} label="Asking by a dry run" /> : null;
  const shown = estimate.files.filter(({ type }) => types.includes(type));
  const sizes = shown.map(({ sizeBytes }) => sizeBytes);
  const size = sizes.includes(null) ? null : sizes.reduce<number>((sum, one) => sum + (one ?? 0), 0);
  const { imatrixSeconds } = estimate;
  const seconds = shown.reduce((sum, file) => sum + file.seconds, imatrixSeconds ?? 0);
  const isGuess = imatrixSeconds !== null || shown.some(({ isFirstGuess }) => isFirstGuess);
  const guess = isGuess ? ', a first guess' : '';
  const facts = [
    ...(size === null ? [] : [`${text(bytes(size))} in all`]),
    ...(estimate.freeBytes === null ? [] : [`${text(bytes(estimate.freeBytes))} free`]),
    `about ${roughly(seconds)}${guess}`,
    `${text(bytes(estimate.memoryBytes))} of memory`,
  ];
  return (
    <div aria-busy={isPending} className={classes.estimate} data-past={isPending || undefined}>
      <table className={classes.table} aria-label="Estimates">
        <thead>
          <tr>
            <th scope="col">Type</th>
            <th scope="col">Size</th>
            <th scope="col">Bits / weight</th>
            <th scope="col">Time</th>
            <th scope="col" data-text>
              Note
            </th>
          </tr>
        </thead>
        <tbody>
          {imatrixSeconds !== null && (
            <tr>
              <th scope="row" data-words>
                Importance matrix
              </th>
              <td />
              <td />
              <td>{roughly(imatrixSeconds)}</td>
              <td data-text>measured on the text first, then deleted</td>
            </tr>
          )}
          {shown.map((file) => (
            <tr key={file.type}>
              <th scope="row">{file.type}</th>
              <td>{file.sizeBytes === null ? '–' : text(bytes(file.sizeBytes))}</td>
              <td>{file.bitsPerWeight === null ? '–' : significant(file.bitsPerWeight)}</td>
              <td>{roughly(file.seconds)}</td>
              <td data-text>
                {file.error !== null
                  ? file.error.message
                  : [
                      ...(file.exists ? ['there already'] : []),
                      ...(file.fallbacks.length > 0
                        ? [
                            `${plural(file.fallbacks.length, 'tensor')} in ${[...new Set(file.fallbacks.map(({ got }) => got))].join(', ')}`,
                          ]
                        : []),
                    ].join(', ')}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className={classes.facts} data-bad={!estimate.fits || undefined}>
        {facts.join(' · ')}
      </p>
      {estimate.notes.map((note) => (
        <Notice key={note} kind="info">
          {note}
        </Notice>
      ))}
    </div>
  );
}
