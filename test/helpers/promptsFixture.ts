import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Changes, createChanges } from '../../main/base/changes.ts';
import type { Clock } from '../../main/base/clock.ts';
import type { Store } from '../../main/db/index.ts';
import { createAudit } from '../../main/services/audit/index.ts';
import {
  createPrompts,
  type Generation,
  type Prompts,
  type PromptsDependencies,
} from '../../main/services/prompts/index.ts';
import { createVault, noKeyRing, type Vault } from '../../main/services/vault/index.ts';

export const sampleFolder = join(import.meta.dirname, '../../native/sample-model');
export const passphrase = 'for these tests alone';

export interface PromptsFixture {
  vault: Vault;
  audit: ReturnType<typeof createAudit>;
  prompts: Prompts;
  changes: Changes;
  clock: Clock & { at: number };
  record(generation?: Partial<Generation>): void;
  /** Resolves when all that was deleted is gone. */
  gone(): Promise<void>;
  close(): Promise<void>;
}

let places = 0;

/** The prompts service on a real store; `folder` null: one that ends with the test. */
export function promptsFixture(
  options: { folder?: string | null; undoMs?: number; at?: number; versionOf?: PromptsDependencies['versionOf'] } = {},
): PromptsFixture {
  const clock = { at: options.at ?? Date.parse('2026-11-20T12:00:00Z'), now: () => clock.at };
  const changes = createChanges();
  const vault = createVault({
    folder: options.folder ?? null,
    keyRing: noKeyRing,
    changes,
    clock,
    passphraseCost: 2 ** 10,
  });
  const audit = createAudit({ vault, changes, clock });
  const prompts = createPrompts({
    sampleFolder,
    vault,
    audit,
    changes,
    clock,
    undoMs: options.undoMs,
    versionOf: options.versionOf,
  });
  const fixture: PromptsFixture = {
    vault,
    audit,
    prompts,
    changes,
    clock,
    record(generation = {}) {
      places += 1;
      vault.store().transaction((write) =>
        prompts.history.record(write, {
          source: 'compare',
          origin: `comparison-${places}`,
          place: '0/0',
          at: clock.at++,
          model: { id: 'sample:F16', name: 'Assay sample', quantization: 'F16' },
          prompt: 'What is a quantization?',
          answer: 'Fewer bits a weight.',
          settings: { sampler: { temperature: 0, seed: 7 } },
          state: 'done',
          stats: { promptTokens: 5, tokenCount: 6, ttftMs: 12.5, tokensPerSecond: 80, totalMs: 90, stopReason: 'end' },
          ...generation,
        }),
      );
    },
    async gone() {
      const deadline = Date.now() + 30_000;
      const hidden = () =>
        vault.store().read.get<{ n: number }>('SELECT count(*) AS n FROM history WHERE removed_at IS NOT NULL')?.n ?? 0;
      while (hidden() > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 5));
      await prompts.removal.settled();
    },
    async close() {
      await vault.close();
      await prompts.close();
    },
  };
  onTestFinished(() => fixture.close());
  return fixture;
}

export const promptTextOf = (parts: readonly { text: string }[]) => parts.map(({ text }) => text).join('');

/** Resolves when all that was deleted is gone. */
export async function nothingHidden({
  vault,
  removal,
}: {
  vault: { store(): Store };
  removal: Prompts['removal'];
}): Promise<void> {
  const hidden = () => vault.store().read.get('SELECT 1 FROM history WHERE removed_at IS NOT NULL');
  while (hidden() !== undefined) await new Promise((resolve) => setTimeout(resolve, 5));
  await removal.settled();
}
