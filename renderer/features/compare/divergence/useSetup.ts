import { useMemo } from 'react';
import type { DivergenceInput, DivergenceText, LabAvailability } from '../../../../preload/contract/divergence.ts';
import type { Model } from '../../../../preload/contract/models.ts';
import { roomInWords } from '../../../lib/memory.ts';
import { bytes, text } from '../../../lib/numbers.ts';
import { useDraft, usePreferences } from '../../../ui-state/index.ts';
import { useDatasets } from '../data.ts';
import { describeReference } from '../naming.ts';
import { useMeasurements, useMemory, useSampleItems } from './data.ts';
import { baseFileBytes, chunksOf, secondsFor } from './estimate.ts';
import { estimateWords } from './RunSetup.tsx';

export interface Setup {
  /** What Measure sends; null while something is missing. */
  input: DivergenceInput | null;
  missing: string | null;
  /** Something to know before a run is begun that would take too much. */
  caution: string | null;
  /** Chunks, time and memory, in words. */
  estimate: string;
  /** What a base file of the run would take; null where it cannot be told. */
  baseBytes: number | null;
}

/** The run to come, from what is chosen on the screen. */
export function useSetup(models: readonly Model[], availability: LabAvailability | undefined): Setup {
  const { models: chosen, divergence } = usePreferences();
  const { fileText, pastedText, baseFile, saveBaseTo } = useDraft();
  const { datasets } = useDatasets();
  const sampleItems = useSampleItems(divergence.text === 'sample');
  const measured = useMeasurements();
  const dataset = datasets.find(({ id }) => id === divergence.dataset) ?? datasets[0];
  const memory = useMemory(chosen, divergence.contextSize);

  return useMemo(() => {
    const isBase = divergence.text === 'base';
    const read = textOf();
    // A base file stands where the reference would; a single model is then the candidate.
    const reference = isBase ? undefined : chosen[0];
    const others = isBase && chosen.length === 1 ? chosen : chosen.slice(1);
    const candidates = divergence.cacheTypes.flatMap((type) =>
      (type === 'F16' || isBase ? others : chosen).map((model) => ({ model, keyType: type, valueType: type })),
    );
    // The sample's tasks are read as a data set; a base file alone takes them as plain text.
    const isSample = divergence.text === 'sample' && saveBaseTo.trim() === '';
    const isDataset = divergence.text === 'dataset' || isSample;
    const chunks = chunksOf(
      {
        characters: read?.kind === 'text' ? read.text.length : null,
        items: isSample ? sampleItems : isDataset ? (dataset?.itemCount ?? null) : null,
      },
      divergence.contextSize,
      divergence.chunks,
    );
    const parametersOf = (modelId: string) => models.find(({ id }) => id === modelId)?.header?.parameters ?? null;
    const planned = [reference, ...candidates.map(({ model }) => model)].flatMap((one) => {
      const model = models.find(({ id }) => id === describeReference(one ?? '', models).key);
      return model ? [{ modelId: model.id, parameters: parametersOf(model.id) }] : [];
    });
    const tokens = chunks === null ? null : chunks * (isDataset ? 64 : divergence.contextSize);
    const estimate = isBase
      ? 'The file stands for the reference and brings its text.'
      : reference === undefined
        ? ''
        : estimateWords({
            chunks,
            isDataset,
            seconds: tokens === null ? null : secondsFor(planned, tokens, measured, parametersOf),
            memoryBytes: memory.isWhole ? memory.totalBytes : null,
            room: memory.room,
          });
    const vocabulary = models.find(({ id }) => id === describeReference(reference ?? '', models).key)?.header
      ?.vocabularySize;
    const baseBytes =
      isDataset || chunks === null || !vocabulary ? null : baseFileBytes(chunks, divergence.contextSize, vocabulary);
    const missing = whatIsMissing();
    const trained = Math.min(
      ...planned.flatMap(({ modelId }) => models.find(({ id }) => id === modelId)?.header?.contextLength ?? []),
    );
    const caution =
      !isDataset && !isBase && divergence.contextSize > trained
        ? `A context of ${divergence.contextSize} tokens is more than the ${trained} that the models were trained on: beyond that they guess.`
        : memory.isWhole && memory.room !== null && memory.totalBytes > memory.room.availableBytes
          ? `All models together take about ${text(bytes(memory.totalBytes))} of ${roomInWords(memory.room)}: they will run in turns, and each has to fit by itself.`
          : null;
    const input =
      missing !== null || read === null || (reference === undefined && !isBase)
        ? null
        : {
            reference: isBase || reference === undefined ? null : { model: reference },
            candidates: candidates.slice(0, 15),
            text: read,
            contextSize: divergence.contextSize,
            chunks: divergence.text === 'dataset' ? undefined : (divergence.chunks ?? undefined),
            base: baseOf(),
          };
    return { input, missing, caution, estimate, baseBytes };

    function baseOf(): DivergenceInput['base'] {
      if (isBase) return { file: baseFile.trim(), use: 'read' };
      const file = saveBaseTo.trim();
      return divergence.text === 'dataset' || file === '' ? undefined : { file, use: 'write' };
    }

    function textOf(): DivergenceText | null {
      // A base file brings its own text.
      if (isBase) return baseFile.trim() === '' ? null : { kind: 'sample' };
      if (divergence.text === 'sample') return { kind: 'sample' };
      if (divergence.text === 'dataset')
        return dataset ? { kind: 'dataset', dataset: dataset.id, items: divergence.chunks ?? undefined } : null;
      if (divergence.text === 'file') return fileText === null ? null : { kind: 'text', ...fileText };
      return pastedText.trim() === '' ? null : { kind: 'text', name: 'Pasted text', text: pastedText };
    }

    function whatIsMissing(): string | null {
      if (availability === undefined) return 'Looking whether this installation can measure…';
      if (!availability.available) return availability.reason;
      if (reference === undefined && !isBase) return 'Add a reference first.';
      if (candidates.length === 0) return 'Add a candidate, or another type of the context’s cache.';
      if (candidates.length > 15) return `${candidates.length} candidates are more than the 15 that one run takes.`;
      if (read === null)
        return isBase
          ? 'Name a base file first.'
          : divergence.text === 'file'
            ? 'Choose a text file first.'
            : divergence.text === 'dataset'
              ? 'There is no data set yet.'
              : 'Write or paste a text first.';
      if (read.kind === 'text' && read.text === '') return `${read.name} is empty. Choose another text.`;
      if (read.kind === 'text' && read.text.length > 12_000_000)
        return 'The text is longer than 12 million characters. Use the command line for it: assay compare --text.';
      return null;
    }
  }, [
    chosen,
    divergence,
    fileText,
    pastedText,
    baseFile,
    saveBaseTo,
    dataset,
    sampleItems,
    measured,
    memory,
    models,
    availability,
  ]);
}
