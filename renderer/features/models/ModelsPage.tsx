import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { Boxes } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import type { ModelLibrary, Variant } from '../../../preload/contract/models.ts';
import { EmptyState, FailedState, SkeletonRows } from '../../design/index.ts';
import { go, prefer, useArrivals, usePreferences } from '../../ui-state/index.ts';
import { AddModels } from './components/AddModels.tsx';
import { DetailsSheet } from './components/DetailsSheet.tsx';
import { DiffView } from './components/DiffView.tsx';
import { FoundPanel } from './components/FoundPanel.tsx';
import { Ladder } from './components/Ladder.tsx';
import { SelectionBar } from './components/SelectionBar.tsx';
import { StatusLines } from './components/StatusLines.tsx';
import { Toolbar } from './components/Toolbar.tsx';
import { useLibrary, useMeasured, useUses } from './data.ts';
import { DownloadPanel } from './download/DownloadPanel.tsx';
import { useDropped, withoutPath } from './dropping.ts';
import { useImporting } from './importing.ts';
import classes from './ModelsPage.module.css';
import { change, toggled, useModelsState } from './state.ts';
import { useForget } from './useForget.ts';
import { useModelCommands } from './useModelCommands.ts';
import { rowsOf } from './view.ts';

const noFamilies: ModelLibrary['families'] = [];

/** Every model of this machine that a person took in: families, their quant ladders, and what each file says of itself. */
export function ModelsPage({ id, other }: { id: string | null; other: string | null }) {
  const { library, problem, retry } = useLibrary();
  const uses = useUses();
  const state = useModelsState();
  const preference = usePreferences((preferences) => preferences.library);
  const importing = useImporting();
  const { take } = importing;
  const searchField = useRef<HTMLInputElement>(null);
  const dropped = useDropped(
    (paths) => take({ paths }),
    () => notifications.show({ message: withoutPath }),
  );

  // What the system, or a drop on another screen, handed over.
  const arrived = useArrivals((arrivals) => arrivals.paths);
  useEffect(() => {
    if (arrived.length === 0) return;
    useArrivals.setState({ paths: [] });
    take({ paths: [...arrived] });
  }, [arrived, take]);

  const families = library?.families ?? noFamilies;
  const { search, tags, folded } = state;
  const rows = useMemo(
    () => rowsOf(families, { search, tags, ...preference }, folded, uses),
    [families, search, tags, preference, folded, uses],
  );
  const variants = useMemo(() => families.flatMap((family) => family.variants), [families]);
  const measured = useMeasured(variants);
  const selected = useMemo(
    () => variants.filter((variant) => state.selected.has(variant.id)),
    [variants, state.selected],
  );
  const active = rows.find((row) => row.key === state.active) ?? null;
  const open = variants.find((variant) => variant.id === id) ?? null;
  const forget = useForget();

  const compare = useCallback((chosen: readonly Variant[]) => {
    prefer({ models: chosen.slice(0, 8).map((variant) => variant.id) });
    change({ selected: new Set() });
    go({ screen: 'compare', id: null });
  }, []);
  const show = useCallback((variant: string | null) => go({ screen: 'models', id: variant, other: null }), []);
  const focusSearch = useCallback(() => searchField.current?.focus(), []);
  const select = useCallback(
    (variant: string) =>
      // The row takes the keyboard, so that keys work right after a click on the box.
      change({ selected: toggled(useModelsState.getState().selected, variant), active: variant }),
    [],
  );
  useModelCommands({
    rows,
    active,
    selected,
    open,
    isDiff: other !== null,
    show,
    select,
    compare,
    forget,
    focusSearch,
    importing,
  });

  const count = variants.filter((variant) => !variant.sample).length;
  const isFirst =
    library !== undefined &&
    count === 0 &&
    state.importing === null &&
    state.search === '' &&
    !state.foundOpen &&
    !state.downloadOpen;
  return (
    <div className={classes.page} {...dropped.handlers} data-dropping={dropped.isOver || undefined}>
      <main className={classes.main}>
        <Toolbar
          isKnown={library !== undefined}
          families={families}
          shown={rows}
          searchField={searchField}
          importing={importing}
        />
        <StatusLines library={library} importing={importing} />
        {state.foundOpen && <FoundPanel importing={importing} />}
        {state.downloadOpen && <DownloadPanel />}
        {id !== null && other !== null ? (
          <DiffView
            one={id}
            other={other}
            onCompare={() => compare(variants.filter((one) => one.id === id || one.id === other))}
          />
        ) : (
          <>
            {problem && (
              <div className={classes.padded}>
                <FailedState title="The models could not be listed" retry={retry}>
                  {problem.message}
                </FailedState>
              </div>
            )}
            {!problem && library === undefined && (
              <div className={classes.padded}>
                <SkeletonRows rows={10} label="Reading the library" />
              </div>
            )}
            {rows.length > 0 && library !== undefined && (
              <Ladder
                rows={rows}
                uses={uses}
                measured={measured}
                room={library}
                open={id}
                short={isFirst}
                onOpen={show}
                onSelect={select}
              />
            )}
            {library !== undefined && rows.length === 0 && (
              <EmptyState
                icon={Boxes}
                title="No model matches"
                action={
                  <Button
                    variant="default"
                    onClick={() => {
                      change({ search: '', tags: [] });
                      prefer({ library: { ...preference, flags: [] } });
                    }}
                  >
                    Show all models
                  </Button>
                }
              >
                Other words, or fewer filters, show more.
              </EmptyState>
            )}
            {isFirst && (
              <div className={classes.first}>
                <EmptyState icon={Boxes} title="Your own models" action={<AddModels importing={importing} primary />}>
                  Drop GGUF files or folders anywhere on this screen. They stay where they are: Assay reads them in
                  place and copies nothing.
                </EmptyState>
              </div>
            )}
            {selected.length > 0 && <SelectionBar selected={selected} onCompare={compare} onForget={forget} />}
          </>
        )}
      </main>
      {open !== null && other === null && (
        <DetailsSheet
          key={open.id}
          variant={open}
          all={variants}
          onClose={() => show(null)}
          onForget={forget}
          onCompare={compare}
        />
      )}
    </div>
  );
}
