import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type GgufValue, ggufBytes } from '../helpers/ggufFile.ts';
import { randomLlama, testTemplate } from '../helpers/ggufModel.ts';

const text = (value: string): GgufValue => ({ type: 'string', value });

/** A folder with two families of two variants, one of them with another template, a copy, and two files that are no models. */
export async function writeLadder(folder: string): Promise<string> {
  await mkdir(join(folder, 'deep/deeper'), { recursive: true });
  for (const [base, type, template] of [
    ['Alder', 'F32', testTemplate],
    ['Alder', 'F16', testTemplate],
    ['Birch', 'F32', testTemplate],
    ['Birch', 'F16', `${testTemplate}{# another #}`],
  ] as const) {
    const parts = randomLlama({
      dim: 32,
      layers: 1,
      feedForward: 32,
      type,
      name: `${base} 1M`,
      chatTemplate: template,
    });
    parts.metadata.set('general.basename', text(base));
    parts.metadata.set('general.size_label', text('1M'));
    await writeFile(join(folder, `deep/${base}-1M-${type}.gguf`), ggufBytes(parts));
  }
  await copyFile(join(folder, 'deep/Alder-1M-F16.gguf'), join(folder, 'deep/deeper/copy.gguf'));
  await writeFile(join(folder, 'empty.gguf'), '');
  await writeFile(join(folder, 'text.gguf'), 'no model');
  return folder;
}
