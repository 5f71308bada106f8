import { Button } from '@mantine/core';
import { Columns3 } from 'lucide-react';
import type { AssayErrorData } from '../../../../preload/contract/errors.ts';
import { Notice, VariantChip } from '../../../design/index.ts';
import { go } from '../../../ui-state/index.ts';
import classes from '../HomePage.module.css';
import { quickComparison } from '../quickComparison.ts';

interface Props {
  quick: { mutate(): void; isPending: boolean; problem: AssayErrorData | null };
}

/** For a new store: one card that does a real thing on the embedded model. */
export function FirstSteps({ quick }: Props) {
  return (
    <section className={classes.first} aria-label="First steps">
      <div className={classes.card}>
        <Columns3 size={18} strokeWidth={1.6} className={classes.cardIcon} aria-hidden="true" />
        <div className={classes.cardWords}>
          <h2>See what a quantization costs</h2>
          <p>
            Sample model (for trying Assay out): three quantizations of it answer {quickComparison.prompts.length}{' '}
            prompts, one after the other. The first token by which each answer parts from the reference’s is marked.
            Takes less than a minute.
          </p>
          <div className={classes.chips}>
            {quickComparison.models.map((model, slot) => (
              <VariantChip key={model} slot={slot} name="Sample model" quantization={model.split(':')[1] ?? 'F16'} />
            ))}
          </div>
          <ol className={classes.quote} aria-label="Prompts">
            {quickComparison.prompts.map((prompt) => (
              <li key={prompt}>{prompt}</li>
            ))}
          </ol>
          {quick.problem && <Notice kind="bad">{quick.problem.message}</Notice>}
          <div className={classes.cardActions}>
            <Button onClick={() => quick.mutate()} loading={quick.isPending}>
              Compare sample quantizations
            </Button>
            <Button variant="subtle" color="gray" onClick={() => go({ screen: 'compare', id: null })}>
              Set up my own comparison
            </Button>
          </div>
        </div>
      </div>
    </section>
  );
}
