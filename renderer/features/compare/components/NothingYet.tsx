import { Button } from '@mantine/core';
import { Columns3 } from 'lucide-react';
import type { Model } from '../../../../preload/contract/models.ts';
import { EmptyState, Keys } from '../../../design/index.ts';
import { prefer } from '../../../ui-state/index.ts';

interface Props {
  /** What Run still lacks, in words. */
  missing: string | null;
  withoutModels: boolean;
  models: readonly Model[];
}

const ladder = ['F16', 'Q4_K_M', 'Q2_K'];

/** Before the first run: the next thing to do. */
export function NothingYet({ missing, withoutModels, models }: Props) {
  const samples = ladder.flatMap((quantization) =>
    models.filter((model) => model.sample && model.header?.quantization === quantization).map((model) => model.id),
  );
  if (withoutModels) {
    return (
      <EmptyState
        icon={Columns3}
        title="No models chosen"
        action={
          samples.length > 1 && (
            <Button onClick={() => prefer({ models: samples })}>Take the sample model’s quantizations</Button>
          )
        }
      >
        Add a reference and the candidates to hold against it: known models, or the path of any GGUF file.
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={Columns3} title="Nothing compared yet" action={missing === null && <Keys keys="mod+Enter" />}>
      {missing ??
        'Run the comparison: the answers stand here side by side, and the first token by which each parts from the reference is marked.'}
    </EmptyState>
  );
}
