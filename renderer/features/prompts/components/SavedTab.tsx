import { Button } from '@mantine/core';
import { BookMarked, Plus } from 'lucide-react';
import { useMemo, useState } from 'react';
import { EmptyState, FailedState, SkeletonRows } from '../../../design/index.ts';
import { moment, plural } from '../../../lib/numbers.ts';
import { type Command, useCommands } from '../../../ui-state/index.ts';
import { useRemoveSaved, useSaved } from '../data.ts';
import { SavedEditor } from './SavedEditor.tsx';
import classes from './SavedTab.module.css';

const isNew = 'new';

/** Prompts that are kept under a name, with variables and versions. */
export function SavedTab() {
  const { saved, problem, retry } = useSaved();
  const [chosen, setChosen] = useState<string | null>(null);
  const remove = useRemoveSaved();
  const current = chosen === isNew ? null : (saved?.find(({ id }) => id === chosen) ?? saved?.[0] ?? null);
  const at = current === null ? -1 : (saved ?? []).findIndex(({ id }) => id === current.id);
  const commands = useMemo(() => {
    const move = (by: number) => {
      const next = saved?.[Math.max(0, Math.min(saved.length - 1, at + by))];
      if (next) setChosen(next.id);
    };
    const group = 'Saved prompts';
    return [
      { id: 'saved.new', title: 'Write a new saved prompt', group, keys: 'n', run: () => setChosen(isNew) },
      { id: 'saved.next', title: 'Next saved prompt', group, keys: 'j', keysOnly: true, run: () => move(1) },
      { id: 'saved.previous', title: 'Previous saved prompt', group, keys: 'k', keysOnly: true, run: () => move(-1) },
    ] satisfies Command[];
  }, [saved, at]);
  useCommands(commands);

  if (saved === undefined)
    return (
      <div className={classes.message}>
        {problem ? (
          <FailedState title="The saved prompts could not be read" retry={() => void retry()}>
            {problem.message}
          </FailedState>
        ) : (
          <SkeletonRows rows={6} label="Reading the saved prompts" />
        )}
      </div>
    );
  if (saved.length === 0 && chosen !== isNew)
    return (
      <EmptyState
        icon={BookMarked}
        title="No saved prompts"
        action={<Button onClick={() => setChosen(isNew)}>Write a saved prompt</Button>}
      >
        A saved prompt has a name, {'{{variables}}'} to fill in, and a version for every change. Prompts of the history
        can be kept here, too.
      </EmptyState>
    );
  return (
    <div className={classes.tab}>
      <nav className={classes.names} aria-label="Saved prompts">
        <Button variant="default" fullWidth leftSection={<Plus size={14} />} onClick={() => setChosen(isNew)}>
          New prompt
        </Button>
        <ul>
          {saved.map(({ id, name, version, updatedAt, variables }) => (
            <li key={id}>
              <button type="button" aria-current={id === current?.id || undefined} onClick={() => setChosen(id)}>
                <span className={classes.name}>{name}</span>
                <span className={classes.about}>
                  version {version}
                  {variables.length > 0 && ` · ${plural(variables.length, 'variable')}`} · {moment(updatedAt)}
                </span>
              </button>
            </li>
          ))}
        </ul>
      </nav>
      <SavedEditor
        key={current === null ? isNew : `${current.id} ${current.version}`}
        prompt={current}
        onSaved={setChosen}
        onRemove={(prompt) => {
          setChosen(null);
          remove.mutate(prompt);
        }}
      />
    </div>
  );
}
