import type { ModelMeasurement } from '../../../preload/contract/divergence.ts';
import type { Variant } from '../../../preload/contract/models.ts';

/** By path: what was measured of a file itself, else last of one with the same content. */
export function measuredOf(
  measurements: readonly ModelMeasurement[],
  variants: readonly Pick<Variant, 'path' | 'sha256'>[],
): ReadonlyMap<string, ModelMeasurement> {
  const found = new Map(measurements.map((measurement) => [measurement.file, measurement]));
  const ofContent = new Map<string, ModelMeasurement>();
  for (const { path, sha256 } of variants) {
    const own = found.get(path);
    if (own === undefined || sha256 === null) continue;
    if (own.measuredAt > (ofContent.get(sha256)?.measuredAt ?? '')) ofContent.set(sha256, own);
  }
  for (const { path, sha256 } of variants) {
    const same = sha256 === null ? undefined : ofContent.get(sha256);
    if (same !== undefined && !found.has(path)) found.set(path, same);
  }
  return found;
}
