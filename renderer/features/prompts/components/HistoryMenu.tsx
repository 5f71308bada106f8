import { ActionIcon, Menu, Tooltip } from '@mantine/core';
import { Clock, Download, Ellipsis, FileInput, Trash2 } from 'lucide-react';
import { memo } from 'react';

export interface MenuActions {
  onImport(): void;
  onExport(format: 'jsonl' | 'markdown'): void;
  onRetention(): void;
  onRemove(): void;
}

interface Props extends MenuActions {
  isFiltered: boolean;
  isEmpty: boolean;
}

/** What can be done with all that is found, and with the history as a whole. */
export const HistoryMenu = memo(function HistoryMenu({ isFiltered, isEmpty, ...on }: Props) {
  const found = isFiltered ? 'what is found' : 'everything';
  return (
    <Menu>
      <Menu.Target>
        <Tooltip label="Import, export, retention">
          <ActionIcon variant="default" aria-label="Import, export, retention">
            <Ellipsis size={14} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<FileInput size={14} />} onClick={on.onImport}>
          Import chats…
        </Menu.Item>
        <Menu.Item leftSection={<Download size={14} />} onClick={() => on.onExport('jsonl')}>
          Export {found} as JSONL
        </Menu.Item>
        <Menu.Item leftSection={<Download size={14} />} onClick={() => on.onExport('markdown')}>
          Export {found} as Markdown
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<Clock size={14} />} onClick={on.onRetention}>
          How long to keep…
        </Menu.Item>
        <Menu.Item leftSection={<Trash2 size={14} />} disabled={!isFiltered || isEmpty} onClick={on.onRemove}>
          Delete all that is found
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
});
