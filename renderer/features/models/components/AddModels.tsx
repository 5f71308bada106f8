import { Button, Popover, TextInput } from '@mantine/core';
import { File, FolderOpen, Plus } from 'lucide-react';
import { useState } from 'react';
import type { Importing } from '../importing.ts';
import { useModelsState } from '../state.ts';
import classes from './Toolbar.module.css';

/** Takes the path of a file or folder, or asks for one with the system's dialog. */
export function AddModels({ importing, primary = false }: { importing: Importing; primary?: boolean }) {
  const [isOpen, setIsOpen] = useState(false);
  const [path, setPath] = useState('');
  const underWay = useModelsState((state) => state.importing !== null);
  const desktop = window.assay;

  function take(paths: readonly string[]) {
    const given = paths.map((one) => one.trim()).filter((one) => one !== '');
    if (given.length === 0) return;
    importing.take({ paths: given });
    setPath('');
    setIsOpen(false);
  }

  return (
    <Popover opened={isOpen} onChange={setIsOpen} position={primary ? 'bottom' : 'bottom-end'} trapFocus returnFocus>
      <Popover.Target>
        <Button
          id={primary ? undefined : 'add-models'}
          leftSection={<Plus size={14} />}
          loading={underWay}
          variant={primary ? 'default' : 'filled'}
          onClick={() => setIsOpen(!isOpen)}
        >
          {primary ? 'Add a file or folder' : 'Add models'}
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={classes.add} aria-label="Add models">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            take(path.split('\n'));
          }}
        >
          <TextInput
            label="Path of a GGUF file or a folder"
            value={path}
            onChange={(event) => setPath(event.currentTarget.value)}
            placeholder="/models"
            data-autofocus
            rightSectionWidth={62}
            rightSection={
              <Button type="submit" size="compact-xs" variant="subtle" disabled={path.trim() === ''}>
                Add
              </Button>
            }
          />
        </form>
        {desktop && (
          <div className={classes.choices}>
            <Button
              variant="default"
              leftSection={<File size={14} />}
              onClick={async () => take(await desktop.files.openModels())}
            >
              Choose files…
            </Button>
            <Button
              variant="default"
              leftSection={<FolderOpen size={14} />}
              onClick={async () => {
                const folder = await desktop.files.openFolder();
                if (folder !== null) take([folder]);
              }}
            >
              Choose a folder…
            </Button>
          </div>
        )}
        <p className={classes.hint}>
          A folder is read with all that lies below it, however deep, and is looked through again when you ask. Files
          stay where they are.
        </p>
      </Popover.Dropdown>
    </Popover>
  );
}
