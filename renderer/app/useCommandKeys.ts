import { useEffect } from 'react';
import { matchesStep, needsNoField } from '../lib/keys.ts';
import { useOfferedCommands, usePanels } from '../ui-state/index.ts';

/** How long the first step of a two-step combination waits for the second, by the time of the presses: a page that was busy loses none. */
const stepTimeout = 1000;

/** Runs offered commands by their keys. Of two with the same keys the one offered last wins. */
export function useCommandKeys(): void {
  useEffect(() => {
    let begun: string[] = [];
    let begunAt = 0;

    function press(event: KeyboardEvent) {
      if (event.defaultPrevented || event.isComposing || ['Control', 'Shift', 'Alt', 'Meta'].includes(event.key))
        return;
      const commands = [...useOfferedCommands.getState().offered.values()].flat().reverse();
      const inDialog = isModalOpen();
      const inPopover = isPopoverOpen();
      const inField =
        event.target instanceof HTMLElement &&
        event.target.closest('input, textarea, select, [contenteditable="true"]') !== null;
      const candidates = commands.filter(
        ({ keys, run }) => keys && run && !((inField || inPopover) && needsNoField(keys)) && !inDialog,
      );

      if (event.timeStamp - begunAt > stepTimeout) begun = [];
      const started = candidates.find(
        ({ keys = '' }) => begun.includes(keys) && matchesStep(event, keys.split(' ')[1] ?? ''),
      );
      const whole = started ?? candidates.find(({ keys = '' }) => !keys.includes(' ') && matchesStep(event, keys));
      begun = [];
      if (whole) {
        event.preventDefault();
        whole.run?.();
        return;
      }
      begun = candidates.flatMap(({ keys = '' }) =>
        keys.includes(' ') && matchesStep(event, keys.split(' ')[0] ?? '') ? [keys] : [],
      );
      begunAt = event.timeStamp;
    }

    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
}

/** The panels are asked too, because one counts from the moment it was asked for. */
function isModalOpen(): boolean {
  const { palette, keys } = usePanels.getState();
  return palette || keys || document.querySelector('[aria-modal="true"]') !== null;
}

/** A menu, a list to choose from or a form that floats above the screen: letters are meant for it, wherever the focus is. */
function isPopoverOpen(): boolean {
  const floating = document.querySelectorAll('#floating :is([role="dialog"], [role="menu"], [role="listbox"])');
  return [...floating].some((element) => element.checkVisibility());
}
