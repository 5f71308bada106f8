import { useElementSize } from '@mantine/hooks';
import type { KeyboardEvent } from 'react';
import { labelPlaces } from '../../lib/labelPlaces.ts';
import { linearScale, logScale } from '../../lib/scales.ts';
import { VariantPoint } from '../VariantMarker.tsx';
import classes from './Charts.module.css';

export interface ScatterPoint {
  key: string;
  slot: number;
  name: string;
  /** For readers of the screen: every value with its interval and n. */
  description: string;
  x: number;
  y: number;
  interval: readonly [number, number] | null;
  /** Of x. Default: exactly known. */
  xInterval?: readonly [number, number] | null;
}

interface Props {
  label: string;
  points: readonly ScatterPoint[];
  x: { label: string; format(value: number): string };
  y: { label: string; format(value: number): string; log: boolean; even?: number };
  /** Keys of the points on the Pareto front, along x. */
  front: readonly string[];
  current: string | null;
  onCurrent(key: string | null): void;
}

/** Of a sign of a name, in pixels: they are of one width. */
const signWidth = 6.8;
const edge = { left: 64, right: 32, top: 28, bottom: 44 };

/** Points with their intervals and the front that none of them beats. Arrows go from point to point. */
export function Scatter({ label, points, x, y, front, current, onCurrent }: Props) {
  const { ref, width, height } = useElementSize();
  const xs = linearScale(
    points.flatMap(({ x: value, xInterval }) => [value, ...(xInterval ?? [])]),
    { room: 0.1, ticks: 6 },
  );
  const ends = points.flatMap(({ y: value, interval }) => [value, ...(interval ?? [])]);
  const ys = y.log ? logScale(ends) : linearScale([...ends, ...(y.even === undefined ? [] : [y.even])]);
  const px = (value: number) => edge.left + xs.at(value) * (width - edge.left - edge.right);
  const py = (value: number) =>
    height - edge.bottom - Math.max(0, Math.min(1, ys.at(value))) * (height - edge.top - edge.bottom);
  const ordered = points.toSorted((a, b) => a.x - b.x);
  const onFront = front.flatMap((key) => points.filter((point) => point.key === key));

  // The one that is looked at is named whatever is beside it.
  const named = ordered.toSorted((a, b) => Number(b.key === current) - Number(a.key === current));
  const places = labelPlaces(
    named.map(({ key, x: along, y: up, name }) => ({ key, x: px(along), y: py(up), width: name.length * signWidth })),
    width,
  );

  function step(event: KeyboardEvent<SVGElement>) {
    const by = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const at = ordered.findIndex(({ key }) => key === current);
    const next = ordered[Math.max(0, Math.min(ordered.length - 1, at + by))];
    if (!next) return;
    event.currentTarget.ownerSVGElement?.querySelector<SVGGElement>(`[data-key="${CSS.escape(next.key)}"]`)?.focus();
  }

  return (
    <div ref={ref} style={{ height: '100%', minHeight: 220 }}>
      {width > 0 && height > 0 && (
        // biome-ignore lint/a11y/useSemanticElements: an SVG of points, each a button
        <svg className={classes.chart} width={width} height={height} role="group" aria-label={label}>
          {ys.ticks.map((tick) => (
            <g key={tick}>
              <line className={classes.grid} x1={edge.left} x2={width - edge.right} y1={py(tick)} y2={py(tick)} />
              <text className={classes.tick} x={edge.left - 8} y={py(tick) + 4} textAnchor="end">
                {y.format(tick)}
              </text>
            </g>
          ))}
          {xs.ticks.map((tick) => (
            <text key={tick} className={classes.tick} x={px(tick)} y={height - edge.bottom + 16} textAnchor="middle">
              {x.format(tick)}
            </text>
          ))}
          <line
            className={classes.axis}
            x1={edge.left}
            x2={width - edge.right}
            y1={height - edge.bottom}
            y2={height - edge.bottom}
          />
          {y.even !== undefined && (
            <line className={classes.even} x1={edge.left} x2={width - edge.right} y1={py(y.even)} y2={py(y.even)} />
          )}
          <polyline
            className={classes.front}
            points={onFront.map((point) => `${px(point.x)},${py(point.y)}`).join(' ')}
          />
          <text className={classes.title} x={(edge.left + width - edge.right) / 2} y={height - 8} textAnchor="middle">
            {x.label}
          </text>
          <text className={classes.title} x={8} y={14} textAnchor="start">
            {y.label}
          </text>
          {ordered.map((point) => {
            const [cx, cy] = [px(point.x), py(point.y)];
            const place = places.get(point.key);
            return (
              // biome-ignore lint/a11y/useSemanticElements: a point of a chart cannot be an HTML button
              <g
                key={point.key}
                data-key={point.key}
                className={classes.point}
                role="button"
                tabIndex={0}
                aria-label={point.description}
                aria-current={current === point.key || undefined}
                onClick={() => onCurrent(point.key)}
                onFocus={() => onCurrent(point.key)}
                onMouseEnter={() => onCurrent(point.key)}
                onKeyDown={step}
              >
                <circle className={classes.halo} cx={cx} cy={cy} r={13} />
                {point.interval && (
                  <path
                    className={classes.whisker}
                    d={whisker(cx, py(point.interval[0]), py(point.interval[1]))}
                    fill="none"
                  />
                )}
                {point.xInterval && (
                  <path
                    className={classes.whisker}
                    d={sideways(cy, px(point.xInterval[0]), px(point.xInterval[1]))}
                    fill="none"
                  />
                )}
                <VariantPoint slot={point.slot} x={cx} y={cy} />
                {place && (
                  <text className={classes.name} x={place.x} y={place.y} textAnchor={place.anchor}>
                    {point.name}
                  </text>
                )}
              </g>
            );
          })}
        </svg>
      )}
    </div>
  );
}

/** From end to end, with a short stroke across each. */
function whisker(x: number, from: number, to: number): string {
  return `M${x} ${from}V${to}M${x - 4} ${from}h8M${x - 4} ${to}h8`;
}

function sideways(y: number, from: number, to: number): string {
  return `M${from} ${y}H${to}M${from} ${y - 4}v8M${to} ${y - 4}v8`;
}
