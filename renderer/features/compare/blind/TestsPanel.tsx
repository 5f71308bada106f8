import { ActionIcon, Tooltip } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { PanelLeftClose, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { BlindSummary } from '../../../../preload/contract/blind.ts';
import { FailedState, SkeletonRows } from '../../../design/index.ts';
import { moment, plural } from '../../../lib/numbers.ts';
import { removeLater } from '../../../ui-state/index.ts';
import classes from '../components/HistoryPanel.module.css';
import { useBlindCommands, useBlindTests } from './data.ts';

const undoFor = 6000;

interface Props {
  open: string | null;
  onOpen(id: string | null): void;
  onHide(): void;
}

/** Blind tests that were begun: open, delete. */
export function TestsPanel({ open, onOpen, onHide }: Props) {
  const { tests, problem, retry } = useBlindTests();
  const [removed, setRemoved] = useState<readonly string[]>([]);
  const { remove } = useBlindCommands(null);

  function removeWithUndo(entry: BlindSummary) {
    setRemoved((before) => [...before, entry.id]);
    if (open === entry.id) onOpen(null);
    const bringBack = () => setRemoved((before) => before.filter((id) => id !== entry.id));
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

  const shown = tests?.filter(({ id }) => !removed.includes(id));
  return (
    <aside className={classes.panel} aria-label="Blind tests">
      <header>
        <h2>Blind tests</h2>
        <span>
          <Tooltip label="New blind test">
            <ActionIcon onClick={() => onOpen(null)} aria-label="New blind test">
              <Plus size={14} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label="Hide blind tests">
            <ActionIcon onClick={onHide} aria-label="Hide blind tests">
              <PanelLeftClose size={14} />
            </ActionIcon>
          </Tooltip>
        </span>
      </header>
      <div className={classes.entries}>
        {problem && (
          <FailedState title="The tests could not be read" retry={retry}>
            {problem.message}
          </FailedState>
        )}
        {!problem && shown === undefined && <SkeletonRows rows={6} label="Reading the tests" />}
        {shown?.length === 0 && <p className={classes.empty}>Tests stay here, encrypted, until you delete them.</p>}
        <ul>
          {shown?.map((entry) => (
            <li key={entry.id} data-current={entry.id === open || undefined}>
              <button
                type="button"
                className={classes.entry}
                aria-current={entry.id === open || undefined}
                onClick={() => onOpen(entry.id)}
              >
                <span className={classes.title}>{titleOf(entry)}</span>
                <span className={classes.detail}>
                  <span>
                    {entry.revealedAt === null
                      ? `${entry.judged} judged`
                      : `${plural(entry.judged, 'judgement')}, ended`}
                  </span>
                  <span>{moment(entry.createdAt)}</span>
                </span>
              </button>
              <Tooltip label="Delete">
                <ActionIcon
                  size={20}
                  className={classes.more}
                  onClick={() => removeWithUndo(entry)}
                  aria-label={`Delete ${titleOf(entry)}`}
                >
                  <Trash2 size={13} />
                </ActionIcon>
              </Tooltip>
            </li>
          ))}
        </ul>
      </div>
    </aside>
  );
}

function titleOf(test: BlindSummary): string {
  return test.name ?? `${plural(test.comparisons, 'comparison')}, ${plural(Math.max(2, test.models), 'model')}`;
}
