import { ActionIcon, Menu, TextInput, Tooltip } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { Ellipsis, PanelLeftClose, Pencil, Plus, Search, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { ConversationSummary } from '../../../../preload/contract/playground.ts';
import { FailedState, SkeletonRows } from '../../../design/index.ts';
import { moment, plural } from '../../../lib/numbers.ts';
import { removeLater } from '../../../ui-state/index.ts';
import panel from '../components/HistoryPanel.module.css';
import { NameField } from '../components/NameField.tsx';
import { useConversations, useRemoveConversation, useRenameConversation } from './data.ts';
import classes from './PlaygroundTab.module.css';

const undoFor = 6000;

interface Props {
  open: string | null;
  onOpen(id: string | null): void;
  onHide(): void;
}

/** Conversations: search by title, reopen, rename, delete. */
export function ConversationsPanel({ open, onOpen, onHide }: Props) {
  const [search, setSearch] = useState('');
  const { conversations, problem, retry } = useConversations(search);
  const [removed, setRemoved] = useState<readonly string[]>([]);
  const [renaming, setRenaming] = useState<string | null>(null);
  const rename = useRenameConversation();
  const remove = useRemoveConversation();

  function removeWithUndo(entry: ConversationSummary) {
    setRemoved((before) => [...before, entry.id]);
    if (open === entry.id) onOpen(null);
    const bringBack = () => setRemoved((before) => before.filter((id) => id !== entry.id));
    // What could not be removed is shown again; why is said by the hook.
    const undo = removeLater(entry.id, undoFor, () => remove.mutateAsync(entry.id).catch(bringBack));
    const note = notifications.show({
      autoClose: undoFor,
      message: (
        <span className={panel.undo}>
          <span>“{titleOf(entry).slice(0, 40)}” deleted.</span>
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

  const shown = conversations?.filter((entry) => !removed.includes(entry.id));
  return (
    <aside className={panel.panel} aria-label="Conversations">
      <header>
        <h2>Conversations</h2>
        <span className={classes.icons}>
          <Tooltip label="New conversation">
            <ActionIcon onClick={() => onOpen(null)} aria-label="New conversation">
              <Plus size={14} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label="Hide conversations">
            <ActionIcon onClick={onHide} aria-label="Hide conversations">
              <PanelLeftClose size={14} />
            </ActionIcon>
          </Tooltip>
        </span>
      </header>
      <TextInput
        className={classes.search}
        type="search"
        aria-label="Search conversations by title"
        placeholder="Search titles"
        leftSection={<Search size={13} />}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
        spellCheck={false}
      />
      <div className={panel.entries}>
        {problem && (
          <FailedState title="The conversations could not be read" retry={() => void retry()}>
            {problem.message}
          </FailedState>
        )}
        {!problem && shown === undefined && <SkeletonRows rows={6} label="Reading the conversations" />}
        {shown?.length === 0 && (
          <p className={panel.empty}>
            {search === ''
              ? 'Conversations stay here, encrypted, until you delete them.'
              : 'No conversation whose title or first turn holds these words.'}
          </p>
        )}
        <ul>
          {shown?.map((entry) =>
            renaming === entry.id ? (
              <li key={entry.id} className={panel.renaming}>
                <NameField
                  label="Name of the conversation"
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
                  className={panel.entry}
                  aria-current={entry.id === open || undefined}
                  onClick={() => onOpen(entry.id)}
                >
                  <span className={panel.title} data-named={entry.name !== null || undefined}>
                    {titleOf(entry)}
                  </span>
                  <span className={panel.detail}>
                    <span>{plural(entry.messageCount, 'message')}</span>
                    <span>{moment(entry.updatedAt)}</span>
                  </span>
                </button>
                <Menu position="bottom-start">
                  <Menu.Target>
                    <ActionIcon size={20} className={panel.more} aria-label={`More for ${titleOf(entry).slice(0, 40)}`}>
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

export function titleOf({ name, excerpt }: Pick<ConversationSummary, 'name' | 'excerpt'>): string {
  return name ?? excerpt;
}
