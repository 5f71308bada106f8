import { Modal } from '@mantine/core';
import { Keys } from '../design/index.ts';
import { type Command, closePanel, useOfferedCommands, usePanels } from '../ui-state/index.ts';
import classes from './KeysOverlay.module.css';

/** Every key that does something on this screen. */
export function KeysOverlay() {
  const opened = usePanels((panels) => panels.keys);
  const offered = useOfferedCommands((state) => state.offered);
  const groups = new Map<string, Command[]>();
  for (const command of [...offered.values()].reverse().flat()) {
    if (command.keys) groups.set(command.group, [...(groups.get(command.group) ?? []), command]);
  }
  return (
    <Modal opened={opened} onClose={() => closePanel('keys')} title="Keys of this screen" size={560}>
      <div className={classes.groups}>
        {[...groups].map(([group, commands]) => (
          <section key={group} aria-label={group}>
            <h3>{group}</h3>
            <dl>
              {commands.map((command) => (
                <div key={command.id}>
                  <dt>{command.title}</dt>
                  <dd>
                    <Keys keys={command.keys ?? ''} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}
