import { ActionIcon, Menu, Tooltip } from '@mantine/core';
import { Ellipsis, PanelLeftClose, PanelLeftOpen, Pencil, Plus, Trash2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { Removed } from '../../../../preload/contract/removals.ts';
import { FailedState, SkeletonRows } from '../../../design/index.ts';
import { useRoute } from '../../../ui-state/index.ts';
import { useRemovals } from '../useRemovals.ts';
import { NameField } from './NameField.tsx';
import classes from './SidePanel.module.css';

/** What one tab did before, and which of it is open. */
export interface SidePanelProps {
  open: string | null;
  onOpen(id: string | null): void;
  onHide(): void;
}

interface Item {
  id: string;
  name: string | null;
}

/** An entry as it is shown. */
interface Shown {
  title: string;
  /** Of which models or how much; shortened where it is too long. */
  what: ReactNode;
  /** When, or how far. */
  state: string;
}

interface Props<Entry extends Item> extends SidePanelProps {
  /** For those who hear the page; where it is missing, the title says enough. */
  label?: string;
  title: string;
  /** As in “Hide runs”. */
  plural: string;
  /** As in “Name of the run”. */
  singular: string;
  entries: readonly Entry[] | undefined;
  problem: { message: string } | null;
  retry(): void;
  empty: string;
  canBegin?: boolean;
  children?: ReactNode;
  show(entry: Entry): Shown;
  /** Where it is missing, entries have no menu and are deleted by a button. */
  rename?(id: string, name: string | null): void;
  remove(id: string): Promise<Removed>;
  /** Where it is true, the entry is still being made and cannot be deleted. */
  isUnderWay?(entry: Entry): boolean;
  /** What is opened when the open entry is deleted. */
  after?(id: string): string | null;
}

/** What was done before: open, rename, delete with a moment to undo it. */
export function SidePanel<Entry extends Item>(props: Props<Entry>) {
  const { title, plural, singular, entries, problem, open, onOpen, onHide, show } = props;
  const [renaming, setRenaming] = useState<string | null>(null);
  const removals = useRemovals();

  async function removeEntry({ id }: Entry, name: string) {
    const { route } = useRoute.getState();
    const next = props.after?.(id) ?? null;
    const removed = await removals(props.remove(id), `“${name}” deleted.`);
    // What was refused stays open, and so does where the person went meanwhile.
    if (removed !== null && open === id && useRoute.getState().route === route) onOpen(next);
  }

  return (
    <aside className={classes.panel} aria-label={props.label ?? title}>
      <header>
        <h2>{title}</h2>
        <span className={classes.buttons}>
          {props.canBegin && (
            <Tooltip label={`New ${singular}`}>
              <ActionIcon onClick={() => onOpen(null)} aria-label={`New ${singular}`}>
                <Plus size={14} />
              </ActionIcon>
            </Tooltip>
          )}
          <Tooltip label={`Hide ${plural}`}>
            <ActionIcon onClick={onHide} aria-label={`Hide ${plural}`}>
              <PanelLeftClose size={14} />
            </ActionIcon>
          </Tooltip>
        </span>
      </header>
      {props.children && <div className={classes.search}>{props.children}</div>}
      <div className={classes.entries}>
        {problem && (
          <FailedState title={`The ${plural} could not be read`} retry={props.retry}>
            {problem.message}
          </FailedState>
        )}
        {!problem && entries === undefined && <SkeletonRows rows={6} label={`Reading the ${plural}`} />}
        {entries?.length === 0 && <p className={classes.empty}>{props.empty}</p>}
        <ul>
          {entries?.map((entry) => {
            if (renaming === entry.id)
              return (
                <li key={entry.id} className={classes.renaming}>
                  <NameField
                    label={`Name of the ${singular}`}
                    name={entry.name ?? ''}
                    onDone={(name) => {
                      setRenaming(null);
                      if (name !== undefined) props.rename?.(entry.id, name);
                    }}
                  />
                </li>
              );
            const { title: words, what, state } = show(entry);
            const name = entry.name ?? words.slice(0, 40);
            return (
              <li key={entry.id} data-current={entry.id === open || undefined}>
                <button
                  type="button"
                  className={classes.entry}
                  aria-current={entry.id === open || undefined}
                  onClick={() => onOpen(entry.id)}
                >
                  <span className={classes.title} data-named={entry.name !== null || undefined}>
                    {words}
                  </span>
                  <span className={classes.detail}>
                    {what}
                    <span>{state}</span>
                  </span>
                </button>
                {props.rename ? (
                  <More
                    name={name}
                    isUnderWay={props.isUnderWay?.(entry) ?? false}
                    onRename={() => setRenaming(entry.id)}
                    onRemove={() => void removeEntry(entry, name)}
                  />
                ) : (
                  <Tooltip label="Delete">
                    <ActionIcon
                      size={20}
                      className={classes.more}
                      onClick={() => void removeEntry(entry, name)}
                      aria-label={`Delete ${name}`}
                    >
                      <Trash2 size={13} />
                    </ActionIcon>
                  </Tooltip>
                )}
              </li>
            );
          })}
        </ul>
      </div>
    </aside>
  );
}

interface MoreProps {
  name: string;
  isUnderWay: boolean;
  onRename(): void;
  onRemove(): void;
}

function More({ name, isUnderWay, onRename, onRemove }: MoreProps) {
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <ActionIcon size={20} className={classes.more} aria-label={`More for ${name}`}>
          <Ellipsis size={14} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<Pencil size={14} />} onClick={onRename}>
          Rename
        </Menu.Item>
        <Menu.Item leftSection={<Trash2 size={14} />} disabled={isUnderWay} onClick={onRemove}>
          {isUnderWay ? 'Delete (cancel it first)' : 'Delete'}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** Names of models in an entry. */
export function EntryModels({ names }: { names: readonly string[] }) {
  return <span className={classes.models}>{names.join(' · ')}</span>;
}

/** What brings a hidden panel back. */
export function ShowPanel({ panel, plural }: { panel: { isOpen: boolean; toggle(): void }; plural: string }) {
  if (panel.isOpen) return null;
  return (
    <Tooltip label={`Show ${plural}`}>
      <ActionIcon onClick={panel.toggle} aria-label={`Show ${plural}`}>
        <PanelLeftOpen size={14} />
      </ActionIcon>
    </Tooltip>
  );
}
