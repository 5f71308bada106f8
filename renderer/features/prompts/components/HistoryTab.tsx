import { ActionIcon, Button, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { FileInput, MessageSquareText, Search, X } from 'lucide-react';
import { type ComponentProps, useCallback, useMemo, useRef, useState } from 'react';
import { EmptyState, FailedState, Keys, SkeletonRows } from '../../../design/index.ts';
import { go, useVariantSlots } from '../../../ui-state/index.ts';
import { useFacets } from '../data.ts';
import type { HistoryDetail, HistoryFilter, HistorySort } from '../shapes.ts';
import { useHistoryActions } from '../useHistoryActions.ts';
import { useHistoryCommands } from '../useHistoryCommands.ts';
import { useHistoryList } from '../useHistoryList.ts';
import { variantOf } from '../variantOf.ts';
import { type EntryActions, EntryPane } from './EntryPane.tsx';
import { Filters, filtersSet, noFilters } from './Filters.tsx';
import { HistoryCount } from './HistoryCount.tsx';
import { HistoryMenu, type MenuActions } from './HistoryMenu.tsx';
import { HistoryRows, RowHeads } from './HistoryRows.tsx';
import classes from './HistoryTab.module.css';
import { ImportDialog } from './ImportDialog.tsx';
import { RetentionDialog } from './RetentionDialog.tsx';
import { SaveDialog } from './SaveDialog.tsx';
import { SortField } from './SortField.tsx';

/** Outside of the component, because it asks nothing of it. */
function openActive(): void {
  document.querySelector<HTMLButtonElement>('[data-action="open in compare"]')?.click();
}

type Dialog = { kind: 'import' } | { kind: 'retention' } | { kind: 'save'; entry: HistoryDetail } | null;

/** Everything that was ever asked, found as one types. */
export function HistoryTab() {
  const [filter, setFilter] = useState<HistoryFilter>({ search: '' });
  const [sort, setSort] = useState<HistorySort>('newest');
  const [active, setActive] = useState(0);
  const [checked, setChecked] = useState<ReadonlySet<string>>(new Set());
  const [dialog, setDialog] = useState<Dialog>(null);
  const searchField = useRef<HTMLInputElement>(null);
  const { facets, changedAt } = useFacets();
  const list = useHistoryList(filter, sort, changedAt);
  // As many as there are colours and markers; rarer ones share them.
  const models = useMemo(() => [...new Set((facets?.models ?? []).map(variantOf))].slice(0, 16), [facets]);
  const slotOf = useVariantSlots(models);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same models have the same slots
  const slots = useCallback(slotOf, [models]);
  const search = filter.search ?? '';
  const { dropped, patch } = list;
  const latestDropped = useRef(dropped);
  latestDropped.current = dropped;
  const changed = useCallback((ids: string[] | null) => {
    setChecked(new Set());
    latestDropped.current(new Set(ids ?? []));
  }, []);
  const actions = useHistoryActions(changed);
  const length = list.length ?? 0;
  const activeEntry = list.at(Math.min(active, length - 1));
  const isFiltered = search.trim() !== '' || filtersSet(filter) > 0;

  const change = useCallback((next: Partial<HistoryFilter>) => {
    setFilter((before) => ({ ...before, ...next }));
    setActive(0);
    setChecked((before) => (before.size === 0 ? before : new Set()));
  }, []);
  const sortBy = useCallback((next: HistorySort) => {
    setSort(next);
    setActive(0);
  }, []);
  // What is read when it is called draws nothing anew with every letter of a search.
  const at = useRef(list.at);
  at.current = list.at;
  const check = useCallback((index: number) => {
    const id = at.current(index)?.id;
    if (id === undefined) return;
    setChecked((before) => {
      const next = new Set(before);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  }, []);
  const chosen = checked.size > 0 ? [...checked] : activeEntry ? [activeEntry.id] : [];
  const latestPatch = useRef(patch);
  latestPatch.current = patch;
  const entryActions = useMemo<EntryActions>(
    () => ({
      openInCompare: actions.openInCompare,
      openOrigin: actions.openOrigin,
      saveAsPrompt: (entry) => setDialog({ kind: 'save', entry }),
      copy: (entry) => void actions.copy(entry),
      remove: (ids, whole) => void actions.remove(ids, whole),
      annotated: (id, next) => latestPatch.current((entry) => (entry.id === id ? { ...entry, ...next } : entry)),
    }),
    [actions],
  );
  const latest = useRef({ actions, filter });
  latest.current = { actions, filter };
  const menu = useMemo<MenuActions>(
    () => ({
      onImport: () => setDialog({ kind: 'import' }),
      onExport: (format) => void latest.current.actions.save(format, { matching: latest.current.filter }),
      onRetention: () => setDialog({ kind: 'retention' }),
      onRemove: () => void latest.current.actions.removeMatching(latest.current.filter),
    }),
    [],
  );
  const { search: _, ...others } = filter;
  const filterKey = JSON.stringify(others);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same filters are the same object, whatever is typed
  const filters = useMemo(() => others, [filterKey]);
  useHistoryCommands({
    hasEntry: activeEntry !== undefined,
    focusSearch: () => searchField.current?.select(),
    move: (by) => setActive((at) => Math.max(0, Math.min(length - 1, at + by))),
    check: () => check(active),
    open: openActive,
    remove: () => void actions.remove(chosen, false),
    undo: actions.undo,
    save: (format) => void actions.save(format, checked.size > 0 ? { ids: chosen } : { matching: filter }),
    importChats: () => setDialog({ kind: 'import' }),
    retention: () => setDialog({ kind: 'retention' }),
    focusField: (field) =>
      document.querySelector<HTMLElement>(`input[data-field="${field}"], textarea[data-field="${field}"]`)?.focus(),
  });

  // One place for the dialogs, whatever stands behind them: what an import says outlives the empty screen.
  const dialogs = (
    <>
      <ImportDialog opened={dialog?.kind === 'import'} onClose={() => setDialog(null)} />
      <RetentionDialog opened={dialog?.kind === 'retention'} onClose={() => setDialog(null)} />
      {dialog?.kind === 'save' && <SaveDialog entry={dialog.entry} onClose={() => setDialog(null)} />}
    </>
  );

  if (facets?.total === 0 && !isFiltered && length === 0) {
    return (
      <div className={classes.tab}>
        <div className={classes.empty}>
          <EmptyState
            icon={MessageSquareText}
            title="Nothing asked yet"
            action={
              <div className={classes.first}>
                <Button onClick={() => go({ screen: 'compare', id: null })}>Start a comparison</Button>
                <Button
                  variant="default"
                  leftSection={<FileInput size={14} />}
                  onClick={() => setDialog({ kind: 'import' })}
                >
                  Import chats
                </Button>
              </div>
            }
          >
            Every prompt with its answer, settings and timing is kept here, encrypted, and found again by any of its
            words. Chats of LM Studio, Jan, Open WebUI and llama.cpp’s web UI can be taken in.
          </EmptyState>
        </div>
        {dialogs}
      </div>
    );
  }

  return (
    <div className={classes.tab}>
      <div className={classes.full}>
        <section className={classes.bar} aria-label="Search and filter">
          <TextInput
            ref={searchField}
            className={classes.search}
            type="search"
            aria-label="Search the history"
            placeholder="Search prompts, answers, notes and tags"
            leftSection={<Search size={14} />}
            rightSection={
              search === '' ? (
                <Keys keys="/" />
              ) : (
                <ActionIcon size={20} aria-label="Clear the search" onClick={() => change({ search: '' })}>
                  <X size={13} />
                </ActionIcon>
              )
            }
            rightSectionWidth={34}
            value={search}
            onChange={(event) => change({ search: event.currentTarget.value })}
            onKeyDown={(event) => {
              if (event.key === 'ArrowDown' || event.key === 'Enter') {
                event.preventDefault();
                document.querySelector<HTMLElement>('[role="listbox"][aria-label="Answers"]')?.focus();
              } else if (event.key === 'Escape') {
                if (search === '') event.currentTarget.blur();
                else change({ search: '' });
              }
            }}
            maxLength={1000}
            autoComplete="off"
            spellCheck={false}
          />
          <Filters facets={facets} filter={filters} onChange={change} />
          <SortField sort={sort} ranks={search.trim() !== ''} onChange={sortBy} />
          <HistoryMenu isFiltered={isFiltered} isEmpty={length === 0} {...menu} />
        </section>
        <div className={classes.split}>
          <section
            className={classes.list}
            aria-label="History"
            data-searched={list.answered ? (list.answered.search ?? '') : undefined}
          >
            <div className={classes.status}>
              <HistoryCount answered={list.answered} isFiltered={isFiltered} />
              {list.hasNews && (
                <Button size="compact-xs" variant="light" onClick={list.refresh}>
                  New answers came in: show them
                </Button>
              )}
              {checked.size > 0 && (
                <span className={classes.bulk}>
                  {checked.size} chosen
                  <Button
                    size="compact-xs"
                    variant="subtle"
                    onClick={() => void actions.save('jsonl', { ids: chosen })}
                  >
                    Export
                  </Button>
                  <Button size="compact-xs" variant="subtle" onClick={() => void actions.remove(chosen, false)}>
                    Delete
                  </Button>
                  <Button size="compact-xs" variant="subtle" color="gray" onClick={() => setChecked(new Set())}>
                    Choose none
                  </Button>
                </span>
              )}
            </div>
            <RowHeads />
            {list.problem && list.length === undefined ? (
              <div className={classes.message}>
                <FailedState title="The history could not be read" retry={list.refresh}>
                  {list.problem.message}
                </FailedState>
              </div>
            ) : list.length === undefined ? (
              <div className={classes.message}>
                <SkeletonRows rows={8} label="Reading the history" />
              </div>
            ) : length === 0 ? (
              <EmptyState
                icon={Search}
                title="Nothing found"
                action={
                  <Button variant="default" onClick={() => change({ search: '', ...noFilters })}>
                    Show everything
                  </Button>
                }
              >
                Words must all be there; only the last one may be unfinished. “Quoted words” stand together, -word
                leaves out.
              </EmptyState>
            ) : (
              <HistoryRows
                length={length}
                hasMore={list.hasMore}
                at={list.at}
                show={list.show}
                active={Math.min(active, length - 1)}
                checked={checked}
                slotOf={slots}
                onActive={setActive}
                onCheck={check}
                onOpen={openActive}
              />
            )}
          </section>
          <LaterPane
            id={length === 0 ? null : (activeEntry?.id ?? null)}
            search={search}
            facets={facets}
            slotOf={slots}
            actions={entryActions}
          />
        </div>
      </div>
      {dialogs}
    </div>
  );
}

/** The pane follows a little later, so that neither holding a key nor typing reads every entry on the way. */
function LaterPane({ id, search, ...rest }: ComponentProps<typeof EntryPane>) {
  const [shown] = useDebouncedValue(id, 120);
  const [marked] = useDebouncedValue(search, 120);
  return <EntryPane id={id === null ? null : shown} search={marked} {...rest} />;
}
