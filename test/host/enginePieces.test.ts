import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { usualLimits } from '../../main/inference/channel.ts';
import { createAnswerText } from '../../main/inference/child/answerText.ts';
import { createOutbox } from '../../main/inference/child/outbox.ts';
import { exitReason } from '../../main/inference/exitReason.ts';
import { createCoreGate } from '../../main/services/engine/coreGate.ts';
import { countPhysicalCores } from '../../main/services/engine/cores.ts';
import { createEventStream } from '../../main/services/engine/eventStream.ts';
import type { Token } from '../../preload/contract/engine.ts';

const never = new AbortController().signal;

/** A vocabulary in which each token is one byte, so that every character beyond ASCII is split. */
const bytesToText = (tokens: number[]) => Buffer.from(tokens).toString('utf8');
const tokenOf = (id: number): Token => ({ id, text: '', logprob: 0, ms: 0 });

function textOf(bytes: number[], stops: string[]): { shown: Token[]; stopped: boolean } {
  const answer = createAnswerText(bytesToText, stops, []);
  const shown: Token[] = [];
  for (const byte of bytes) {
    const { ready, stopped } = answer.add(tokenOf(byte));
    shown.push(...ready);
    if (stopped) return { shown, stopped };
  }
  shown.push(...answer.rest());
  return { shown, stopped: false };
}
const join = (tokens: Token[]) => tokens.map(({ text }) => text).join('');

describe('the text of an answer', () => {
  it('is that of its tokens, whatever the characters, and no token is lost', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const whole = text.toWellFormed().replaceAll('\uFFFD', '');
        const bytes = [...Buffer.from(whole)];
        const { shown } = textOf(bytes, []);
        expect(join(shown)).toBe(whole);
        expect(shown.map(({ id }) => id)).toEqual(bytes);
      }),
    );
  });

  it('keeps bytes that form no character as replacement signs', () => {
    expect(join(textOf([0x61, 0xff, 0x62, 0xc3], []).shown)).toBe(bytesToText([0x61, 0xff, 0x62, 0xc3]));
    expect(join(textOf([0xf0, 0x9f, 0x98], []).shown)).toBe('\uFFFD');
  });

  it('ends before the first stop text, however that is cut into tokens', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'b', 'é', '😀', '\n'), { maxLength: 30 }).map((parts) => parts.join('')),
        fc.array(
          fc
            .array(fc.constantFrom('a', 'b', 'é', '😀', '\n'), { minLength: 1, maxLength: 4 })
            .map((parts) => parts.join('')),
          { minLength: 1, maxLength: 3 },
        ),
        (text, stops) => {
          const ends = stops.map((stop) => text.indexOf(stop)).filter((index) => index >= 0);
          // The stop text that is complete first ends the answer.
          const firstComplete = Math.min(
            ...stops.map((stop) => (text.includes(stop) ? text.indexOf(stop) + stop.length : Infinity)),
          );
          const { shown, stopped } = textOf([...Buffer.from(text)], stops);
          expect(stopped).toBe(ends.length > 0);
          if (!stopped) expect(join(shown)).toBe(text);
          else {
            const seen = text.slice(0, firstComplete);
            const end = Math.min(...stops.map((stop) => seen.indexOf(stop)).filter((index) => index >= 0));
            expect(join(shown)).toBe(text.slice(0, end));
          }
        },
      ),
    );
  });
});

describe('the outbox', () => {
  it('sends the first token at once and what follows together', async () => {
    const sent: number[][] = [];
    const outbox = createOutbox((tokens) => sent.push(tokens.map(({ id }) => id)), 20);
    outbox.push([tokenOf(1)]);
    expect(sent).toEqual([[1]]);
    for (const id of [2, 3, 4]) outbox.push([tokenOf(id)]);
    expect(sent).toEqual([[1]]);
    await expect.poll(() => sent, { interval: 5 }).toEqual([[1], [2, 3, 4]]);
    outbox.push([tokenOf(5)]);
    outbox.close();
    expect(sent.flat()).toEqual([1, 2, 3, 4, 5]);
  });
});

describe('the core gate', () => {
  it('never lets more threads decode than there are cores, first come first served, and one always', async () => {
    const gate = createCoreGate(() => 4);
    const order: string[] = [];
    const enter = async (name: string, threads: number) => {
      const leave = await gate.enter(threads, never);
      order.push(name);
      return leave;
    };
    const one = await enter('one', 2);
    const two = await enter('two', 2);
    const three = enter('three', 3);
    const four = enter('four', 1);
    await new Promise((resolve) => setImmediate(resolve));
    expect(order).toEqual(['one', 'two']);
    one();
    await new Promise((resolve) => setImmediate(resolve));
    // Four threads fit beside two, but three was first.
    expect(order).toEqual(['one', 'two']);
    two();
    const leave = await three;
    (await four)();
    leave();
    leave();
    expect(order).toEqual(['one', 'two', 'three', 'four']);
    const large = await enter('large', 64);
    large();
  });

  it('forgets who gives up waiting', async () => {
    const gate = createCoreGate(() => 1);
    const leave = await gate.enter(1, never);
    const stop = new AbortController();
    const waiting = gate.enter(1, stop.signal);
    const next = gate.enter(1, never);
    stop.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' });
    leave();
    (await next)();
    await expect(gate.enter(1, AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('counts cores: at least one, at most what the system lets us use', () => {
    expect(countPhysicalCores()).toBeGreaterThanOrEqual(1);
    expect(countPhysicalCores()).toBeLessThanOrEqual(navigator.hardwareConcurrency);
  });
});

describe('the limits of an engine process', () => {
  it('are 60 s to start, 30 s to be silent, 2 s to stop when asked', () => {
    expect(usualLimits).toEqual({ startMs: 60_000, hangMs: 30_000, cancelMs: 2_000 });
  });
});

describe('the end of a process', () => {
  it('is explained by its signal, its exit code, and what it said last', () => {
    expect(exitReason({ code: null, signal: 'SIGSEGV' }).meaning).toContain('memory that is not its own');
    expect(exitReason({ code: 134, signal: null })).toMatchObject({
      what: 'exit code 134',
      meaning: expect.stringContaining('assertion'),
    });
    expect(exitReason({ code: 137, signal: null }).meaning).toContain('memory ran out');
    expect(exitReason({ code: 3_221_225_477, signal: null }).meaning).toContain('memory that is not its own');
    expect(exitReason({ code: null, signal: null }).meaning).toContain('could not be started');
    const said = 'loading\n/build/llama.cpp/src/llama-model.cpp:4242: GGML_ASSERT(n_layer < 512) failed\nmore';
    expect(exitReason({ code: null, signal: 'SIGABRT' }, said).meaning).toContain(
      '(llama-model.cpp:4242: GGML_ASSERT(n_layer < 512) failed)',
    );
  });
});

describe('an event stream', () => {
  it('gives what was pushed before and after it is read, then ends or fails', async () => {
    const stream = createEventStream<number>();
    stream.push(1);
    const seen: number[] = [];
    const reading = (async () => {
      for await (const value of stream) seen.push(value);
    })();
    await new Promise((resolve) => setImmediate(resolve));
    stream.push(2);
    stream.push(3);
    stream.end();
    await reading;
    expect(seen).toEqual([1, 2, 3]);
    const failing = createEventStream<number>();
    failing.push(1);
    failing.fail(new Error('over'));
    const read = async () => {
      for await (const value of failing) seen.push(value);
    };
    await expect(read()).rejects.toThrow('over');
    expect(seen).toEqual([1, 2, 3, 1]);
  });
});
