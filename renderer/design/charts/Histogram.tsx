import { useElementSize } from '@mantine/hooks';
import { significant } from '../../lib/numbers.ts';
import { logScale } from '../../lib/scales.ts';
import classes from './Charts.module.css';

interface Props {
  /** For readers of the screen: what is shown, in a sentence. */
  label: string;
  bins: readonly { from: number; to: number; count: number }[];
  /** Values to draw a line at, with a word each. */
  lines: readonly { label: string; value: number }[];
  /** From this value on it is the tail, in another colour. */
  tailFrom: number | null;
  /** Name of the axis of values. */
  axis: string;
  height?: number;
}

const edge = { left: 36, right: 12, top: 46, bottom: 36 };

/** Counts over values of many magnitudes: both axes are logarithmic, so that a tail of few shows as well as the bulk of many. */
export function Histogram({ label, bins, lines, tailFrom, axis, height = 210 }: Props) {
  const { ref, width } = useElementSize();
  const most = Math.max(1, ...bins.map(({ count }) => count));
  const x = logScale(
    bins.flatMap(({ from, to }) => [from, to]),
    { room: 0.01 },
  );
  // Half a count is the floor, so that a bin of one token has a height.
  const y = logScale([0.5, most], { room: 0, ticks: 4 });
  const px = (value: number) => edge.left + x.at(value) * (width - edge.left - edge.right);
  const py = (count: number) => height - edge.bottom - y.at(Math.max(0.5, count)) * (height - edge.top - edge.bottom);
  return (
    <div ref={ref}>
      {width > 0 && (
        <svg className={classes.chart} width={width} height={height} role="img" aria-label={label}>
          {y.ticks
            .filter((tick) => tick >= 1)
            .map((tick) => (
              <g key={tick}>
                <line className={classes.grid} x1={edge.left} x2={width - edge.right} y1={py(tick)} y2={py(tick)} />
                <text className={classes.tick} x={edge.left - 6} y={py(tick) + 4} textAnchor="end">
                  {shortNumber(tick)}
                </text>
              </g>
            ))}
          {bins
            .filter(({ count }) => count > 0)
            .map(({ from, to, count }) => (
              <rect
                key={from}
                className={classes.fill}
                data-tail={(tailFrom !== null && from >= tailFrom) || undefined}
                x={px(from)}
                width={Math.max(1, px(to) - px(from) - 1)}
                y={py(count)}
                height={height - edge.bottom - py(count)}
              >
                <title>{`${significant(from)} to ${significant(to)}: ${count} ${count === 1 ? 'token' : 'tokens'}`}</title>
              </rect>
            ))}
          <line
            className={classes.axis}
            x1={edge.left}
            x2={width - edge.right}
            y1={height - edge.bottom}
            y2={height - edge.bottom}
          />
          {x.ticks.map((tick) => (
            <text key={tick} className={classes.tick} x={px(tick)} y={height - edge.bottom + 14} textAnchor="middle">
              {shortNumber(tick)}
            </text>
          ))}
          {lines
            .filter(({ value }) => value > 0 && x.at(value) >= 0 && x.at(value) <= 1)
            .map(({ label: word, value }, index) => (
              <g key={word}>
                <line
                  className={classes.line}
                  x1={px(value)}
                  x2={px(value)}
                  y1={edge.top - 40 + (index % 3) * 12}
                  y2={height - edge.bottom}
                />
                <text
                  className={classes.word}
                  x={px(value) + (x.at(value) > 0.75 ? -3 : 3)}
                  y={edge.top - 32 + (index % 3) * 12}
                  textAnchor={x.at(value) > 0.75 ? 'end' : 'start'}
                >
                  {word}
                </text>
              </g>
            ))}
          <text
            className={classes.title}
            x={(edge.left + width - edge.right) / 2}
            y={height - edge.bottom + 30}
            textAnchor="middle"
          >
            {axis}
          </text>
          <text className={classes.title} x={0} y={edge.top - 8} textAnchor="start">
            Tokens
          </text>
        </svg>
      )}
    </div>
  );
}

/** 0.001 as it is, what is smaller as a power of ten. */
function shortNumber(value: number): string {
  if (value >= 0.001 && value < 100_000) return String(value);
  const power = Math.floor(Math.log10(value) + 1e-9);
  const digits = [...String(power)].map((digit) => (digit === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)])).join('');
  const front = Math.round(value / 10 ** power);
  return front === 1 ? `10${digits}` : `${front}·10${digits}`;
}
