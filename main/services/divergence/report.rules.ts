import type {
  CandidateNumbers,
  DepthBand,
  DivergenceRun,
  KldHistogram,
  StripToken,
} from '../../../preload/contract/divergence.ts';
import {
  depthCells,
  depthNames,
  footnote,
  numberNames,
  numbersOf,
  pplOf,
  type ShownCandidate,
  type ShownNumber,
  shownCandidates,
  sizesOf,
} from './candidates.rules.ts';
import { type ChartPoint, histogramChart, safe, scatter } from './charts.rules.ts';
import {
  bytesText,
  chunksText,
  counted,
  countText,
  intervalText,
  percentText,
  significantText,
} from './shown.rules.ts';

/** What a report shows of a candidate beside its numbers. */
export interface CandidateDetails {
  histogram: KldHistogram;
  depths: readonly DepthBand[];
  worst: readonly StripToken[];
}

interface Shown extends ShownCandidate {
  details: CandidateDetails | null;
}

/**
 * A run as one HTML file that needs nothing else: styles and pictures inside, no script, no address, light and dark by the system's
 * setting. Names and tokens of files are text and never markup.
 */
export function reportOf(run: DivergenceRun, details: readonly (CandidateDetails | null)[]): string {
  const reference = run.columns[0];
  const shown = shownCandidates(run).map(
    (candidate, index): Shown => ({ ...candidate, details: details[index] ?? null }),
  );
  const title = run.name ?? `Divergence from ${reference?.name ?? 'the reference'}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${safe(title)}</title>
<style>${styles}</style>
</head>
<body>
<main>
<h1>${safe(title)}</h1>
${run.smallest === null ? '' : `<p class="answer">${safe(run.smallest.sentence)}</p>`}
${factsOf(run)}
<h2>Ladder</h2>
${ladder(run, shown)}
<h2>Verdicts</h2>
<ul>${shown.map(({ label, sentence }) => `<li><b>${safe(label)}</b>: ${safe(sentence)}</li>`).join('')}</ul>
<h2>What size costs</h2>
${tradeOff(shown)}
${shown.map(candidateSection).join('\n')}
<h2>How it was measured</h2>
<p>${safe(footnote)} A loss counts as measured when the interval of the PPL ratio lies above 1 or that of the mean Δp below 0. No loss above 1 % is said only where the whole interval of the ratio lies below 1.01, that of Δp above −1 point and that of the same top tokens above 95 %; what is in between was not told apart. These bounds are conventions.</p>
${run.notes.length === 0 ? '' : `<ul>${run.notes.map((note) => `<li>${safe(note)}</li>`).join('')}</ul>`}
</main>
</body>
</html>
`;
}

function factsOf(run: DivergenceRun): string {
  const reference = run.columns[0];
  const ppl = run.referenceNumbers && pplOf(run.referenceNumbers);
  const facts: [string, string][] = [
    [
      'Reference',
      `${reference?.name ?? ''} ${reference?.quantization ?? ''}, ${bytesText(reference?.sizeBytes ?? null)}`,
    ],
    [
      'PPL of the reference',
      ppl === null ? '—' : `${ppl.value}${ppl.error === undefined ? '' : ` ± ${ppl.error}`} (95 %: ${ppl.ends})`,
    ],
    ['Text', run.textName],
    ['Scored', `${counted(run.tokensScored, 'token')} in ${chunksText(run)}`],
    [
      'Measured',
      `${run.createdAt}${run.engineRelease === null ? '' : `, llama.cpp ${run.engineRelease}`}${run.threads === null ? '' : `, ${run.threads} thread${run.threads === 1 ? '' : 's'}`}`,
    ],
    ...(run.systemInfo === null ? [] : ([['Machine', run.systemInfo]] satisfies [string, string][])),
  ];
  return `<dl>${facts.map(([name, value]) => `<dt>${name}</dt><dd>${safe(value)}</dd>`).join('')}</dl>`;
}

function ladder(run: DivergenceRun, shown: readonly Shown[]): string {
  const names = numberNames(run.tokensScored);
  const head = ['', 'Size', 'Bits per weight', ...names, 'Tokens/s'];
  const reference = run.columns[0];
  const speed = (numbers: Pick<CandidateNumbers, 'tokensPerSecond' | 'tokensPerSecondInterval95'> | null) =>
    numbers === null || numbers.tokensPerSecond === null
      ? '—'
      : cellOf({
          value: significantText(numbers.tokensPerSecond),
          ends: intervalText(numbers.tokensPerSecondInterval95, (value) => significantText(value)),
        });
  const rows = [
    [
      `<th scope="row">${safe(reference?.quantization ?? '')} (reference)</th>`,
      ...sizesOf(reference),
      run.referenceNumbers === null ? '—' : cellOf(pplOf(run.referenceNumbers)),
      ...['1', '0', '0', '0 %', '0', '100 %'],
      speed(run.referenceNumbers),
    ],
    ...shown.map(({ label, column, numbers }) => [
      `<th scope="row">${safe(label)}</th>`,
      ...sizesOf(column),
      ...(numbers === null ? names.map(() => '—') : numbersOf(numbers, run.tokensScored).map(cellOf)),
      speed(numbers),
    ]),
  ];
  return tableOf(head, rows);
}

function cellOf({ value, error, ends }: ShownNumber): string {
  return `${value}${error === undefined ? '' : ` <small>± ${error}</small>`}${ends === undefined ? '' : ` <small>${ends}</small>`}`;
}

