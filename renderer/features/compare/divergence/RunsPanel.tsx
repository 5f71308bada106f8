import { ActionIcon, Menu, TextInput, Tooltip } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { Ellipsis, PanelLeftClose, Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { DivergenceSummary } from '../../../../preload/contract/divergence.ts';
import { FailedState, SkeletonRows } from '../../../design/index.ts';
import { moment } from '../../../lib/numbers.ts';
import { removeLater } from '../../../ui-state/index.ts';
import classes from '../components/HistoryPanel.module.css';
import { useRunCommands, useRuns } from './data.ts';
import { shortName } from './shown.ts';

const undoFor = 6000;

interface Props {
  open: string | null;
  onOpen(id: string | null): void;
  onHide(): void;
}

/** What was measured before: open, rename, delete. */
export function RunsPanel({ open, onOpen, onHide }: Props) {
  const { runs, problem, retry } = useRuns();
  const [removed, setRemoved] = useState<readonly string[]>([]);
  const [renaming, setRenaming] = useState<string | null>(null);
  const { rename, remove } = useRunCommands();

  function removeWithUndo(entry: DivergenceSummary) {
    setRemoved((before) => [...before, entry.id]);
    const bringBack = () => setRemoved((before) => before.filter((id) => id !== entry.id));
    if (open === entry.id) onOpen(runs?.find(({ id }) => id !== entry.id)?.id ?? null);
    const undo = removeLater(entry.id, undoFor, () => remove.mutateAsync(entry.id).catch(bringBack));
    const note = notifications.show({
      autoClose: undoFor,
      message: (
        <span className={classes.undo}>
          <span>“{titleOf(entry)}” deleted.</span>
          <button
            type="button"
            onClick={() => {
              undo();
              bringBack();
              notifications.hide(note);
            }}
          >
            Undo
          </button>
        </span>
      ),
    });
  }

  const shown = runs?.filter(({ id }) => !removed.includes(id));
  return (
    <aside className={classes.panel} aria-label="Divergence runs">
      <header>
        <h2>Runs</h2>
        <Tooltip label="Hide runs">
          <ActionIcon onClick={onHide} aria-label="Hide runs">
            <PanelLeftClose size={14} />
          </ActionIcon>
        </Tooltip>
      </header>
      <div className={classes.entries}>
        {problem && (
          <FailedState title="The runs could not be read" retry={retry}>
            {problem.message}
          </FailedState>
        )}
        {!problem && shown === undefined && <SkeletonRows rows={6} label="Reading the runs" />}
        {shown?.length === 0 && <p className={classes.empty}>Runs stay here, encrypted, until you delete them.</p>}
        <ul>
          {shown?.map((entry) =>
            renaming === entry.id ? (
              <li key={entry.id} className={classes.renaming}>
                <NameField
                  name={entry.name ?? ''}
                  onDone={(name) => {
                    setRenaming(null);
                    if (name !== undefined) rename.mutate({ id: entry.id, name });
                  }}
                />
              </li>
            ) : (
              <li key={entry.id} data-current={entry.id === open || undefined}>
                <button
                  type="button"
                  className={classes.entry}
                  aria-current={entry.id === open || undefined}
                  onClick={() => onOpen(entry.id)}
                >
                  <span className={classes.title} data-named={entry.name !== null || undefined}>
                    {titleOf(entry)}
                  </span>
                  <span className={classes.detail}>
                    <span className={classes.variants}>{entry.columns.slice(1).map(shortName).join(' · ')}</span>
                    <span>{stateWords(entry)}</span>
                  </span>
                </button>
                <Menu position="bottom-start">
                  <Menu.Target>
                    <ActionIcon size={20} className={classes.more} aria-label={`More for ${titleOf(entry)}`}>
                      <Ellipsis size={14} />
                    </ActionIcon>
                  </Menu.Target>
                  <Menu.Dropdown>
                    <Menu.Item leftSection={<Pencil size={14} />} onClick={() => setRenaming(entry.id)}>
                      Rename
                    </Menu.Item>
                    <Menu.Item
                      leftSection={<Trash2 size={14} />}
                      disabled={isUnderWay(entry)}
                      onClick={() => removeWithUndo(entry)}
                    >
                      {isUnderWay(entry) ? 'Delete (cancel it first)' : 'Delete'}
                    </Menu.Item>
                  </Menu.Dropdown>
                </Menu>
              </li>
            ),
          )}
        </ul>
      </div>
    </aside>
  );
}

export function titleOf(run: Pick<DivergenceSummary, 'name' | 'textName'>): string {
  return run.name ?? run.textName;
}

export function isUnderWay({ state }: Pick<DivergenceSummary, 'state'>): boolean {
  return state === 'running' || state === 'queued';
}

function stateWords(run: DivergenceSummary): string {
  if (run.state === 'queued') return 'waiting';
  if (run.state === 'running') return `${run.chunksDone} of ${run.chunkCount ?? '?'}`;
  if (run.state === 'done' || run.state === null) return moment(run.createdAt);
  return run.state;
}

function NameField({ name, onDone }: { name: string; onDone(name: string | null | undefined): void }) {
  const [text, setText] = useState(name);
  const given = () => (text.trim() === '' ? null : text.trim());
  return (
    <TextInput
      aria-label="Name of the run"
      placeholder="No name"
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') onDone(given());
        if (event.key === 'Escape') onDone(undefined);
      }}
      onBlur={() => onDone(given())}
      maxLength={200}
      autoFocus
    />
  );
}
