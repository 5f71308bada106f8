const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/**
 * A size in sentences, reports and tables: binary units, three significant digits. Memory and disks are counted the same way, so that a
 * file can be held against what is free. The page writes the same in renderer/lib/numbers.ts.
 */
export function sizeText(bytes: number): string {
  let step = 0;
  let size = bytes;
  while (size >= 1000 && step < units.length - 1) {
    size /= 1024;
    step += 1;
  }
  return `${threeDigits(size)} ${units[step]}`;
}

function threeDigits(value: number): string {
  if (value === 0) return '0';
  const rounded = Number(value.toPrecision(3));
  return rounded.toFixed(Math.max(0, 2 - Math.floor(Math.log10(Math.abs(rounded)))));
}
