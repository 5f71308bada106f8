import { Portal } from '@mantine/core';
import type { ComparisonColumn } from '../../../../preload/contract/compare.ts';
import type { Token } from '../../../../preload/contract/engine.ts';
import { VariantMarker } from '../../../design/index.ts';
import { duration, probability, text } from '../../../lib/numbers.ts';
import classes from './TokenInspector.module.css';

interface Props {
  place: DOMRect;
  index: number;
  /** Columns that can be compared at this place, in their order. */
  columns: { at: number; column: ComparisonColumn; slot: number; token: Token | undefined }[];
  inspected: number;
}

const width = 340;

/** What every comparable column has at one place: its token, how probable it was, when it came, and what else could have come. */
export function TokenInspector({ place, index, columns, inspected }: Props) {
  const rows = columns.filter((entry) => entry.token !== undefined);
  const kept = rows
    .filter((entry) => (entry.token?.alternatives?.length ?? 0) > 0)
    .sort((a, b) => Number(b.at === inspected) - Number(a.at === inspected));
  const shown = kept.slice(0, 2).sort((a, b) => a.at - b.at);
  const height =
    84 + rows.length * 20 + Math.max(0, ...shown.map(({ token }) => token?.alternatives?.length ?? 0)) * 19;
  const above = place.bottom + height > window.innerHeight && place.top > height;
  const left = Math.max(8, Math.min(place.left, window.innerWidth - width - 8));
  return (
    <Portal>
      <div
        className={classes.card}
        role="status"
        style={
          above ? { left, bottom: window.innerHeight - place.top + 6, width } : { left, top: place.bottom + 6, width }
        }
      >
        <table className={classes.table}>
          <caption>Token {index + 1}</caption>
          <thead>
            <tr>
              <th scope="col">Model</th>
              <th scope="col">Token</th>
              <th scope="col" className={classes.number}>
                Probability
              </th>
              <th scope="col" className={classes.number}>
                After
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ at, column, slot, token }) => (
              <tr key={at} data-current={at === inspected || undefined}>
                <th scope="row">
                  <span className={classes.variant}>
                    <VariantMarker slot={slot} size={8} /> {column.quantization}
                  </span>
                </th>
                <td className={classes.token}>{visible(token?.text ?? '')}</td>
                <td className={classes.number}>{token ? probability(token.logprob) : '–'}</td>
                <td className={classes.number}>{token ? text(duration(token.ms)) : '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {shown.length > 0 ? (
          <div className={classes.alternatives}>
            {shown.map(({ at, column, token }) => (
              <ol key={at} aria-label={`Likeliest tokens of ${column.quantization}`}>
                {token?.alternatives?.slice(0, 10).map((alternative) => (
                  <li key={alternative.id} data-chosen={alternative.id === token.id || undefined}>
                    <span className={classes.share} style={{ width: `${Math.exp(alternative.logprob) * 100}%` }} />
                    <span className={classes.token}>{visible(alternative.text)}</span>
                    <span className={classes.number}>{probability(alternative.logprob)}</span>
                  </li>
                ))}
              </ol>
            ))}
          </div>
        ) : (
          <p className={classes.none}>No alternatives were kept. Ask for them in the sampler.</p>
        )}
      </div>
    </Portal>
  );
}

/** Spaces and line ends made visible. */
function visible(token: string): string {
  if (token === '') return '∅';
  return token.replaceAll(' ', '·').replaceAll('\n', '↵').replaceAll('\t', '⇥');
}
