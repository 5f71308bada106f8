import { Button } from '@mantine/core';
import { BookMarked, Plus } from 'lucide-react';
import { useMemo } from 'react';
import { EmptyState, FailedState, SkeletonRows } from '../../../design/index.ts';
import { moment, plural } from '../../../lib/numbers.ts';
import { type Command, chooseSaved, newPrompt, useCommands, useSavedDrafts } from '../../../ui-state/index.ts';
import { useRemoveSaved, useSaved } from '../data.ts';
import { written } from '../written.ts';
import { SavedEditor } from './SavedEditor.tsx';
import classes from './SavedTab.module.css';

/** Prompts that are kept under a name, with variables and versions. */
export function SavedTab() {
  const { saved, problem, retry } = useSaved();
  const { chosen, drafts } = useSavedDrafts();
  const begun = written(null, drafts[newPrompt]);
  const remove = useRemoveSaved();
  const current = chosen === newPrompt ? null : (saved?.find(({ id }) => id === chosen) ?? saved?.[0] ?? null);
  const at = current === null ? -1 : (saved ?? []).findIndex(({ id }) => id === current.id);
  const commands = useMemo(() => {
    const move = (by: number) => {
      const next = saved?.[Math.max(0, Math.min(saved.length - 1, at + by))];
      if (next) chooseSaved(next.id);
    };
    const group = 'Saved prompts';
    return [
      { id: 'saved.new', title: 'Write a new saved prompt', group, keys: 'n', run: () => chooseSaved(newPrompt) },
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
  if (saved.length === 0 && chosen !== newPrompt && !begun.isUnsaved)
    return (
      <EmptyState
        icon={BookMarked}
        title="No saved prompts"
        action={<Button onClick={() => chooseSaved(newPrompt)}>Write a saved prompt</Button>}
      >
        A saved prompt has a name, {'{{variables}}'} to fill in, and a version for every change. Prompts of the history
        can be kept here, too.
      </EmptyState>
    );
  return (
    <div className={classes.tab}>
      <nav className={classes.names} aria-label="Saved prompts">
        <Button variant="default" fullWidth leftSection={<Plus size={14} />} onClick={() => chooseSaved(newPrompt)}>
          New prompt
        </Button>
        <ul>
          {begun.isUnsaved && (
            <li>
              <button type="button" aria-current={current === null || undefined} onClick={() => chooseSaved(newPrompt)}>
                <span className={classes.name}>{begun.name || 'No name yet'}</span>
                <span className={classes.unsaved}>not saved yet</span>
              </button>
            </li>
          )}
          {saved.map((prompt) => {
            const { id, name, version, updatedAt, variables } = prompt;
            return (
              <li key={id}>
                <button type="button" aria-current={id === current?.id || undefined} onClick={() => chooseSaved(id)}>
                  <span className={classes.name}>{name}</span>
                  <span className={classes.about}>
                    version {version}
                    {variables.length > 0 && ` · ${plural(variables.length, 'variable')}`} ·{' '}
                    {written(prompt, drafts[id]).isUnsaved ? (
                      <span className={classes.unsaved}>unsaved changes</span>
                    ) : (
                      moment(updatedAt)
                    )}
                  </span>
                </button>
              </li>
            );
          })}
        </ul>
      </nav>
      <SavedEditor
        key={current?.id ?? newPrompt}
        prompt={current}
        onRemove={(prompt) => {
          chooseSaved(null);
          remove.mutate(prompt);
        }}
      />
    </div>
  );
}
