import { Button, Select } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { Columns3, Database } from 'lucide-react';
import { useState } from 'react';
import { EmptyState, FailedState, SkeletonRows } from '../../../design/index.ts';
import { plural } from '../../../lib/numbers.ts';
import { draft, go, prefer } from '../../../ui-state/index.ts';
import { useDataset, useDatasets } from '../data.ts';
import classes from './SavedTab.module.css';

/** Few enough to look at; the others are a filter away. */
const mostShown = 200;
const mostAsked = 60;

/** Data sets with what is known of the right answers; a version is the hash of the content. */
export function DatasetsTab() {
  const { datasets, problem, retry } = useDatasets();
  const [chosen, setChosen] = useState<string | null>(null);
  const current = datasets?.find(({ id }) => id === chosen) ?? datasets?.[0] ?? null;
  if (datasets === undefined)
    return (
      <div className={classes.message}>
        {problem ? (
          <FailedState title="The data sets could not be read" retry={() => void retry()}>
            {problem.message}
          </FailedState>
        ) : (
          <SkeletonRows rows={6} label="Reading the data sets" />
        )}
      </div>
    );
  if (current === null)
    return (
      <EmptyState icon={Database} title="No data sets">
        The data sets of the sample model are not part of this installation.
      </EmptyState>
    );
  return (
    <div className={classes.tab}>
      <nav className={classes.names} aria-label="Data sets">
        <ul>
          {datasets.map(({ id, name, itemCount, groups, sha256 }) => (
            <li key={id}>
              <button type="button" aria-current={id === current.id || undefined} onClick={() => setChosen(id)}>
                <span className={classes.name}>{name}</span>
                <span className={classes.about}>
                  {plural(itemCount, 'item')} · {plural(groups.length, 'group')} ·{' '}
                  <span className="mono">{sha256.slice(0, 8)}</span>
                </span>
              </button>
            </li>
          ))}
        </ul>
      </nav>
      <Items key={current.id} id={current.id} />
    </div>
  );
}

function Items({ id }: { id: string }) {
  const { dataset, problem, retry } = useDataset(id);
  const [group, setGroup] = useState<string | null>(null);
  if (dataset === undefined)
    return (
      <section className={classes.editor} aria-label="Items">
        {problem ? (
          <FailedState title="The data set could not be read" retry={() => void retry()}>
            {problem.message}
          </FailedState>
        ) : (
          <SkeletonRows rows={8} label="Reading the data set" />
        )}
      </section>
    );
  const { name, description, sha256, groups } = dataset;
  const items = dataset.items.filter((item) => group === null || item.group === group);
  // What one line of the editor can hold: a single turn without a system prompt.
  const single = items.filter(
    ({ turns, system }) => turns.length === 1 && system === null && !turns[0]?.includes('\n'),
  );

  function ask() {
    const step = Math.max(1, single.length / mostAsked);
    const asked = Array.from(
      { length: Math.min(single.length, mostAsked) },
      (_, at) => single[Math.floor(at * step)]?.turns[0] ?? '',
    );
    draft({ text: asked.join('\n'), system: '', pinned: [] });
    prefer({ splitting: 'lines' });
    notifications.show({
      message: `${asked.length} of ${plural(items.length, 'prompt')} of “${name}” stand in the editor.`,
    });
    go({ screen: 'compare', id: null });
  }

  return (
    <section className={classes.editor} aria-label={name}>
      <header className={classes.datasetHead}>
        <div>
          <h2>{name}</h2>
          <p className="dim">{description}</p>
        </div>
        <div className={classes.saving}>
          <Select
            aria-label="Group"
            value={group ?? ''}
            onChange={(value) => setGroup(value === '' ? null : value)}
            data={[{ value: '', label: 'All groups' }, ...groups.map((one) => ({ value: one, label: one }))]}
          />
          <Button leftSection={<Columns3 size={13} />} disabled={single.length === 0} onClick={ask}>
            Ask in Compare
          </Button>
        </div>
        <p className={classes.hash}>
          Version SHA-256 <span className="mono">{sha256}</span>
        </p>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section className={classes.itemsScroll} aria-label={`Items of ${name}`} tabIndex={0}>
        <table className={classes.items}>
          <thead>
            <tr>
              <th scope="col">Group</th>
              <th scope="col">Prompt</th>
              <th scope="col">Right answer</th>
            </tr>
          </thead>
          <tbody>
            {items.slice(0, mostShown).map(({ id: item, group: its, system, turns, expected, match, expectation }) => (
              <tr key={item}>
                <td className="dim">{its}</td>
                <td>
                  {system !== null && <span className={classes.system}>{system}</span>}
                  {turns.map((turn, index) => (
                    <span key={index} className={classes.turn}>
                      {turn}
                    </span>
                  ))}
                </td>
                <td>
                  {expected === null ? (expectation ?? '–') : Array.isArray(expected) ? expected.join(' … ') : expected}
                  {match !== null && <span className={classes.match}>{match}</span>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        {items.length > mostShown && (
          <p className={classes.rest}>
            The first {mostShown} of {items.length} are shown. Choose a group to see fewer.
          </p>
        )}
      </section>
    </section>
  );
}
