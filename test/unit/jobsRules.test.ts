import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  arrive,
  type Contender,
  chooseNext,
  isResumable,
  laneWidth,
  mustYield,
  quantumMs,
  type Served,
  serve,
} from '../../main/services/jobs/jobs.rules.ts';

const nobodyServed: Served = new Map();
let position = 0;
const one = (id: string, fields: Partial<Contender> = {}): Contender => ({
  id,
  lane: 'batch',
  workspace: 'main',
  position: ++position,
  phase: 'queued',
  ...fields,
});

const contenders = fc.uniqueArray(
  fc.record({
    id: fc.uuid(),
    lane: fc.constantFrom('interactive' as const, 'exclusive' as const, 'batch' as const),
    workspace: fc.constantFrom('a', 'b', 'c'),
    position: fc.nat(1000),
    phase: fc.constantFrom('queued' as const, 'parked' as const, 'running' as const),
  }),
  { selector: ({ position: place }) => place, maxLength: 12 },
);

describe('the lanes', () => {
  it('let interactive work begin before exclusive before batch, whatever came first', () => {
    const batch = one('batch');
    const exclusive = one('exclusive', { lane: 'exclusive' });
    const interactive = one('interactive', { lane: 'interactive' });
    expect(chooseNext([batch, exclusive, interactive], nobodyServed)).toEqual(['interactive']);
    expect(chooseNext([batch, exclusive], nobodyServed)).toEqual(['exclusive']);
    expect(chooseNext([batch], nobodyServed)).toEqual(['batch']);
  });

  it('keep first come, first served within a lane and a workspace', () => {
    expect(chooseNext([one('first'), one('second')], nobodyServed)).toEqual(['first']);
  });

  it('make urgent work wait for the item of a batch to end, and let it begin once the batch is parked', () => {
    const interactive = one('interactive', { lane: 'interactive' });
    expect(chooseNext([one('batch', { phase: 'running' }), interactive], nobodyServed)).toEqual([]);
    expect(chooseNext([one('batch', { phase: 'parked' }), interactive], nobodyServed)).toEqual(['interactive']);
  });

  it('go on with a parked batch before a new one begins', () => {
    expect(chooseNext([one('new'), one('parked', { phase: 'parked' })], nobodyServed)).toEqual(['parked']);
  });

  it('never let an exclusive job run beside another, nor more of a lane than its width', () => {
    fc.assert(
      fc.property(contenders, (all) => {
        const chosen = chooseNext(all, nobodyServed).map((id) => all.find((contender) => contender.id === id));
        const after = [...all.filter(({ phase }) => phase === 'running'), ...chosen].filter(
          (entry) => entry !== undefined,
        );
        if (chosen.some((entry) => entry?.lane === 'exclusive')) expect(after).toHaveLength(1);
        if (all.some(({ lane, phase }) => lane === 'exclusive' && phase === 'running')) expect(chosen).toEqual([]);
        for (const entry of chosen) {
          expect(entry?.phase).not.toBe('running');
          const lane = entry?.lane ?? 'batch';
          expect(after.filter((other) => other.lane === lane).length).toBeLessThanOrEqual(laneWidth[lane]);
        }
      }),
    );
  });

  it('always begin something when nothing runs and something waits', () => {
    fc.assert(
      fc.property(contenders, (all) => {
        const waiting = all.filter(({ phase }) => phase !== 'running');
        expect(chooseNext(waiting, nobodyServed).length > 0).toBe(waiting.length > 0);
      }),
    );
  });
});

describe('a running batch', () => {
  const self = one('self', { phase: 'running', workspace: 'mine' });

  it('gives way to interactive and exclusive work, and not to more batch work of its own workspace', () => {
    expect(mustYield(self, [self, one('other', { lane: 'interactive' })], nobodyServed)).toBe(true);
    expect(mustYield(self, [self, one('other', { lane: 'exclusive' })], nobodyServed)).toBe(true);
    expect(mustYield(self, [self, one('other', { workspace: 'mine' })], nobodyServed)).toBe(false);
  });

  it('gives way to another workspace only once it is a quantum ahead', () => {
    const other = one('other', { workspace: 'yours' });
    expect(mustYield(self, [self, other], serve(nobodyServed, 'mine', quantumMs - 1, 1))).toBe(false);
    expect(mustYield(self, [self, other], serve(nobodyServed, 'mine', quantumMs, 1))).toBe(true);
  });

  it('of the exclusive or interactive lane gives way to nothing', () => {
    expect(mustYield({ ...self, lane: 'exclusive' }, [one('other', { lane: 'interactive' })], nobodyServed)).toBe(
      false,
    );
  });
});

describe('workspaces', () => {
  it('share the machine by weight', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }), (light, heavy) => {
        const weights: Record<string, number> = { light, heavy };
        const got: Record<string, number> = { light: 0, heavy: 0 };
        let served: Served = new Map();
        // Both have work without end; each slice goes to the one that is chosen.
        for (let slice = 0; slice < 600; slice++) {
          const [id = ''] = chooseNext(
            [one('light', { workspace: 'light' }), one('heavy', { workspace: 'heavy' })],
            served,
          );
          got[id] = (got[id] ?? 0) + 1;
          served = serve(served, id, 1000, weights[id] ?? 1);
        }
        expect((got.light ?? 0) / 600).toBeCloseTo(light / (light + heavy), 1);
      }),
    );
  });

  it('earn no credit while they are idle', () => {
    const served = serve(serve(nobodyServed, 'busy', 90_000, 1), 'late', 10, 1);
    expect(arrive(served, 'late', new Set(['busy'])).get('late')).toBe(90_000);
    expect(arrive(served, 'late', new Set(['busy', 'late']))).toBe(served);
    expect(arrive(served, 'new', new Set()).get('new')).toBe(0);
  });
});

describe('what can go on', () => {
  it('is what was cut off, failed or was cancelled, when its kind says how; or what never began', () => {
    for (const state of ['interrupted', 'failed', 'cancelled'] as const) {
      expect(isResumable(state, 'resume', true, null)).toBe(true);
      expect(isResumable(state, 'retry', true, null)).toBe(true);
      expect(isResumable(state, 'abandon', true, null)).toBe(false);
      expect(isResumable(state, 'abandon', false, null)).toBe(true);
      expect(isResumable(state, undefined, false, null)).toBe(false);
    }
    for (const state of ['queued', 'running', 'done'] as const)
      expect(isResumable(state, 'resume', true, null)).toBe(false);
  });

  it('is not what was given too short a text, which stays as short', () => {
    const short = { code: 'BAD_INPUT', message: 'Too short.', facts: { tokens: 3, needed: 512 } } as const;
    expect(isResumable('failed', 'resume', true, short)).toBe(false);
    const gone = { code: 'MODEL_NOT_FOUND', message: 'Gone.' } as const;
    expect(isResumable('failed', 'resume', true, gone)).toBe(true);
  });
});
