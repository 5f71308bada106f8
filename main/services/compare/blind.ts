import { randomBytes } from 'node:crypto';
import type { BlindOutcome, BlindPair, BlindSummary, BlindTest } from '../../../preload/contract/blind.ts';
import type { ModelUse } from '../../../preload/contract/models.ts';
import type { Removed } from '../../../preload/contract/removals.ts';
import type { Changes } from '../../base/changes.ts';
import { type Clock, systemClock } from '../../base/clock.ts';
import { Fault } from '../../base/fault.ts';
import { newId } from '../../base/ids.ts';
import type { JobQueue } from '../../base/job.ts';
import { type Removals, removedAtOnce } from '../../base/removals.ts';
import type { ReadHandle, Store } from '../../db/store.ts';
import * as stored from './blind.queries.ts';
import { type Candidate, identicalPart, type Pair, type Player, pairsOf, resultOf } from './blind.rules.ts';
import { type BlindFormat, exportBlind } from './blindExport.rules.ts';
import * as queries from './compare.queries.ts';
import type { ExportedText } from './export.ts';
import { requireComparison } from './read.ts';

export interface BlindDependencies {
  vault: {
    /** Throws LOCKED or NO_STORE. */
    store(): Store;
    onLocking(listener: () => void): () => void;
  };
  /** Whether answers of a comparison are still to come. */
  jobs: Pick<JobQueue, 'stateOf'>;
  changes: Pick<Changes, 'announce'>;
  /** Default: what is removed goes at once. */
  removals?: Removals;
  /** Default: the system's. */
  clock?: Clock;
}

/** Which of two answers a person prefers, without knowing whose they are. */
export interface Blind {
  /** Begins a test over comparisons, of so many pairs (default: all). NOT_FOUND; BAD_INPUT when they hold one model only. */
  start(input: { comparisons: readonly string[]; pairs?: number; name?: string }): { id: string };
  /** How far it is, what to judge next, and after the end the result. NOT_FOUND. */
  get(id: string): BlindTest;
  /** Newest first. */
  /** `model`: those in which it stands against others. */
  list(page?: { before?: string; limit?: number; model?: string }): BlindSummary[];
  /** In how many tests each model stands against others. */
  uses(): ModelUse[];
  /** Notes a judgement and hands back the test with what comes next. NOT_FOUND; CONFLICT after the end, or when it was judged before. */
  judge(id: string, pair: string, outcome: BlindOutcome): BlindTest;
  /** Takes the last judgement back. CONFLICT when there is none, or after the end. */
  undo(id: string): BlindTest;
  /** Shows the names and ends the test. CONFLICT before the first judgement. */
  reveal(id: string): BlindTest;
  /** Hidden at once, deleted when the time to undo it is over. NOT_FOUND. */
  remove(id: string): Removed;
  /** Scores and judgements as one text, without prompts and answers. NOT_FOUND; CONFLICT before the end. */
  export(id: string, format: BlindFormat): ExportedText;
}

/** What a test draws on: kept as long as no answer comes to it. */
interface Drawn {
  stamp: string;
  players: Player[];
  pairs: Pair[];
  identical: Pair[];
  waiting: number;
  failed: number;
  gone: number;
}

