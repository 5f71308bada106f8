import { Menu } from '@mantine/core';
import { roomInWords } from '../../../lib/memory.ts';
import { bytes, text } from '../../../lib/numbers.ts';
import { useEstimate } from '../data.ts';

/** What a model would take of the memory, before it is loaded. */
export function MemoryLabel({ reference }: { reference: string }) {
  const { estimate, problem } = useEstimate(reference);
  if (problem) return <Menu.Label>{problem.message}</Menu.Label>;
  if (estimate === undefined) return <Menu.Label>Estimating its memory…</Menu.Label>;
  const free = roomInWords(estimate);
  return (
    <Menu.Label title={estimate.method}>
      {estimate.fits
        ? `Takes about ${text(bytes(estimate.totalBytes))} with its context; ${free}`
        : `Needs about ${text(bytes(estimate.totalBytes))}; ${free}. ${
            estimate.largestContext > 0
              ? `A context of ${estimate.largestContext} tokens would fit.`
              : 'Not even its weights fit.'
          }`}
    </Menu.Label>
  );
}
