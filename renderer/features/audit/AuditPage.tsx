import { ActionIcon, Button, Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { Download, ScrollText, Search, ShieldCheck, X } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { AuditFilter } from '../../../preload/contract/audit.ts';
import { EmptyState, FailedState, Keys, SkeletonRows } from '../../design/index.ts';
import { counted, plural } from '../../lib/numbers.ts';
import { go } from '../../ui-state/index.ts';
import classes from './AuditPage.module.css';
import { CheckBar } from './components/CheckBar.tsx';
import { EntryPane } from './components/EntryPane.tsx';
import { ExportDialog } from './components/ExportDialog.tsx';
import { LogRows, RowHeads } from './components/LogRows.tsx';
import { useCheck, useEntries, useFacets } from './data.ts';
import { useAuditCommands } from './useAuditCommands.ts';
import { dayBegins, dayEnds } from './words.ts';

const outcomes = [
  { value: 'asked', label: 'Asked for' },
  { value: 'done', label: 'Done' },
  { value: 'failed', label: 'Failed' },
  { value: 'happened', label: 'Happened' },
];

interface Chosen {
  text: string;
  action: string | null;
  person: string | null;
  outcome: AuditFilter['outcome'] | null;
  from: string;
  to: string;
}
const none: Chosen = { text: '', action: null, person: null, outcome: null, from: '', to: '' };

/** Every act as a link of one chain, and whether the chain holds. */
export function AuditPage({ entry }: { entry: number | null }) {
  const [chosen, setChosen] = useState(none);
  const [active, setActive] = useState(0);
  const [isExporting, setExporting] = useState(false);
  const searchField = useRef<HTMLInputElement>(null);
  const [text] = useDebouncedValue(chosen.text, 120);
  const filter = useMemo<AuditFilter>(
    () => ({
      ...(text.trim() !== '' && { text: text.trim() }),
      ...(chosen.action && { action: chosen.action }),
      ...(chosen.person && { person: chosen.person }),
      ...(chosen.outcome && { outcome: chosen.outcome }),
      ...(chosen.from && { from: dayBegins(chosen.from) }),
      ...(chosen.to && { to: dayEnds(chosen.to) }),
    }),
    [text, chosen.action, chosen.person, chosen.outcome, chosen.from, chosen.to],
  );
  const isFiltered = Object.keys(filter).length > 0;
  const list = useEntries(filter);
  const facets = useFacets();
  const check = useCheck();
  const { entries } = list;
  const at = Math.min(active, entries.length - 1);
  const [shown] = useDebouncedValue(entry ?? entries[at]?.sequence ?? null, 60);

  // By its address an entry is shown whatever the list has; where the list has it, it stands there.
  useEffect(() => {
    if (entry === null) return;
    const index = entries.findIndex(({ sequence }) => sequence === entry);
    if (index >= 0) setActive(index);
  }, [entry, entries]);

  const change = useCallback((next: Partial<Chosen>) => {
    setChosen((before) => ({ ...before, ...next }));
    setActive(0);
    go({ screen: 'audit', entry: null });
  }, []);
  const choose = (index: number) => {
    setActive(index);
    if (entry !== null) go({ screen: 'audit', entry: null });
  };
  const open = (sequence: number | undefined) => {
    if (sequence !== undefined) go({ screen: 'audit', entry: sequence });
    document.querySelector<HTMLElement>('[data-pane="entry"]')?.focus();
  };
  useAuditCommands({
    hasEntries: entries.length > 0,
    focusSearch: () => searchField.current?.select(),
    move: (by) => {
      choose(Math.max(0, Math.min(entries.length - 1, at + by)));
      // So that Enter and the arrows go on from there.
      document.querySelector<HTMLElement>('[role="listbox"][aria-label="Entries"]')?.focus();
    },
    open: () => open(entries[at]?.sequence),
    verify: check.start,
    exportLog: () => setExporting(true),
    clear: () => change(none),
  });

  return (
    <main className={classes.page}>
      <header className={classes.head}>
        <h1>Audit</h1>
        <span className={classes.count} role="status">
          {list.head !== undefined && `${plural(list.head.sequence, 'entry', 'entries')} in the chain`}
        </span>
        <Button
          variant="default"
          leftSection={<Download size={14} />}
          className={classes.export}
          onClick={() => setExporting(true)}
        >
          Export log
        </Button>
        <Button leftSection={<ShieldCheck size={14} />} loading={check.checking !== null} onClick={check.start}>
          Verify chain
        </Button>
      </header>
      <CheckBar check={check} head={list.head} />
      <section className={classes.bar} aria-label="Search and filter">
        <TextInput
          ref={searchField}
          className={classes.search}
          type="search"
          aria-label="Search the log"
          placeholder="Number, id, path, any word"
          leftSection={<Search size={14} />}
          rightSection={
            chosen.text === '' ? (
              <Keys keys="/" />
            ) : (
              <ActionIcon size={20} aria-label="Clear the search" onClick={() => change({ text: '' })}>
                <X size={13} />
              </ActionIcon>
            )
          }
          rightSectionWidth={34}
          value={chosen.text}
          onChange={(event) => change({ text: event.currentTarget.value })}
          onKeyDown={(event) => {
            if (event.key === 'ArrowDown' || event.key === 'Enter') {
              event.preventDefault();
              document.querySelector<HTMLElement>('[role="listbox"][aria-label="Entries"]')?.focus();
            } else if (event.key === 'Escape') {
              if (chosen.text === '') event.currentTarget.blur();
              else change({ text: '' });
            }
          }}
          maxLength={500}
          autoComplete="off"
        />
        <Select
          className={classes.action}
          aria-label="Action"
          placeholder="Any action"
          searchable
          clearable
          value={chosen.action}
          onChange={(action) => change({ action })}
          data={actionChoices(facets?.actions ?? [])}
        />
        <Select
          className={classes.person}
          aria-label="Person"
          placeholder="Anyone"
          clearable
          value={chosen.person}
          onChange={(person) => change({ person })}
          data={facets?.persons ?? []}
        />
        <Select
          className={classes.person}
          aria-label="Outcome"
          placeholder="Any outcome"
          clearable
          value={chosen.outcome ?? null}
          onChange={(value) => change({ outcome: (value as AuditFilter['outcome']) ?? null })}
          data={outcomes}
        />
        <TextInput
          className={classes.day}
          type="date"
          leftSection="from"
          leftSectionWidth={40}
          aria-label="From day"
          value={chosen.from}
          onChange={(event) => change({ from: event.currentTarget.value })}
        />
        <TextInput
          className={classes.day}
          type="date"
          leftSection="to"
          leftSectionWidth={26}
          aria-label="To day"
          value={chosen.to}
          onChange={(event) => change({ to: event.currentTarget.value })}
        />
      </section>
      <div className={classes.split}>
        <section className={classes.list} aria-label="Log">
          {(isFiltered || list.news > 0) && (
            <div className={classes.status}>
              <span role="status">
                {isFiltered &&
                  (list.isReading
                    ? 'Looking…'
                    : `${counted(entries.length)}${list.hasMore ? ' or more' : ''} ${entries.length === 1 && !list.hasMore ? 'entry' : 'entries'} found`)}
              </span>
              {list.news > 0 && (
                <Button size="compact-xs" variant="light" onClick={list.refresh}>
                  {plural(list.news, 'new entry', 'new entries')}: show
                </Button>
              )}
              {isFiltered && (
                <Button size="compact-xs" variant="subtle" color="gray" onClick={() => change(none)}>
                  Show everything
                </Button>
              )}
            </div>
          )}
          <RowHeads />
          {list.problem && entries.length === 0 ? (
            <div className={classes.message}>
              <FailedState title="The log could not be read" retry={list.refresh}>
                {list.problem.message}
              </FailedState>
            </div>
          ) : list.isReading ? (
            <div className={classes.message}>
              <SkeletonRows rows={8} label="Reading the log" />
            </div>
          ) : entries.length === 0 ? (
            <EmptyState
              icon={ScrollText}
              title={isFiltered ? 'No entry fits' : 'Nothing recorded yet'}
              action={
                isFiltered ? (
                  <Button variant="default" onClick={() => change(none)}>
                    Show everything
                  </Button>
                ) : undefined
              }
            >
              {isFiltered
                ? 'Nothing in the whole log fits what is searched and filtered for.'
                : 'Every command leaves an entry here when it is asked for and one when it has ended.'}
            </EmptyState>
          ) : (
            <LogRows
              entries={entries}
              hasMore={list.hasMore}
              active={at}
              onActive={choose}
              onOpen={(index) => open(entries[index]?.sequence)}
              onEnd={list.more}
            />
          )}
        </section>
        <EntryPane sequence={entries.length === 0 && entry === null ? null : shown} onShow={open} />
      </div>
      <ExportDialog opened={isExporting} onClose={() => setExporting(false)} />
    </main>
  );
}

/** Each domain as a whole, then its actions. */
function actionChoices(actions: readonly string[]) {
  const domains = [...new Set(actions.map((action) => action.split('.')[0] ?? action))];
  return domains.map((domain) => ({
    group: domain,
    items: [
      { value: domain, label: `${domain}: all` },
      ...actions
        .filter((action) => action.startsWith(`${domain}.`))
        .map((action) => ({ value: action, label: action })),
    ],
  }));
}
