import type { z } from 'zod';
import type { DivergenceRun, exportDivergenceInput, exportedDivergence } from '../../../preload/contract/divergence.ts';
import { Fault } from '../../base/fault.ts';
import type { ReadHandle } from '../../db/store.ts';
import type * as queries from './divergence.queries.ts';
import { divergenceDocument } from './document.rules.ts';
import { markdownOf } from './markdown.rules.ts';
import { readDepth, readHistogram, readStrip, readWorst } from './read.ts';
import { reportOf } from './report.rules.ts';

export type ExportFormat = z.infer<typeof exportDivergenceInput>['format'];
export type ExportedText = z.infer<typeof exportedDivergence>;

/** Characters; what one answer of the API can carry with room to spare. */
const longest = 32 * 1024 * 1024;
const page = 8192;
const reportBins = 60;
const usualBands = 8;
/** Tokens with the largest KLD that a report shows of each candidate. */
const reportWorst = 10;

/** CONFLICT before the first chunk, TOO_LARGE. */
export function exportRun(
  read: ReadHandle,
  row: queries.RunRow,
  run: DivergenceRun,
  format: ExportFormat,
): ExportedText {
  if (run.referenceNumbers === null)
    throw new Fault('CONFLICT', 'This run has no numbers yet. Export it when its first chunk is done.');
  const name = `divergence-${run.createdAt.slice(0, 19).replaceAll(':', '-')}`;
  switch (format) {
    case 'json':
      return { fileName: `${name}.json`, text: `${JSON.stringify(documentOf(read, row, run), null, 2)}\n` };
    case 'markdown':
      return { fileName: `${name}.md`, text: markdownOf(run) };
    case 'csv':
      return { fileName: `${name}.csv`, text: csvOf(read, row, run) };
    case 'html': {
      const details = run.candidates.map((numbers, candidate) => {
        if (numbers === null) return null;
        const share = Math.min(1, Math.max(0.001, reportWorst / Math.max(1, run.tokensScored)));
        const worst = readWorst(read, row, candidate, share)
          .slice(0, reportWorst)
          .filter(({ kld }) => kld > 0);
        return {
          histogram: readHistogram(read, row, candidate, reportBins),
          depths: readDepth(read, row, candidate, usualBands),
          worst,
        };
      });
      return { fileName: `${name}.html`, text: reportOf(run, details) };
    }
  }
}

function documentOf(read: ReadHandle, row: queries.RunRow, run: DivergenceRun) {
  const depths = run.candidates.map((_, candidate) => readDepth(read, row, candidate, usualBands));
  const { id, name, createdAt, textName, textKind } = run;
  return {
    format: 'assay.divergence',
    version: 1,
    id,
    name,
    createdAt,
    text: { name: textName, kind: textKind },
    ...divergenceDocument(run, depths),
  };
}

/** One line a scored token and candidate; no text, so that it can be given away. */
function csvOf(read: ReadHandle, row: queries.RunRow, run: DivergenceRun): string {
  const parts = ['candidate,position,chunk,place,token,kld,nll,nll_reference,same_top\n'];
  let length = 0;
  run.candidates.forEach((numbers, candidate) => {
    if (numbers === null) return;
    for (let from = 0; ; from += page) {
      const { total, tokens } = readStrip(read, row, { candidate, from, count: page });
      const lines = tokens.map(
        ({ position, chunk, place, id, kld, nll, nllReference, sameTop }) =>
          `${candidate + 1},${position},${chunk},${place},${id},${kld},${nll},${nllReference},${sameTop ? 1 : 0}\n`,
      );
      const text = lines.join('');
      parts.push(text);
      length += text.length;
      if (length > longest)
        throw new Fault('TOO_LARGE', 'This run has too many tokens for one CSV. Export it as JSON or HTML.');
      if (from + page >= total) break;
    }
  });
  return parts.join('');
}
