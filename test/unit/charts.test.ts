import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kldStep, kldSteps } from '../../renderer/lib/kldSteps.ts';
import { labelPlaces } from '../../renderer/lib/labelPlaces.ts';
import { paretoFront } from '../../renderer/lib/pareto.ts';
import { linearScale, logScale } from '../../renderer/lib/scales.ts';

const value = fc.integer({ min: -20, max: 20 });
const points = fc.array(fc.record({ x: value, y: value }), { maxLength: 30 });

describe('the words beside the points of a chart', () => {
  const at = (key: string, x: number, y: number) => ({ key, x, y, width: 80 });

  it('stand within the chart, at the other side where the right has no room', () => {
    const places = labelPlaces([at('left', 20, 50), at('right', 290, 50)], 300);
    expect(places.get('left')).toEqual({ x: 32, y: 42, anchor: 'start' });
    expect(places.get('right')).toEqual({ x: 278, y: 42, anchor: 'end' });
  });

  it('leave the points beside them free', () => {
    const places = labelPlaces([at('one', 150, 50), at('beside', 180, 42)], 300);
    expect(places.get('one')).toEqual({ x: 162, y: 67, anchor: 'start' });
  });

  it('never lie over each other: the later ones go below, to the other side, or nowhere', () => {
    const same = ['first', 'second', 'third', 'fourth', 'fifth'].map((key) => at(key, 150, 50));
    const places = labelPlaces(same, 300);
    expect([...places].map(([key, { y, anchor }]) => [key, y, anchor])).toEqual([
      ['first', 42, 'start'],
      ['second', 67, 'start'],
      ['third', 42, 'end'],
      ['fourth', 67, 'end'],
    ]);
  });
});

describe('a Pareto front', () => {
  it('leaves out what is beaten beyond the intervals, and nothing that an interval leaves open', () => {
    const reference = { x: 7, y: 1 };
    // Lower in the mean, but its interval holds 1: the reference is not beaten by it.
    const open = { x: 2.1, y: 0.99, interval: [0.948, 1.041] as const };
    const wide = { x: 2.9, y: 1.02, interval: [1, 1.05] as const };
    const beaten = { x: 3.7, y: 1.1, interval: [1.06, 1.14] as const };
    expect(paretoFront([reference, open, wide, beaten])).toEqual([1, 2, 0]);
    const top = [
      { x: 2, y: 0.97, interval: [0.96, 0.98] as const },
      { x: 3, y: 0.94, interval: [0.93, 0.95] as const },
    ];
    expect(paretoFront(top, { y: true })).toEqual([0]);
    // As fast, for all that is known, and better in the other: only the faster one beyond doubt is beaten.
    const speeds = [
      { x: 100, xInterval: [95, 105] as const, y: 2 },
      { x: 102, xInterval: [99, 105] as const, y: 1 },
      { x: 50, xInterval: [48, 52] as const, y: 1.5 },
    ];
    expect(paretoFront(speeds, { x: true })).toEqual([0, 1]);
    // Of which nothing is known beats nothing, and is not beaten.
    const unknown = speeds.map((one) => ({ ...one, xInterval: [-Infinity, Infinity] as const }));
    expect(paretoFront(unknown, { x: true })).toHaveLength(3);
  });

  it('holds what no other point beats, and nothing else', () => {
    fc.assert(
      fc.property(points, (all) => {
        const front = new Set(paretoFront(all));
        all.forEach((point, index) => {
          const isBeaten = all.some(
            (other) => other.x <= point.x && other.y <= point.y && (other.x < point.x || other.y < point.y),
          );
          expect(front.has(index)).toBe(!isBeaten);
        });
      }),
    );
  });

  it('turns round with an axis on which more is better', () => {
    fc.assert(
      fc.property(points, (all) => {
        const mirrored = all.map(({ x, y }) => ({ x: -x, y }));
        expect([...paretoFront(all, { x: true })].sort()).toEqual([...paretoFront(mirrored)].sort());
      }),
    );
  });

  it('is sorted along x, and leaves out what is no number', () => {
    const all = [
      { x: 3, y: 1 },
      { x: 1, y: 3 },
      { x: 2, y: 2 },
      { x: 2.5, y: 2.5 },
      { x: Number.NaN, y: 0 },
    ];
    expect(paretoFront(all)).toEqual([1, 2, 0]);
    expect(paretoFront([])).toEqual([]);
  });
});

describe('scales', () => {
  it('hold every value within, in order, with ticks inside', () => {
    const values = fc.array(fc.double({ min: 1e-9, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(values, (all) => {
        for (const scale of [linearScale(all), logScale(all)]) {
          const places = all.toSorted((a, b) => a - b).map((one) => scale.at(one));
          for (const place of places) {
            expect(place).toBeGreaterThanOrEqual(-1e-9);
            expect(place).toBeLessThanOrEqual(1 + 1e-9);
          }
          expect(places).toEqual(places.toSorted((a, b) => a - b));
          expect(scale.ticks.length).toBeLessThanOrEqual(12);
          for (const tick of scale.ticks) {
            expect(scale.at(tick)).toBeGreaterThanOrEqual(-1e-6);
            expect(scale.at(tick)).toBeLessThanOrEqual(1 + 1e-6);
          }
        }
      }),
    );
  });

  it('have round ticks', () => {
    expect(linearScale([0, 10], { room: 0 }).ticks).toEqual([0, 2, 4, 6, 8, 10]);
    expect(linearScale([0.98, 1.02], { room: 0 }).ticks).toEqual([0.98, 0.99, 1, 1.01, 1.02]);
    expect(logScale([0.2, 3], { room: 0 }).ticks).toEqual([0.2, 0.5, 1, 2]);
    expect(logScale([1e-6, 10], { room: 0, ticks: 4 }).ticks).toEqual([1e-5, 0.001, 0.1, 10]);
  });

  it('have numbers also where a log axis holds no 1, 2 or 5', () => {
    expect(logScale([1.1, 1.3], { room: 0 }).ticks).toEqual([1.1, 1.15, 1.2, 1.25, 1.3]);
    expect(logScale([0.0105, 0.0192], { room: 0 }).ticks).toEqual([0.012, 0.014, 0.016, 0.018]);
    const values = fc.array(fc.double({ min: 1e-5, max: 10, noNaN: true }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(values, (all) => {
        fc.pre(all.length === 1 || Math.max(...all) > 1.001 * Math.min(...all));
        expect(logScale(all).ticks.length).toBeGreaterThanOrEqual(2);
      }),
    );
  });

  it('have a range also for one value, for none, and for zero on a log axis', () => {
    expect(linearScale([5]).at(5)).toBeCloseTo(0.5, 10);
    expect(linearScale([0]).at(0)).toBeCloseTo(0.5, 10);
    expect(linearScale([]).domain[0]).toBeLessThan(linearScale([]).domain[1]);
    expect(logScale([0.01]).at(0.01)).toBeCloseTo(0.5, 10);
    expect(logScale([0, 0]).at(0)).toBe(0);
  });
});

describe('steps of KLD', () => {
  it('ascend, and give each value the last step that it reaches', () => {
    const bounds = kldSteps.map(({ from }) => from);
    expect(bounds).toEqual(bounds.toSorted((a, b) => a - b));
    for (const [kld, step] of [
      [-0.0001, 0],
      [0, 0],
      [0.0099, 0],
      [0.01, 1],
      [0.3, 2],
      [0.5, 3],
      [2, 4],
      [40, 4],
    ] as const)
      expect(kldStep(kld)).toBe(step);
  });
});
