import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type QuantizationType, quantizationType } from '../../../preload/contract/quantize.ts';
import type { Clock } from '../../base/clock.ts';
import { Fault } from '../../base/fault.ts';
import { makeFolder } from '../../base/makeFolder.ts';
import type { Store } from '../../db/store.ts';
import type { Lab, QuantizeResult } from '../../inference/lab.ts';
import { llamaRelease } from '../../inference/protocol.ts';
import { insertQuantization } from './quantize.queries.ts';
import { verifyByLoading } from './quantizeFile.ts';
import type { SampleFile } from './sample.ts';

export interface SampleLadderOptions {
  /** Where the files lie; null: in a temporary folder that goes with this process. */
  folder: string | null;
  lab: Pick<Lab, 'probe' | 'quantize' | 'divergence'>;
  /** Where it is kept what a file was made from. */
  vault: { store(): Store };
  clock: Clock;
  threads(): number;
}

/** Quantizations of the sample model that this machine has made, beside those that come with Assay. */
export interface SampleLadder {
  /** Those that are there already. */
  files(): SampleFile[];
  /** Makes one, or waits for whoever makes it already. MODEL_NOT_FOUND for no such type; ENGINE_UNAVAILABLE without the addon. */
  make(type: string, source: SampleFile): Promise<SampleFile>;
  /** The folder, made when it is missing. */
  folder(): string;
  /** Takes the temporary folder away. */
  close(): void;
}

const prefix = 'assay-sample-';
const temporaryPrefix = 'assay-sample-ladder-';

export function createSampleLadder({ folder: kept, lab, vault, clock, threads }: SampleLadderOptions): SampleLadder {
  let temporary: string | undefined;
  const making = new Map<string, Promise<SampleFile>>();

  function folder(): string {
    if (kept !== null) {
      makeFolder(kept, 0o700);
      return kept;
    }
    if (temporary === undefined) {
      removeLeftBehind();
      temporary = mkdtempSync(join(tmpdir(), `${temporaryPrefix}${process.pid}-`));
    }
    return temporary;
  }

  function described(path: string, type: string): SampleFile {
    const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
    return { id: `sample:${type}`, path, quantization: type, sizeBytes: statSync(path).size, sha256 };
  }

  async function quantize(type: QuantizationType, source: SampleFile): Promise<SampleFile> {
    const available = await lab.probe();
    if (!available.available) {
      throw new Fault(
        'ENGINE_UNAVAILABLE',
        `sample:${type} is quantized on this machine when it is asked for, and that cannot be done here: ${available.reason} ${available.remedy}`,
      );
    }
    const output = join(folder(), `${prefix}${type}.gguf`);
    if (existsSync(output)) return described(output, type);
    const partial = `${output}.partial`;
    try {
      const work = lab.quantize({ input: source.path, output: partial, inPlace: true, type, threads: threads() });
      let next = await work.next();
      while (next.done !== true) next = await work.next();
      const setting = { threads: threads(), shownAs: output };
      await verifyByLoading(lab, partial, setting, new AbortController().signal);
      renameSync(partial, output);
      const made = described(output, type);
      keepProvenance(made, type, source, next.value);
      return made;
    } catch (thrown) {
      // A file of which nobody could say where it came from would be taken for one that came with Assay.
      rmSync(output, { force: true });
      // The type needs a text to begin with, which a name like this has no place for.
      if (thrown instanceof Fault && thrown.code === 'BAD_INPUT')
        throw new Fault(
          'BAD_INPUT',
          `sample:${type} cannot be made by its name: ${type} needs an importance matrix, which is measured on a text. Make it with \`assay quantize sample --to ${type} --imatrix-text FILE --out FOLDER\` and name the file.`,
          { cause: thrown },
        );
      throw thrown;
    } finally {
      rmSync(partial, { force: true });
    }
  }

  function keepProvenance(made: SampleFile, type: QuantizationType, source: SampleFile, result: QuantizeResult): void {
    vault.store().transaction((write) =>
      insertQuantization(write, {
        file: made.path,
        type,
        createdAt: new Date(clock.now()).toISOString(),
        sizeBytes: made.sizeBytes,
        bitsPerWeight: result.bitsPerWeight,
        sha256: made.sha256,
        referenceFile: source.path,
        referenceSha256: source.sha256,
        imatrixSha256: null,
        engineRelease: llamaRelease,
        tensorTypes: [],
        outputType: null,
        embeddingType: null,
        fallbacks: result.fallbacks,
        seconds: result.seconds,
        sourceBytes: source.sizeBytes,
      }),
    );
  }

  return {
    files() {
      if (kept === null || !existsSync(kept)) return [];
      return readdirSync(kept).flatMap((name) => {
        const type = quantizationType.safeParse(
          name.startsWith(prefix) ? name.slice(prefix.length, -'.gguf'.length) : '',
        );
        return type.success && name.endsWith('.gguf') ? [described(join(kept, name), type.data)] : [];
      });
    },
    make(type, source) {
      const known = quantizationType.safeParse(type);
      if (!known.success) {
        throw new Fault(
          'MODEL_NOT_FOUND',
          `There is no quantization called ${type}. \`assay quantize --help\` names them; sample:Q6_K is one.`,
        );
      }
      const running = making.get(type);
      if (running !== undefined) return running;
      const made = quantize(known.data, source).finally(() => making.delete(type));
      making.set(type, made);
      return made;
    },
    folder,
    close() {
      if (temporary !== undefined) rmSync(temporary, { recursive: true, force: true });
      temporary = undefined;
    },
  };
}

/** A process that was killed could not take its folder away: the next one does. */
function removeLeftBehind(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = Number(new RegExp(`^${temporaryPrefix}(\\d+)-`).exec(name)?.[1] ?? Number.NaN);
    if (Number.isInteger(pid) && pid !== process.pid && !isAlive(pid))
      rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    // EPERM: it is alive and somebody else's.
    return thrown instanceof Error && 'code' in thrown && thrown.code === 'EPERM';
  }
}
