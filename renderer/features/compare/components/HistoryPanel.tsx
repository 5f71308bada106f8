import { ActionIcon, Menu, Tooltip } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { Ellipsis, PanelLeftClose, Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { ComparisonSummary } from '../../../../preload/contract/compare.ts';
import { FailedState, SkeletonRows } from '../../../design/index.ts';
import { counted, moment } from '../../../lib/numbers.ts';
import { go, removeLater } from '../../../ui-state/index.ts';
import { useHistory, useRemoveComparison, useRenameComparison } from '../data.ts';
import classes from './HistoryPanel.module.css';
import { NameField } from './NameField.tsx';

/** How long a removal can be undone. It is carried out only then. */
const undoFor = 6000;

/** What was compared before: reopen, rename, delete. */
export function HistoryPanel({ open, onHide }: { open: string | null; onHide(): void }) {
  const { comparisons, problem, retry } = useHistory();
  const [removed, setRemoved] = useState<readonly string[]>([]);
  const [renaming, setRenaming] = useState<string | null>(null);
  const rename = useRenameComparison();
  const remove = useRemoveComparison();

  function removeWithUndo(entry: ComparisonSummary) {
    setRemoved((before) => [...before, entry.id]);
    if (open === entry.id) go({ screen: 'compare', id: null });
    const bringBack = () => setRemoved((before) => before.filter((id) => id !== entry.id));
    // What could not be removed is shown again; why is said by the hook.
    const undo = removeLater(entry.id, undoFor, () => remove.mutateAsync(entry.id).catch(bringBack));
    const note = notifications.show({
      autoClose: undoFor,
      message: (
        <span className={classes.undo}>
          <span>“{entry.name ?? entry.excerpt.slice(0, 40)}” deleted.</span>
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

  const shown = comparisons?.filter((entry) => !removed.includes(entry.id));
  return (
    <aside className={classes.panel} aria-label="History of comparisons">
      <header>
        <h2>History</h2>
        <Tooltip label="Hide history">
          <ActionIcon onClick={onHide} aria-label="Hide history">
            <PanelLeftClose size={14} />
          </ActionIcon>
        </Tooltip>
      </header>
      <div className={classes.entries}>
        {problem && (
          <FailedState title="The history could not be read" retry={() => void retry()}>
            {problem.message}
          </FailedState>
        )}
        {!problem && shown === undefined && <SkeletonRows rows={6} label="Reading the history" />}
        {shown?.length === 0 && (
          <p className={classes.empty}>Comparisons stay here, encrypted, until you delete them.</p>
        )}
        <ul>
          {shown?.map((entry) =>
            renaming === entry.id ? (
              <li key={entry.id} className={classes.renaming}>
                <NameField
                  label="Name of the comparison"
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
                  onClick={() => go({ screen: 'compare', id: entry.id })}
                >
                  <span className={classes.title} data-named={entry.name !== null || undefined}>
                    {entry.name ?? entry.excerpt}
                  </span>
                  <span className={classes.detail}>
                    <span className={classes.variants}>
                      {entry.columns.map((column) => column.quantization).join(' · ')}
                    </span>
                    <span>
                      {entry.done < entry.total
                        ? `${counted(entry.done)} of ${counted(entry.total)}`
                        : moment(entry.createdAt)}
                    </span>
                  </span>
                </button>
                <Menu position="bottom-start">
                  <Menu.Target>
                    <ActionIcon
                      size={20}
                      className={classes.more}
                      aria-label={`More for ${entry.name ?? entry.excerpt.slice(0, 40)}`}
                    >
                      <Ellipsis size={14} />
                    </ActionIcon>
                  </Menu.Target>
                  <Menu.Dropdown>
                    <Menu.Item leftSection={<Pencil size={14} />} onClick={() => setRenaming(entry.id)}>
                      Rename
                    </Menu.Item>
                    <Menu.Item leftSection={<Trash2 size={14} />} onClick={() => removeWithUndo(entry)}>
                      Delete
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
