import { Button, Menu } from '@mantine/core';
import { Download } from 'lucide-react';
import type { Exports } from '../useExports.ts';

/** Takes what is shown out of the store, into a file or the clipboard. */
export function ExportMenu({ exports }: { exports: Exports }) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<Download size={14} />} loading={exports.isPending}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => void exports.save('markdown')}>Save as Markdown</Menu.Item>
        <Menu.Item onClick={() => void exports.save('json')}>Save as JSON</Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={() => void exports.copy('markdown')}>Copy as Markdown</Menu.Item>
        <Menu.Item onClick={() => void exports.copy('json')}>Copy as JSON</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
