import { z } from 'zod';
import {
  listQuantizationsInput,
  type QuantizeInput,
  quantization,
  quantizeEstimate,
  quantizeInput,
  startedQuantize,
} from '../../../preload/contract/quantize.ts';
import { command, query, router } from '../../base/procedure.ts';
import type { Quantize } from './quantize.ts';

/** Making quantizations of a model. */
export function createQuantizeRouter(quantize: Quantize) {
  return router({
    /** { model, types, … } → sizes, time, memory and room, by dry runs; some tenths of a second for each type. */
    estimate: query
      .input(quantizeInput)
      .output(quantizeEstimate)
      .query(({ input }) => quantize.estimate(input)),
    /** { model, types, folder?, … } → { jobId, files }. CONFLICT names files that are there; DISK_FULL; ENGINE_UNAVAILABLE. */
    start: command
      .meta({ facts: auditedStart })
      .input(quantizeInput)
      .output(startedQuantize)
      .mutation(({ input }) => quantize.start(input)),
    /** { file? } → where files came from, newest first. */
    list: query
      .input(listQuantizationsInput)
      .output(z.array(quantization))
      .query(({ input }) => quantize.list(input.file)),
  });
}

/** What the audit log keeps: what was quantized to what and where; never the text of an importance matrix. */
function auditedStart(input: QuantizeInput) {
  return {
    model: input.model,
    types: input.types.join(', '),
    folder: input.folder ?? null,
    imatrix: input.imatrixText !== undefined,
    overwrite: input.overwrite ?? false,
  };
}
