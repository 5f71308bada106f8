import { readFileSync, writeFileSync } from 'node:fs';
import { loadAddon } from '../../native/addon/load.ts';

/**
 * A process of its own for a test that throws damaged files at the addon: reads the whole file of its second argument, damages it by
 * chance as often as its fifth says, and gives each to the addon. Says how often which code came, as one JSON document; a failure without
 * a code, a number that is not finite, or the end of this process is what the test looks for.
 */
const [kind = '', wholeFile = '', model = '', scratch = '', count = '1', seed = '1'] = process.argv.slice(2);
const whole = readFileSync(wholeFile);
const { addon } = loadAddon();
const ends: Record<string, number> = {};

let state = Number(seed) >>> 0;
/** A whole number from 0 on. */
function pick(below: number): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
}

/** Cut, grown, a few bytes of its beginning, many of everywhere, or whole numbers that are swollen. */
function damaged(): Buffer {
  const way = pick(5);
  if (way === 0) return whole.subarray(0, pick(whole.length));
  const bytes = Buffer.from(way === 1 ? Buffer.concat([whole, whole.subarray(0, pick(2000))]) : whole);
  const within = way === 4 ? bytes.length : Math.min(bytes.length, 2000);
  for (let change = 1 + pick(way === 4 ? 400 : 8); change > 0; change--) {
    if (way === 3 && within >= 8)
      bytes.writeInt32LE([0, -1, 2 ** 31 - 1, 1 << pick(31)][pick(4)] ?? 0, pick(within - 4));
    else bytes[pick(within)] = pick(256);
  }
  return bytes;
}

async function take(): Promise<void> {
  const cancel = addon.createCancel();
  if (kind === 'matrix') {
    const work = {
      input: model,
      output: `${scratch}.out`,
      type: 'Q4_0',
      threads: 1,
      imatrixFile: scratch,
      dryRun: true,
    };
    await addon.quantize(work, cancel);
    return;
  }
  const base = await addon.openBase(scratch);
  if (base.context !== 64 || base.vocabulary !== 512) return;
  // Rows of one chunk are compared with a model's.
  const targets = Int32Array.from({ length: 31 }, (_, index) => 33 + index);
  const index = pick(base.chunks);
  const tokens = base.tokens.slice(index * 64, index * 64 + 64);
  const [numbers] = await addon.measure(
    {
      chunks: [{ index, tokens, targets }],
      candidates: handles,
      base: base.handle,
      threads: 1,
      batch: 64,
    },
    cancel,
  );
  const all = [...(numbers?.reference.nll ?? []), ...(numbers?.candidates[0]?.kld ?? [])];
  if (!all.every(Number.isFinite)) throw new Error('A number is not finite.');
}

const handles =
  kind === 'matrix'
    ? []
    : (
        await addon.openModel(
          { path: model, vocabulary: 512, threads: 1, sequences: 1, context: 64, batch: 64, outputs: 64 },
          addon.createCancel(),
        )
      ).handles;
for (let index = 0; index < Number(count); index++) {
  writeFileSync(scratch, damaged());
  // Where this process ends, the last number said is the one to look for.
  process.stderr.write(`${index}\n`);
  const end = await take().then(
    () => 'worked',
    (thrown: unknown) => (thrown instanceof Error && 'code' in thrown ? String(thrown.code) : String(thrown)),
  );
  ends[end] = (ends[end] ?? 0) + 1;
}
for (const handle of handles) await addon.closeModel(handle);
process.stdout.write(JSON.stringify(ends));
