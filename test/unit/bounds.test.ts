import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Bounds, placeWindow } from '../../main/app/bounds.rules.ts';

const laptop: Bounds = { x: 0, y: 25, width: 1512, height: 920 };
const external: Bounds = { x: 1512, y: 0, width: 2560, height: 1415 };

describe('where the window opens', () => {
  it('is the middle of the primary display at the design size the first time', () => {
    expect(placeWindow(null, [laptop])).toEqual({ x: 36, y: 35, width: 1440, height: 900 });
  });

  it('is where it was, on any display', () => {
    const before = { x: 1600, y: 100, width: 1200, height: 800 };
    expect(placeWindow(before, [laptop, external])).toEqual(before);
  });

  it('is the primary display again when the one it was on is gone', () => {
    expect(placeWindow({ x: 1600, y: 100, width: 1200, height: 800 }, [laptop]).x).toBe(36);
  });

  it('is never larger than a display that shrank', () => {
    expect(placeWindow({ x: 0, y: 25, width: 3000, height: 2000 }, [laptop])).toEqual(laptop);
  });

  it('always leaves a piece of the title bar to get hold of', () => {
    const x = fc.integer({ min: -6000, max: 6000 });
    const y = fc.integer({ min: -100, max: 1500 });
    const size = fc.integer({ min: 1, max: 6000 });
    fc.assert(
      fc.property(fc.record({ x, y, width: size, height: size }), (remembered) => {
        const placed = placeWindow(remembered, [laptop, external]);
        const reachable = [laptop, external].some(
          (area) =>
            placed.y >= area.y &&
            placed.y + 32 <= area.y + area.height &&
            Math.min(placed.x + placed.width, area.x + area.width) - Math.max(placed.x, area.x) >= 120,
        );
        expect(reachable).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});