function tradeOff(shown: readonly Shown[]): string {
  const points = (of: (numbers: CandidateNumbers) => Pick<ChartPoint, 'y' | 'interval'>) =>
    shown.flatMap(({ label, column, numbers }): ChartPoint[] =>
      numbers === null || column.sizeBytes === null ? [] : [{ label, x: column.sizeBytes / 1024 ** 2, ...of(numbers) }],
    );
  // A logarithmic axis has no place for 0.
  const none = shown.filter(({ numbers }) => numbers?.kld.mean === 0).map(({ label }) => safe(label));
  return [
    scatter(
      points(({ kld }) => ({ y: kld.mean, interval: kld.interval95 })),
      { title: 'Mean KLD by size', xLabel: 'MiB', yLabel: 'Mean KLD', logarithmic: true },
    ),
    none.length === 0 ? '' : `<p>Not in the picture, as the mean KLD is 0: ${none.join(', ')}.</p>`,
    scatter(
      points(({ pplRatio, pplRatioInterval95 }) => ({ y: pplRatio, interval: pplRatioInterval95 })),
      { title: 'PPL ratio by size', xLabel: 'MiB', yLabel: 'PPL ratio', logarithmic: false, line: 1 },
    ),
  ].join('\n');
}

function candidateSection({ label: name, column, numbers, details }: Shown): string {
  if (numbers === null || details === null) return '';
  const { kld } = numbers;
  const chart = histogramChart(`KLD of ${name}`, details.histogram, [
    { label: 'mean', value: kld.mean },
    { label: '99 %', value: kld.p99 },
    { label: '99.9 %', value: kld.p999 },
  ]);
  const worst = details.worst.map(({ position, text, kld: value, nll, nllReference, sameTop }) => [
    countText(position),
    `<code>${safe(visible(text))}</code>`,
    significantText(value),
    percentText(Math.exp(-nllReference)),
    percentText(Math.exp(-nll)),
    sameTop ? 'same' : 'other',
  ]);
  const worstNames = ['Position', 'Token', 'KLD', 'p of the reference', `p of ${safe(name)}`, 'Top token'];
  const table = worst.length === 0 ? '' : `<h3>Where it differs most</h3>${tableOf(worstNames, worst)}`;
  const notes =
    column.notes.length === 0 ? '' : `<ul>${column.notes.map((note) => `<li>${safe(note)}</li>`).join('')}</ul>`;
  const depths =
    details.depths.length < 2
      ? ''
      : `<h3>By the number of tokens before</h3>${tableOf(
          depthNames,
          details.depths.map((band) => depthCells(band).map(safe)),
        )}`;
  return `<section><h2>${safe(name)}</h2>${notes}${chart}${depths}${table}</section>`;
}

/** Cells are markup; of each row the first is to the left. */
function tableOf(names: readonly string[], rows: readonly (readonly string[])[]): string {
  const body = rows.map(
    (cells) => `<tr>${cells.map((cell) => (cell.startsWith('<th') ? cell : `<td>${cell}</td>`)).join('')}</tr>`,
  );
  return `<div class="wide"><table><thead><tr>${names.map((name) => `<th scope="col">${name}</th>`).join('')}</tr></thead><tbody>${body.join('')}</tbody></table></div>`;
}

/** White space that can be seen; control characters and turns of direction stay out. */
function visible(text: string): string {
  return text
    .replaceAll('\n', '↵')
    .replaceAll('\t', '→')
    .replaceAll(' ', '␣')
    .replace(/[\p{Cc}\p{Cf}]/gu, '\ufffd');
}

const styles = `
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#57606a;--line:#d8dee4;--paper:#fff;--mark:#0b6bcb;--warm:#b35900}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9aa4b0;--line:#30363d;--paper:#0f1318;--mark:#6cb6ff;--warm:#f0a35e}}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{max-width:82rem;margin:0 auto;padding:2rem 1.25rem 4rem}
h1{font-size:1.6rem;margin:0 0 .5rem}h2{font-size:1.15rem;margin:2rem 0 .5rem}h3{font-size:1rem;margin:1rem 0 .25rem}
.answer{font-size:1.1rem;font-weight:600}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;margin:0}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
.wide{overflow-x:auto}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;width:100%;font-size:.87rem}
th,td{padding:.35rem .5rem;white-space:nowrap;border-bottom:1px solid var(--line);text-align:right;vertical-align:top}
th:first-child,td:first-child{text-align:left}th[scope=row]{min-width:9rem;white-space:normal;overflow-wrap:anywhere}thead th{color:var(--soft);font-weight:500}
small{display:block;color:var(--soft);white-space:nowrap}
svg{display:block;width:100%;height:auto;margin:.75rem 0}
svg text{font:12px system-ui,sans-serif;fill:var(--soft)}svg .name{fill:var(--ink)}svg .axis{fill:var(--soft)}
.grid{stroke:var(--line)}.even{stroke:var(--warm);stroke-dasharray:4 3}.bar{stroke:var(--mark);stroke-width:2}.dot{fill:var(--mark)}.fill{fill:var(--mark)}
code{font:13px ui-monospace,monospace}
@page{size:landscape;margin:12mm}
@media print{main{max-width:none;padding:0}.wide{overflow:visible}table{font-size:7.5pt}th,td{padding:2pt 3pt}thead th{white-space:normal}tr,svg{break-inside:avoid}h2,h3{break-after:avoid}}
`;
