import { describe, expect, it } from 'vitest';
import type { ModelMeasurement } from '../../preload/contract/divergence.ts';
import { measuredOf } from '../../renderer/features/models/measured.ts';

const measured = (file: string, measuredAt: string) => ({ file, measuredAt }) as ModelMeasurement;

describe('what was measured of the files of a list', () => {
  it('is what was measured of the file itself, else of one with the same content', () => {
    const variants = [
      { path: '/copy', sha256: 'a' },
      { path: '/measured', sha256: 'a' },
      { path: '/other', sha256: 'b' },
      { path: '/not read yet', sha256: null },
      { path: '/both', sha256: 'a' },
    ];
    const found = measuredOf([measured('/measured', '2026-11-20'), measured('/both', '2026-11-01')], variants);
    expect(found.get('/copy')?.file).toBe('/measured');
    expect(found.get('/both')?.file).toBe('/both');
    expect([found.has('/other'), found.has('/not read yet')]).toEqual([false, false]);
  });
});
