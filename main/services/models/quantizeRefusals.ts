import { existsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Model } from '../../../preload/contract/models.ts';
import { needsImportance, type QuantizationType, type QuantizeSettings } from '../../../preload/contract/quantize.ts';
import { Fault } from '../../base/fault.ts';
import { allParts } from '../../base/ggufParts.ts';
import { isOneFile } from '../../base/writeTarget.ts';

/** BAD_INPUT names the types that need an importance matrix when none will be made. */
export function requireImportance(
  settings: QuantizeSettings,
  types: readonly QuantizationType[],
  needing: readonly QuantizationType[] = needsImportance,
): void {
  const bare = types.filter((type) => needing.includes(type));
  if (settings.imatrixText !== undefined || bare.length === 0) return;
  throw new Fault(
    'BAD_INPUT',
    `${bare.join(', ')} need${bare.length === 1 ? 's' : ''} an importance matrix: name a text to measure it on (--imatrix-text), some 100 kB like what the model will be used for.`,
  );
}

/**
 * CONFLICT for files that are there, that another job makes, and for the model itself under whatever name: it is never replaced.
 * `making`: what open jobs will make.
 */
export function requireFree(
  settings: QuantizeSettings,
  source: Model,
  files: readonly { type: QuantizationType; file: string }[],
  making: readonly string[],
): void {
  const itself = files.find(({ file }) => allParts(source.path).some((part) => isOneFile(part, file)));
  if (itself !== undefined) {
    throw new Fault('CONFLICT', `${itself.file} is the model itself. Choose another folder or another type.`, {
      facts: { path: itself.file },
    });
  }
  const twice = files.find(({ file }) => making.some((other) => isOnePlace(other, file)));
  if (twice !== undefined) {
    throw new Fault(
      'CONFLICT',
      `${twice.file} is being made by another job. Wait for it, cancel it, or choose another folder.`,
      { facts: { path: twice.file } },
    );
  }
  const there = settings.overwrite ? [] : files.filter(({ file }) => existsSync(file));
  if (there.length === 0) return;
  throw new Fault(
    'CONFLICT',
    `${there.map(({ file }) => file).join(', ')} ${there.length === 1 ? 'is' : 'are'} there already. Choose another folder, or ask for replacement (--overwrite).`,
    { facts: { path: there[0]?.file ?? '', count: there.length } },
  );
}

export const requantizing = (name: string, quantization: string) =>
  `${name} is quantized already (${quantization}); quantizing it again loses more than quantizing the original.`;

/** Of files that need not be there yet. */
const isOnePlace = (one: string, other: string) =>
  basename(one) === basename(other) && (dirname(one) === dirname(other) || isOneFile(dirname(one), dirname(other)));
