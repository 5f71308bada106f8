import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** What this service reads of native/sample-model/manifest.json. */
const manifest = z.object({
  files: z.array(z.object({ file: z.string(), type: z.string(), bytes: z.number(), sha256: z.string() })).default([]),
});

/** What people are shown in place of the name in the file: nobody shall take it for an assistant. */
export const sampleName = 'Sample model (for trying Assay out)';

export interface SampleFile {
  /** `sample` for the full model, `sample:Q4_K_M` and the like for its quantizations. */
  id: string;
  path: string;
  quantization: string;
  sizeBytes: number;
  /** As the manifest says. */
  sha256: string;
}

/** The embedded model and its quantizations; none when the folder holds no manifest. */
export function readSamples(folder: string): SampleFile[] {
  const path = join(folder, 'manifest.json');
  if (!existsSync(path)) return [];
  return manifest.parse(JSON.parse(readFileSync(path, 'utf8'))).files.map(({ file, type, bytes, sha256 }) => ({
    id: type === 'F16' ? 'sample' : `sample:${type}`,
    path: join(folder, file),
    quantization: type,
    sizeBytes: bytes,
    sha256,
  }));
}

/** The id that a reference to a sample means: `sample:F16` is `sample`. */
export function sampleId(reference: string): string | undefined {
  if (!/^sample(:|$)/.test(reference)) return undefined;
  return reference === 'sample:F16' ? 'sample' : reference;
}
