import { useMemo } from 'react';
import { type Command, useCommands } from '../../../ui-state/index.ts';
import { type ExportFormat, formats } from './useRunExports.ts';

interface Actions {
  /** Null while a run is under way. */
  run: (() => void) | null;
  cancel: (() => void) | null;
  toggleRuns(): void;
  moveCandidate: ((by: 1 | -1) => void) | null;
  save: ((format: ExportFormat) => void) | null;
}

const group = 'Divergence';

/** All that the keyboard and the palette can do on this tab. */
export function useDivergenceCommands({ run, cancel, toggleRuns, moveCandidate, save }: Actions): void {
  const commands = useMemo(() => {
    const list: Command[] = [{ id: 'divergence.runs', title: 'Show or hide runs', group, keys: 'h', run: toggleRuns }];
    if (run)
      list.unshift({
        id: 'divergence.run',
        title: 'Measure divergence',
        group,
        keys: 'mod+Enter',
        keywords: 'start KLD PPL',
        run,
      });
    if (cancel) list.push({ id: 'divergence.cancel', title: 'Cancel this run', group, keys: 'mod+.', run: cancel });
    if (moveCandidate)
      list.push(
        { id: 'divergence.down', title: 'Next candidate', group, keys: 'j', run: () => moveCandidate(1) },
        { id: 'divergence.up', title: 'Previous candidate', group, keys: 'k', run: () => moveCandidate(-1) },
      );
    if (save)
      for (const { format, label } of formats)
        list.push({
          id: `divergence.${format}`,
          title: label.replace('Save', 'Export run'),
          group,
          keys: format === 'markdown' ? 'e' : undefined,
          run: () => save(format),
        });
    return list;
  }, [run, cancel, toggleRuns, moveCandidate, save]);
  useCommands(commands);
}

interface TokenActions {
  jump(by: 1 | -1): void;
  look(): void;
  goOn(): void;
}

/** What it can do with the tokens of a candidate. */
export function useTokenCommands({ jump, look, goOn }: TokenActions): void {
  const commands = useMemo(
    (): Command[] => [
      { id: 'divergence.next', title: 'Next of the worst tokens', group, keys: 'n', run: () => jump(1) },
      { id: 'divergence.previous', title: 'Previous of the worst tokens', group, keys: 'shift+n', run: () => jump(-1) },
      { id: 'divergence.look', title: 'Show both models’ top 10', group, keys: 'l', run: look },
      { id: 'divergence.goOn', title: 'Continue from the reference’s token', group, keys: 'c', run: goOn },
    ],
    [jump, look, goOn],
  );
  useCommands(commands);
}
