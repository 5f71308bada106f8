/** Numbers as people read them: three significant digits, a unit, and a dash where there is nothing. */

/** Three significant digits, no exponent, thousands grouped by a comma. */
export function significant(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return '–';
  if (value === 0) return '0';
  const rounded = Number(value.toPrecision(digits));
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(rounded))));
  return rounded.toFixed(Math.min(decimals, 8)).replace(/\B(?=(\d{3})+(?!\d)(?<!\.\d*))/g, ',');
}

/** How many of something: whole numbers whole, with thousands grouped; anything else with three significant digits. */
export function counted(value: number): string {
  return Number.isInteger(value) ? String(value).replace(/\B(?=(\d{3})+$)/g, ',') : significant(value);
}

export interface Quantity {
  value: string;
  unit: string;
}

/** A size in binary units. */
export function bytes(value: number): Quantity {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let step = 0;
  let size = value;
  while (size >= 1000 && step < units.length - 1) {
    size /= 1024;
    step += 1;
  }
  return { value: step === 0 ? counted(size) : significant(size), unit: units[step] ?? 'B' };
}

/** Milliseconds in the unit that reads best. */
export function duration(milliseconds: number): Quantity {
  if (milliseconds < 1000) return { value: significant(milliseconds), unit: 'ms' };
  if (milliseconds < 60_000) return { value: significant(milliseconds / 1000), unit: 's' };
  return { value: significant(milliseconds / 60_000), unit: 'min' };
}

/** How long something will take, no finer than an estimate is. */
export function roughly(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  return `${significant(seconds / 3600, 2)} h`;
}

/** Time left as a person says it. */
export function timeLeft(seconds: number): string {
  if (seconds < 1) return 'under 1 s left';
  if (seconds < 90) return `${Math.round(seconds)} s left`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min left`;
  return `${significant(seconds / 3600, 2)} h left`;
}

export function text(quantity: Quantity): string {
  return `${quantity.value} ${quantity.unit}`;
}

/** A probability from its natural log, in percent: 62.1 %, 0.0031 %, never a bare 0 or 100. */
export function probability(logprob: number): string {
  const percent = Math.exp(logprob) * 100;
  if (percent > 99.95) return '> 99.9 %';
  if (percent < 0.0001) return '< 0.0001 %';
  return `${significant(percent)} %`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${counted(count)} ${count === 1 ? one : many}`;
}

/** A moment for lists: the time today, else the day and the time. */
export function moment(iso: string, now = new Date()): string {
  const at = new Date(iso);
  const time = timeOfDay.format(at);
  if (at.toDateString() === now.toDateString()) return time;
  const day = (at.getFullYear() === now.getFullYear() ? dayOfYear : dayAndYear).format(at);
  return `${day}, ${time}`;
}

// Making one takes longer than drawing the row that it is for.
const timeOfDay = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const dayOfYear = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const dayAndYear = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' });