export function createBlind(dependencies: BlindDependencies): Blind {
  const { vault, jobs, changes, removals = removedAtOnce, clock = systemClock } = dependencies;
  const drawn = new Map<string, Drawn>();
  // It holds answers in clear.
  vault.onLocking(() => drawn.clear());

  const removal = removals.register({
    kind: 'blind.test',
    carryOut(id) {
      vault.store().transaction((write) => stored.deleteTest(write, id));
      drawn.delete(id);
      changes.announce('blind');
    },
    changed: () => changes.announce('blind'),
  });

  function requireTest(read: ReadHandle, id: string): stored.TestRow {
    const row = stored.selectTest(read, id);
    if (row === undefined)
      throw new Fault('NOT_FOUND', 'This blind test is no longer in the store.', { facts: { test: id } });
    return row;
  }

  function drawFor(read: ReadHandle, test: stored.TestRow): Drawn {
    const found = test.comparisons_json.flatMap((id) => queries.selectComparison(read, id) ?? []);
    const settled = found.map(({ sequence }) => stored.countSettled(read, sequence));
    const running = found.map(({ job_id: job }) => (job === null ? null : jobs.stateOf(job)));
    const stamp = JSON.stringify([found.map(({ id }) => id), settled, running]);
    const before = drawn.get(test.id);
    if (before?.stamp === stamp) return before;
    const answers: Candidate[] = [];
    const players = new Map<string, Player>(test.players_json.map((player) => [player.key, player]));
    let waiting = 0;
    let failed = 0;
    found.forEach((comparison, index) => {
      const isUnderWay = running[index] === 'queued' || running[index] === 'running';
      if (isUnderWay) waiting += Math.max(0, comparison.prompt_count * comparison.column_count - (settled[index] ?? 0));
      const texts = stored.selectDoneTexts(read, comparison.sequence);
      failed += (settled[index] ?? 0) - texts.length;
      comparison.columns_json.forEach(({ modelId, reference, name, quantization }, column) => {
        const own = texts.filter((one) => one.model_column === column);
        if (own.length === 0) return;
        const key = modelId ?? reference;
        players.set(key, { key, name, quantization });
        for (const { prompt, text } of own) answers.push({ comparison: comparison.id, prompt, player: key, text });
      });
    });
    const next = {
      stamp,
      players: [...players.values()],
      ...pairsOf(test.seed, answers),
      waiting,
      failed,
      gone: test.comparisons_json.length - found.length,
    };
    drawn.delete(test.id);
    drawn.set(test.id, next);
    const oldest = drawn.keys().next().value;
    if (drawn.size > mostDrawn && oldest !== undefined) drawn.delete(oldest);
    return next;
  }

  function summaryOf(test: stored.TestRow, models: number): BlindSummary {
    return {
      id: test.id,
      name: test.name,
      createdAt: test.created_at,
      comparisons: test.comparisons_json.length,
      models,
      judged: test.judged,
      asked: test.asked,
      revealedAt: test.revealed_at,
    };
  }

  function shownPair(read: ReadHandle, pair: Pair): BlindPair {
    const comparison = requireComparison(read, pair.comparison);
    return {
      pair: pair.id,
      prompt: queries.selectPrompt(read, comparison.sequence, pair.prompt) ?? '',
      system: comparison.settings_json.system ?? null,
      left: pair.left.text,
      right: pair.right.text,
    };
  }

  function get(id: string): BlindTest {
    const { read } = vault.store();
    const test = requireTest(read, id);
    const { players, pairs, identical, waiting, failed, gone } = drawFor(read, test);
    const judgments = stored.selectJudgments(read, test.sequence);
    const done = new Set(judgments.map(({ pair }) => pair));
    // What was judged of a comparison that is gone still counts.
    const lost = judgments.filter((one) => !pairs.some((pair) => pair.id === one.pair)).length;
    const there = pairs.length + lost;
    const total = Math.min(there, test.asked ?? there);
    const isOpen = test.revealed_at === null && judgments.length < total;
    const open = isOpen ? pairs.find((pair) => !done.has(pair.id)) : undefined;
    const same = identicalPart(identical, total, there);
    return {
      ...summaryOf(test, players.length),
      total,
      identical: same.length,
      waiting,
      failed,
      gone,
      next: open === undefined ? null : shownPair(read, open),
      result:
        test.revealed_at === null
          ? null
          : resultOf(players, judgments.map(toJudgment), same, total, silentOf(players, pairs, identical)),
    };
  }

  function requireOpen(test: stored.TestRow): void {
    if (test.revealed_at !== null)
      throw new Fault(
        'CONFLICT',
        'The names of this test are known, so nothing more can be judged blind. Start another one.',
      );
  }

  return {
    start({ comparisons, pairs, name }) {
      const store = vault.store();
      const ids = [...new Set(comparisons)];
      const columns = ids.flatMap((id) => requireComparison(store.read, id).columns_json);
      const players = new Map<string, Player>();
      for (const { modelId, reference, name: called, quantization } of columns) {
        const key = modelId ?? reference;
        players.set(key, { key, name: called, quantization });
      }
      if (players.size < 2)
        throw new Fault('BAD_INPUT', 'These comparisons hold answers of one model only. A choice needs two.');
      const at = clock.now();
      const id = newId(at);
      store.transaction((write) =>
        stored.insertTest(write, {
          id,
          name: name ?? null,
          createdAt: new Date(at).toISOString(),
          seed: randomBytes(16).toString('hex'),
          comparisons: ids,
          // Models are found while answers come; who has answered none yet is not known by its final key.
          players: [...players.values()].filter(({ key }) => columns.some(({ modelId }) => modelId === key)),
          asked: pairs ?? null,
        }),
      );
      changes.announce('blind');
      return { id };
    },
    get,
    uses: () => stored.selectModelUses(vault.store().read),
    list({ before, limit = 100, model } = {}) {
      const { read } = vault.store();
      return stored
        .selectTests(read, before ?? null, limit, model)
        .map((test) => summaryOf(test, test.players_json.length));
    },
    judge(id, pair, outcome) {
      const store = vault.store();
      const test = requireTest(store.read, id);
      requireOpen(test);
      const { pairs, players } = drawFor(store.read, test);
      const found = pairs.find((one) => one.id === pair);
      if (found === undefined)
        throw new Fault('NOT_FOUND', 'These two answers are no longer in the store: their comparison was deleted.');
      if (stored.selectJudgments(store.read, test.sequence).some((one) => one.pair === pair))
        throw new Fault('CONFLICT', 'This pair was judged already. Undo takes the last judgement back.');
      if (test.judged >= (test.asked ?? Number.POSITIVE_INFINITY))
        throw new Fault('CONFLICT', `All ${test.asked} pairs that were asked for are judged. Show the names.`);
      store.transaction((write) => {
        stored.insertJudgment(write, test.sequence, {
          judged_at: new Date(clock.now()).toISOString(),
          pair,
          comparison: found.comparison,
          prompt: found.prompt,
          left_player: found.left.player,
          right_player: found.right.player,
          outcome,
        });
        stored.updatePlayers(write, test.sequence, players);
      });
      changes.announce('blind');
      return get(id);
    },
    undo(id) {
      const store = vault.store();
      const test = requireTest(store.read, id);
      requireOpen(test);
      const undone = store.transaction((write) => stored.deleteLastJudgment(write, test.sequence));
      if (!undone) throw new Fault('CONFLICT', 'Nothing was judged yet, so there is nothing to take back.');
      changes.announce('blind');
      return get(id);
    },
    reveal(id) {
      const store = vault.store();
      const test = requireTest(store.read, id);
      if (test.revealed_at !== null) return get(id);
      if (test.judged === 0)
        throw new Fault('CONFLICT', 'Nothing was judged yet. Judge at least one pair before the names are shown.');
      store.transaction((write) => stored.updateRevealed(write, test.sequence, new Date(clock.now()).toISOString()));
      changes.announce('blind');
      return get(id);
    },
    remove(id) {
      requireTest(vault.store().read, id);
      return removal.hide([id]);
    },
    export(id, format) {
      const test = get(id);
      const { read } = vault.store();
      const row = requireTest(read, id);
      if (test.result === null)
        throw new Fault('CONFLICT', 'An export names the models. Show the names first, which ends the test.');
      return exportBlind(test, test.result, stored.selectJudgments(read, row.sequence), row.players_json, format);
    },
  };
}

const mostDrawn = 4;

/** Those without an answer that stands against another one. */
function silentOf(players: readonly Player[], ...pairs: readonly (readonly Pair[])[]): ReadonlySet<string> {
  const heard = new Set(pairs.flat().flatMap(({ left, right }) => [left.player, right.player]));
  return new Set(players.flatMap(({ key }) => (heard.has(key) ? [] : [key])));
}

function toJudgment({ left_player: left, right_player: right, outcome }: stored.JudgmentRow) {
  return { left, right, outcome };
}
