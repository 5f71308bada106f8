import { useEffect } from 'react';
import { matchesStep, needsNoField } from '../lib/keys.ts';
import { useOfferedCommands } from '../ui-state/index.ts';

/** How long the first step of a two-step combination waits for the second. */
const stepTimeout = 1000;

/** Runs offered commands by their keys. Of two with the same keys the one offered last wins. */
export function useCommandKeys(): void {
  useEffect(() => {
    let begun: string[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;

    function press(event: KeyboardEvent) {
      if (event.defaultPrevented || event.isComposing || ['Control', 'Shift', 'Alt', 'Meta'].includes(event.key))
        return;
      const commands = [...useOfferedCommands.getState().offered.values()].flat().reverse();
      const inDialog = document.querySelector('[aria-modal="true"]') !== null;
      const inField =
        event.target instanceof HTMLElement &&
        event.target.closest('input, textarea, select, [contenteditable="true"]') !== null;
      const candidates = commands.filter(
        ({ keys }) => keys !== undefined && !(inField && needsNoField(keys)) && !inDialog,
      );

      const started = candidates.find(
        ({ keys = '' }) => begun.includes(keys) && matchesStep(event, keys.split(' ')[1] ?? ''),
      );
      const whole = started ?? candidates.find(({ keys = '' }) => !keys.includes(' ') && matchesStep(event, keys));
      begun = [];
      clearTimeout(timer);
      if (whole) {
        event.preventDefault();
        whole.run();
        return;
      }
      begun = candidates.flatMap(({ keys = '' }) =>
        keys.includes(' ') && matchesStep(event, keys.split(' ')[0] ?? '') ? [keys] : [],
      );
      timer = setTimeout(() => {
        begun = [];
      }, stepTimeout);
    }

    window.addEventListener('keydown', press);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('keydown', press);
    };
  }, []);
}
