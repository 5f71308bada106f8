import { useMemo } from 'react';
import type { Variant } from '../../../preload/contract/models.ts';
import { type Command, go, quantize, useCommands } from '../../ui-state/index.ts';
import type { Importing } from './importing.ts';
import { change, toggled, useModelsState } from './state.ts';
import type { Row } from './view.ts';

interface Actions {
  rows: readonly Row[];
  active: Row | null;
  selected: readonly Variant[];
  open: Variant | null;
  /** Two files are held against each other. */
  isDiff: boolean;
  show(id: string | null): void;
  select(id: string): void;
  compare(variants: readonly Variant[]): void;
  forget(variants: readonly Variant[]): void;
  focusSearch(): void;
  importing: Importing;
}

/** All that the keyboard and the palette can do on this screen. */
export function useModelCommands(actions: Actions): void {
  const { rows, active, selected, open, isDiff, show, select, compare, forget, focusSearch, importing } = actions;
  const { rescan } = importing;
  const commands = useMemo(() => {
    const move = (by: number) => {
      const at = rows.findIndex((row) => row.key === useModelsState.getState().active);
      const next = rows[at === -1 ? (by > 0 ? 0 : rows.length - 1) : Math.max(0, Math.min(rows.length - 1, at + by))];
      if (next) change({ active: next.key });
    };
    const meant = selected.length > 0 ? selected : active?.kind === 'variant' ? [active.variant] : open ? [open] : [];
    const list: Command[] = [
      { id: 'models.search', title: 'Filter the models', group: 'Models', keys: '/', run: focusSearch },
      { id: 'models.next', title: 'Next row', group: 'Models', keys: 'j', keysOnly: true, run: () => move(1) },
      { id: 'models.previous', title: 'Previous row', group: 'Models', keys: 'k', keysOnly: true, run: () => move(-1) },
      {
        id: 'models.add',
        title: 'Add models from a file or folder',
        group: 'Models',
        keys: 'a',
        keywords: 'import path open gguf',
        run: () => document.getElementById('add-models')?.click(),
      },
      {
        id: 'models.found',
        title: 'Show or hide models of other programs',
        group: 'Models',
        keys: 'f',
        keywords: 'lm studio ollama hugging face cache llama.cpp found',
        run: () => change({ foundOpen: !useModelsState.getState().foundOpen }),
      },
      {
        id: 'models.download',
        title: 'Show or hide downloads',
        group: 'Models',
        keys: 'w',
        keywords: 'hub hugging face repository fetch network catalogue',
        run: () => change({ downloadOpen: !useModelsState.getState().downloadOpen }),
      },
      {
        id: 'models.rescan',
        title: 'Look through the folders again',
        group: 'Models',
        keys: 'r',
        keywords: 'rescan refresh moved',
        run: rescan,
      },
    ];
    if (active !== null) {
      list.push(
        {
          id: 'models.open',
          title: active.kind === 'family' ? 'Fold or unfold the family' : 'Show the details',
          group: 'Models',
          keys: 'o',
          run: () =>
            active.kind === 'family'
              ? change({ folded: toggled(useModelsState.getState().folded, active.family.key) })
              : show(active.variant.id),
        },
        {
          id: 'models.select',
          title: 'Select or leave out',
          group: 'Models',
          keys: 'x',
          run: () => {
            if (active.kind === 'variant') select(active.variant.id);
          },
        },
      );
    }
    if (open !== null || isDiff)
      list.push({
        id: 'models.close',
        title: isDiff ? 'Back to all models' : 'Close the details',
        group: 'Models',
        keys: 'Escape',
        run: () => show(null),
      });
    if (meant.length > 0) {
      list.push(
        { id: 'models.compare', title: 'Compare these models', group: 'Models', keys: 'c', run: () => compare(meant) },
        {
          id: 'models.forget',
          title: 'Take these models off the list',
          group: 'Models',
          keywords: 'forget remove',
          run: () => forget(meant),
        },
      );
    }
    const [source] = meant;
    if (meant.length === 1 && source?.state === 'ready')
      list.push({
        id: 'models.quantize',
        title: `Quantize ${source.fileName} to…`,
        group: 'Models',
        keys: 'q',
        keywords: 'ladder Q4_K_M make types',
        run: () => quantize(source.id),
      });
    const [one, other] = selected;
    if (selected.length === 2 && one && other) {
      list.push({
        id: 'models.diff',
        title: 'Show what the two files say differently',
        group: 'Models',
        keys: 'd',
        keywords: 'diff template tokens vocabulary',
        run: () => go({ screen: 'models', id: one.id, other: other.id }),
      });
    }
    return list;
  }, [rows, active, selected, open, isDiff, show, select, compare, forget, focusSearch, rescan]);
  useCommands(commands);
}
