import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  branchTo,
  canGoOn,
  chosenPath,
  firmTokens,
  joinStats,
  type TreeNode,
  tokensLeft,
} from '../../main/services/compare/playground/playground.rules.ts';
import type { GenerationStats, Token } from '../../preload/contract/engine.ts';

/** A tree as it grows: each message stands under one that is there, or is a first turn. */
const tree: fc.Arbitrary<TreeNode[]> = fc.array(fc.nat(), { minLength: 1, maxLength: 30 }).map((picks) =>
  picks.map((pick, index): TreeNode => {
    const parent = pick % (index + 1);
    return {
      sequence: index + 1,
      id: `m${index + 1}`,
      parent: parent === 0 ? null : parent,
      role: 'user',
      chosen: null,
    };
  }),
);

/** What `choose` of the queries does: the parent remembers it. */
function choose(nodes: TreeNode[], { sequence, parent }: TreeNode, first: number | null): number | null {
  const above = nodes.find((node) => node.sequence === parent);
  if (above === undefined) return sequence;
  above.chosen = sequence;
  return first;
}

describe('the branch that is looked at', () => {
  it('leads from a first turn to an end, each message under the one before it', () => {
    fc.assert(
      fc.property(tree, (nodes) => {
        const path = chosenPath(nodes, null);
        expect(path.map(({ parent }) => parent)).toEqual([null, ...path.slice(0, -1).map(({ sequence }) => sequence)]);
        expect(nodes.some(({ parent }) => parent === path.at(-1)?.sequence)).toBe(false);
      }),
    );
  });

  it('goes through every message that was chosen on the way to one, and below it as it was left', () => {
    fc.assert(
      fc.property(tree, fc.nat(), (nodes, pick) => {
        const target = nodes[pick % nodes.length];
        if (target === undefined) return;
        const below = chosenPath(
          nodes
            .filter((node) => branchTo(nodes, node.sequence).includes(target))
            .map((node) => (node === target ? { ...node, parent: null } : node)),
          target.sequence,
        );
        const branch = branchTo(nodes, target.sequence);
        let first: number | null = null;
        for (const node of branch) first = choose(nodes, node, first);
        const ids = chosenPath(nodes, first).map(({ id }) => id);
        expect(ids).toEqual([...branch.slice(0, -1).map(({ id }) => id), ...below.map(({ id }) => id)]);
      }),
    );
  });

  it('is empty where there is no message, and ignores a choice that is gone', () => {
    expect(chosenPath([], 3)).toEqual([]);
    expect(
      chosenPath([{ sequence: 1, id: 'a', parent: null, role: 'user', chosen: 9 }], 7).map(({ id }) => id),
    ).toEqual(['a']);
  });
});

const tokensOf = (...texts: string[]): Token[] =>
  texts.map((text, index) => ({ text, id: index, logprob: -1, ms: 10 * (index + 1) }));
const kept = (tokens: Token[], stops: string[] = []) => firmTokens(tokens, stops).map(({ text }) => text);

describe('what an answer goes on behind', () => {
  it('is all of it, as a rule', () => {
    expect(kept(tokensOf('a', '', ' b'))).toEqual(['a', '', ' b']);
    expect(kept([])).toEqual([]);
  });

  it('leaves out a character whose last bytes have not come', () => {
    expect(kept(tokensOf('a', '', '', '\uFFFD'))).toEqual(['a']);
    expect(kept(tokensOf('\uFFFD'))).toEqual([]);
    expect(kept(tokensOf('a', '', ''))).toEqual(['a']);
    expect(kept(tokensOf('a\uFFFD', 'b'))).toEqual(['a\uFFFD', 'b']);
  });

  it('leaves out what may be the beginning of a stop text', () => {
    expect(kept(tokensOf('so', ' it', ' is', '\n', 'EN'), ['\nEND'])).toEqual(['so', ' it', ' is']);
    expect(kept(tokensOf('x', 'yE'), ['END'])).toEqual(['x']);
    expect(kept(tokensOf('so', ' it'), ['END'])).toEqual(['so', ' it']);
    expect(kept(tokensOf('E', 'N'), ['END'])).toEqual([]);
  });
});

describe('how many tokens may come', () => {
  it('is the rest of the limit, or as many again when the limit has cut it', () => {
    expect([0, 3, 8, 11, 16].map((came) => tokensLeft(came, came, 8))).toEqual([8, 5, 8, 5, 8]);
    // Two of the eight are not firm: they come again, and eight more.
    expect(tokensLeft(8, 6, 8)).toBe(10);
  });
});

const stats = (over: Partial<GenerationStats>): GenerationStats => ({
  promptTokens: 20,
  tokenCount: 3,
  ttftMs: 10,
  tokensPerSecond: 100,
  totalMs: 35,
  stopReason: 'length',
  ...over,
});

describe('the figures of an answer of several pieces', () => {
  const had = tokensOf('a', 'b', 'c');
  it('are those of its only piece', () => {
    const piece = stats({});
    expect(joinStats(null, [], had, [], piece)).toBe(piece);
  });

  it('count each piece and none of the pauses', () => {
    const more = tokensOf('d', 'e').map((token) => ({ ...token, ms: token.ms + 100 }));
    const joined = joinStats(
      stats({ stopReason: 'cancelled' }),
      had,
      [...had, ...more],
      [3],
      stats({ promptTokens: 23, tokenCount: 2, ttftMs: 12, totalMs: 25, stopReason: 'end' }),
    );
    // 2 + 1 tokens after the first of their piece, in 20 + 10 ms.
    expect(joined).toEqual({
      promptTokens: 20,
      tokenCount: 5,
      ttftMs: 10,
      tokensPerSecond: 100,
      totalMs: 60,
      stopReason: 'end',
    });
  });

  it('are told also when the first piece ended without any', () => {
    expect(
      joinStats(null, had, had, [3], stats({ promptTokens: 23, tokenCount: 0, totalMs: 5, stopReason: 'end' })),
    ).toMatchObject({
      promptTokens: 20,
      ttftMs: 10,
      totalMs: 35,
    });
  });
});

describe('an answer can go on', () => {
  it.each([
    ['failed', null, true],
    ['cancelled', 'cancelled', true],
    ['done', 'length', true],
    ['done', 'end', false],
    ['done', 'stop', false],
    ['running', null, false],
  ] as const)('%s, %s: %s', (state, stopReason, expected) => {
    expect(canGoOn({ state, stats: stopReason && stats({ stopReason }) })).toBe(expected);
  });
});
