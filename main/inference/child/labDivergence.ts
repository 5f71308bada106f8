import { readFileSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { z } from 'zod';
import { Fault } from '../../base/fault.ts';
import type { DivergenceResult, divergenceWork, LabModel, ModelTimings } from '../protocolLab.ts';
import { inspect } from './inspect.ts';
import type { LabDesk } from './lab.ts';
import { type OpenVocabulary, type PreparedInput, prepareInput } from './labInput.ts';
import { createKeptReference } from './labKept.ts';
import { closeModels, type OpenModel, openModel, openModels, timingsOf } from './labModels.ts';
import { measurePass, type Pass, type Run } from './labPass.ts';
import { arrangementOf, contextBytesOf, layoutOf, sideBySideOf } from './labPlan.ts';
import { openVocabulary, pieceText, requireSameTokens, requireSameVocabulary } from './labVocabulary.ts';

type Work = z.infer<typeof divergenceWork>;

/** Largest error of a ln p by its rounding to 16 bits over at most 16 nats; what lies below e^-16 of the likeliest counts as that. */
const packedError = 16 / 65535 / 2;

export async function measureDivergence(
  work: Work,
  partialBase: string | undefined,
  desk: LabDesk,
): Promise<DivergenceResult> {
  const begun = performance.now();
  const idleRssBytes = process.memoryUsage.rss();
  const run = await prepare(work, desk);
  const { input, layout, total } = run;
  const reference = input.base === undefined ? work.reference : null;
  const models = reference === null ? work.candidates : [reference, ...work.candidates];
  const headers = models.map(({ path }) => inspect(path));
  const contexts = headers.map((facts) => contextBytesOf(facts, layout, input.context, run.vocabulary.size));
  const needs = headers.map(({ fileBytes }, index) => fileBytes + (contexts[index] ?? 0));
  const { turns, note } = arrangementOf(work, needs);
  const atOnce = (bytes: number[]) => (turns ? Math.max(...bytes) : bytes.reduce((sum, one) => sum + one, 0));
  layout.sideBySide = sideBySideOf({
    threads: work.threads,
    groups: Math.ceil((total - work.fromChunk) / layout.sequences),
    vocabulary: run.vocabulary.size,
    contextBytes: atOnce(contexts),
    memoryBytes: (work.memoryBytes ?? process.availableMemory()) - atOnce(needs),
  });
  const kept = turns && reference !== null && work.candidates.length > 0;
  collectGarbage();
  desk.report({
    type: 'plan',
    chunks: total,
    context: input.context,
    tokens: input.tokens,
    tokensScored: input.chunks.slice(0, total).reduce((sum, { targets }) => sum + targets.length, 0),
    vocabulary: run.vocabulary.size,
    arrangement: turns ? 'turns' : 'together',
    chunksAtOnce: layout.sequences * layout.sideBySide,
    referenceError: kept || input.base !== undefined || work.definition === 'llama-perplexity' ? packedError : 0,
    notes: [...(input.notes ?? []), ...notesOf(run, note, kept)],
  });

  const timed = turns ? await inTurns(run, reference, partialBase, needs) : await together(run, reference, partialBase);
  if (partialBase !== undefined && work.saveBase !== undefined) await rename(partialBase, work.saveBase);
  return {
    ...timed,
    seconds: (performance.now() - begun) / 1000,
    peakRssBytes: peakRssBytes(),
    idleRssBytes,
    systemInfo: desk.lab.systemInfo,
  };
}

async function prepare(work: Work, desk: LabDesk): Promise<Run> {
  const { addon } = desk.lab;
  const first = work.input.kind === 'base' ? work.candidates[0] : work.reference;
  if (first === undefined || first === null)
    throw new Fault('BAD_INPUT', 'There is nothing to measure: name a reference, or a base file and a candidate.');
  const vocabulary = await openVocabulary(first.path, desk);
  const input = await inputOfAll(work, vocabulary, desk);
  const total = Math.min(work.chunks ?? input.chunks.length, input.chunks.length);
  if (work.fromChunk > total)
    throw new Fault('BAD_INPUT', `There is no chunk ${work.fromChunk + 1}: the text has ${total}.`);
  const wanted = new Set<number>();
  for (const { tokens, targets } of input.chunks.slice(0, total))
    for (const target of targets) wanted.add(tokens[target] ?? 0);
  const ids = Int32Array.from(wanted);
  const texts = addon.pieces(vocabulary.handle, ids);
  const pieces = new Map([...ids].map((id, index) => [id, pieceText(texts[index])]));
  const { size, bos } = vocabulary;
  // The texts of a large vocabulary weigh more than all rows that are looked at.
  addon.closeVocabulary(vocabulary.handle);
  const weights = work.candidates.map(({ path }) => inspect(path));
  const layout = layoutOf(input, size, weights, total);
  return { work, desk, vocabulary: { size, bos }, input, layout, total, pieces };
}

/** Made with the first tokenizer; every other that is not the very same has to make the same of it. */
async function inputOfAll(work: Work, vocabulary: OpenVocabulary, desk: LabDesk): Promise<PreparedInput> {
  const { addon } = desk.lab;
  const others = new Set(work.candidates.map(({ path }) => path));
  others.delete(vocabulary.path);
  const own = tokenizerOf(vocabulary.path);
  const opened: OpenVocabulary[] = [];
  try {
    for (const path of others) {
      if (own !== null && tokenizerOf(path) === own) continue;
      const other = await openVocabulary(path, desk);
      opened.push(other);
      await requireSameVocabulary(vocabulary, other, desk);
    }
    // Conversations are set in the template of the reference, whoever makes tokens of them.
    const prepare = (by: OpenVocabulary) =>
      prepareInput(addon, { ...by, path: vocabulary.path }, work.input, work.context, work.chunks);
    const input = await prepare(vocabulary);
    // The tokens of a base file are what they are.
    if (input.base === undefined)
      for (const other of opened) requireSameTokens(desk, [vocabulary, input], [other, await prepare(other)]);
    return input;
  } finally {
    for (const { handle } of opened) addon.closeVocabulary(handle);
  }
}

/**
 * Says all of a tokenizer, for those kinds where the lists of the header do; else null. What is equal in it need not be opened to be
 * compared, which takes longer than loading the weights of a small model.
 */
function tokenizerOf(path: string): string | null {
  const { header, identity } = inspect(path);
  if (identity === null || !['llama', 'gpt2'].includes(header.tokenizer ?? '')) return null;
  return `${identity.vocabularyHash} ${identity.specialTokensHash}`;
}

function notesOf({ work }: Run, note: string | null, kept: boolean): string[] {
  const notes = note === null ? [] : [note];
  if (kept)
    notes.push(
      `Kept so, a ln p of the reference is off by at most ${packedError.toFixed(5)}, and tokens below e^-16 of the likeliest count as that, as in a base file of llama-perplexity. Perplexities do not depend on it.`,
    );
  if (kept && work.definition === 'exact')
    notes.push(
      'In turns the reference is kept in 16 bits with terms below e^-16 left out, as llama-perplexity keeps it; run the models together for exact numbers.',
    );
  return notes;
}

type Timed = Pick<DivergenceResult, 'reference' | 'candidates'>;

async function together(run: Run, reference: LabModel | null, partialBase: string | undefined): Promise<Timed> {
  const models = reference === null ? run.work.candidates : [reference, ...run.work.candidates];
  const opened = await openModels(run, models);
  try {
    const first = reference === null ? undefined : opened[0];
    const writer = createBase(run, partialBase);
    const candidates = opened.slice(first === undefined ? 0 : 1);
    await measurePass(run, {
      reference: first,
      candidates: candidates.map((open, index) => ({ index, open })),
      writer,
    });
    if (writer !== undefined) run.desk.lab.addon.closeBase(writer);
    const timings = opened.map((open) => timingsOf(run, open));
    return first === undefined
      ? { reference: null, candidates: timings }
      : { reference: timings[0] ?? null, candidates: timings.slice(1) };
  } finally {
    await closeModels(run, opened);
  }
}

async function inTurns(
  run: Run,
  reference: LabModel | null,
  partialBase: string | undefined,
  needs: number[],
): Promise<Timed> {
  const { work, desk } = run;
  const largest = Math.max(...needs);
  const memory = Math.max(64 * 2 ** 20, (work.memoryBytes ?? process.availableMemory()) - largest - 256 * 2 ** 20);
  const kept = reference === null ? undefined : createKeptReference(memory, work.scratchFolder);
  const turn = async (model: LabModel, with_: (open: OpenModel) => Omit<Pass, 'writer'>, writes: boolean) => {
    const open = await openModel(run, model);
    try {
      const writer = writes ? createBase(run, partialBase) : undefined;
      await measurePass(run, { ...with_(open), writer });
      if (writer !== undefined) desk.lab.addon.closeBase(writer);
      return timingsOf(run, open);
    } finally {
      await closeModels(run, [open]);
    }
  };
  try {
    const first =
      reference === null
        ? null
        : await turn(reference, (open) => ({ reference: open, candidates: [], keepTo: kept }), true);
    const candidates: ModelTimings[] = [];
    for (const [index, model] of work.candidates.entries())
      candidates.push(await turn(model, (open) => ({ candidates: [{ index, open }], keptFrom: kept }), false));
    return { reference: first, candidates };
  } finally {
    await kept?.close();
  }
}

/** What was read of headers with large vocabularies is no longer needed, and would stay for as long as there is room. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
}

/** Linux counts the process that started this one into the other figure. */
function peakRssBytes(): number {
  if (process.platform === 'linux') {
    const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1];
    if (kibibytes !== undefined) return Number(kibibytes) * 1024;
  }
  return process.resourceUsage().maxRSS * 1024;
}

/** Needs whole chunks of one size, from the first on. */
function createBase({ work, desk, vocabulary, input, total }: Run, partial: string | undefined) {
  if (partial === undefined) return undefined;
  if (!input.uniform || work.fromChunk > 0)
    throw new Fault('BAD_INPUT', 'A base file is written of a text from its beginning, not of conversations.');
  const tokens = new Int32Array(total * input.context);
  for (const [index, chunk] of input.chunks.slice(0, total).entries()) tokens.set(chunk.tokens, index * input.context);
  return desk.lab.addon.createBase(partial, {
    shownAs: work.saveBase ?? partial,
    context: input.context,
    vocabulary: vocabulary.size,
    chunks: total,
    tokens,
  });
}
