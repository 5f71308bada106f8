import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createChanges } from '../../main/base/changes.ts';
import { type Clock, systemClock } from '../../main/base/clock.ts';
import type { GenerateRequest } from '../../main/base/generation.ts';
import type { EngineLimits } from '../../main/inference/channel.ts';
import { forkStarter } from '../../main/inference/forkStarter.ts';
import type { EngineStarter } from '../../main/inference/starter.ts';
import { createEngine, mostBytesOf } from '../../main/services/engine/index.ts';
import { createModels, type Memory } from '../../main/services/models/index.ts';
import { createVault, noKeyRing } from '../../main/services/vault/index.ts';
import { type GenerationStats, sampler, type Token } from '../../preload/contract/engine.ts';
import type { Model } from '../../preload/contract/models.ts';
import { isAlive } from './processes.ts';

export interface EngineFixture {
  folder: string;
  models: ReturnType<typeof createModels>;
  engine: ReturnType<typeof createEngine>;
  /** Process ids of every engine process that was started. */
  pids: Set<number>;
  /** What each of them was started for. */
  labels: string[];
  /** Closes everything and fails when a process is left. */
  close(): Promise<void>;
}

export interface FixtureOptions {
  limits?: Partial<EngineLimits>;
  memory?: () => Promise<Memory>;
  deadlineMs?: number;
  cores?: number;
  sampleFolder?: string;
  /** Default: the system's. */
  clock?: Clock;
  /** Default: forkStarter(). */
  starter?: EngineStarter;
}

/** Vault, models and engine as the host wires them, on an ephemeral store and real engine processes. */
export async function openEngineFixture(options: FixtureOptions = {}): Promise<EngineFixture> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-engine-'));
  const changes = createChanges();
  const vault = createVault({ folder: null, keyRing: noKeyRing, changes, clock: systemClock });
  const pids = new Set<number>();
  const labels: string[] = [];
  const starter = remembering(options.starter ?? forkStarter(), pids, labels);
  const limits = { startMs: 300_000, hangMs: 60_000, cancelMs: 2000, ...options.limits };
  const models = createModels({
    vault,
    starter,
    limits,
    changes,
    clock: systemClock,
    sampleFolder: options.sampleFolder ?? folder,
    deadlineMs: options.deadlineMs,
    memory: options.memory,
    mostBytes: () => mostBytesOf(engine.settings()),
  });
  const engine = createEngine({
    vault,
    models,
    starter,
    limits,
    changes,
    clock: options.clock ?? systemClock,
    cores: options.cores ?? 2,
  });
  return {
    folder,
    models,
    engine,
    pids,
    labels,
    async close() {
      await engine.close();
      await models.close();
      await vault.close();
      rmSync(folder, { recursive: true });
      const left = [...pids].filter(isAlive);
      if (left.length > 0) throw new Error(`Engine processes were left behind: ${left.join(', ')}`);
    },
  };
}

export interface Answer {
  text: string;
  tokens: Token[];
  messages: number;
  stats: GenerationStats | undefined;
}

/** A request on one thread, greedy, 24 tokens, unless told otherwise. */
export function requestOf(
  model: Model,
  over: Partial<Omit<GenerateRequest, 'sampler'>> & { sampler?: Parameters<typeof sampler.parse>[0] } = {},
): GenerateRequest {
  return {
    model,
    messages: [{ role: 'user', text: 'hello world' }],
    alternatives: 0,
    threads: 1,
    contextSize: 512,
    ...over,
    sampler: sampler.parse({ maxTokens: 24, ...(over.sampler ?? {}) }),
  };
}

export async function answerOf(
  events: AsyncIterable<{ type: string; tokens?: Token[]; stats?: GenerationStats }>,
  onTokens?: (tokens: Token[]) => void,
): Promise<Answer> {
  const answer: Answer = { text: '', tokens: [], messages: 0, stats: undefined };
  for await (const event of events) {
    if (event.tokens !== undefined) {
      answer.messages += 1;
      answer.tokens.push(...event.tokens);
      answer.text += event.tokens.map((token) => token.text).join('');
      onTokens?.(event.tokens);
    }
    if (event.stats !== undefined) answer.stats = event.stats;
  }
  return answer;
}

function remembering(starter: EngineStarter, pids: Set<number>, labels: string[]): EngineStarter {
  return {
    start(options) {
      labels.push(options.label);
      const started = starter.start(options);
      if (started.pid !== undefined) pids.add(started.pid);
      return started;
    },
  };
}
