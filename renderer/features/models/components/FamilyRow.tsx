import { Tooltip } from '@mantine/core';
import { ChevronDown, ChevronRight, TriangleAlert } from 'lucide-react';
import type { ModelMeasurement } from '../../../../preload/contract/divergence.ts';
import { legible } from '../../../lib/legible.ts';
import { plural, significant } from '../../../lib/numbers.ts';
import { differWords, type Row } from '../view.ts';
import { Cell } from './Cell.tsx';
import own from './FamilyRow.module.css';
import classes from './Ladder.module.css';
import type { Columns } from './VariantRow.tsx';

/** The head of a ladder. */
export function FamilyRow({
  row,
  columns,
  measured,
}: {
  row: Row & { kind: 'family' };
  columns: Columns;
  measured: ReadonlyMap<string, ModelMeasurement>;
}) {
  const { family, shown, folded } = row;
  const Arrow = folded ? ChevronRight : ChevronDown;
  const origin = family.baseModels.length > 0 ? `made from ${family.baseModels.join(', ')}` : null;
  const ladder = family.variants.map(({ path }) => measured.get(path)).find((one) => one?.isLadder);
  // All numbers of the ladder are of one run; what they rest on is said once.
  const run = ladder
    ? `measured on ${ladder.textName}, ${plural(ladder.tokensScored, 'token')}, against ${ladder.reference.split(' ').at(-1)}`
    : null;
  const facts = [family.architecture, origin, plural(shown, 'variant'), run].filter((fact) => fact !== null);
  return (
    <>
      <Cell className={classes.tick}>
        <Arrow size={13} aria-hidden="true" />
      </Cell>
      <Cell className={own.family}>
        <span className={own.familyName}>{legible(family.name)}</span>
        <span className={classes.facts} title={facts.join(' · ')}>
          {facts.join(' · ')}
        </span>
        {family.differs.length > 0 && (
          <Tooltip
            label={`Not all of these files share ${family.differs.map((kind) => (kind === 'special tokens' ? 'their special tokens' : `one ${kind}`)).join(' and ')}. Comparing those that differ says nothing of the quantization.`}
          >
            <span className={own.warning}>
              <TriangleAlert size={12} aria-hidden="true" />
              {differWords(family.differs)}
            </span>
          </Tooltip>
        )}
      </Cell>
      <Cell className={classes.number} data-column="parameters">
        {family.parameters === null ? '–' : significant(family.parameters / columns.parameters)}
      </Cell>
    </>
  );
}
