import { useEffect, useMemo, useRef } from 'react';
import { type Command, useCommands } from '../../ui-state/index.ts';

interface Actions {
  hasEntries: boolean;
  focusSearch(): void;
  move(by: number): void;
  open(): void;
  verify(): void;
  exportLog(): void;
  clear(): void;
}

/** All that the keyboard and the palette can do with the log. */
export function useAuditCommands(actions: Actions): void {
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  });
  const { hasEntries } = actions;
  const commands = useMemo(() => {
    const group = 'Audit';
    const now = () => latest.current;
    const list: Command[] = [
      { id: 'audit.search', title: 'Search the log', group, keys: '/', run: () => now().focusSearch() },
      {
        id: 'audit.verify',
        title: 'Verify the chain of the log',
        group,
        keys: 'v',
        keywords: 'check holds hash',
        run: () => now().verify(),
      },
      {
        id: 'audit.export',
        title: 'Export the log',
        group,
        keys: 'e',
        keywords: 'jsonl head evidence',
        run: () => now().exportLog(),
      },
      { id: 'audit.clear', title: 'Show every entry of the log', group, keywords: 'filter', run: () => now().clear() },
    ];
    if (hasEntries)
      list.push(
        { id: 'audit.next', title: 'Next entry', group, keys: 'j', keysOnly: true, run: () => now().move(1) },
        { id: 'audit.previous', title: 'Previous entry', group, keys: 'k', keysOnly: true, run: () => now().move(-1) },
        { id: 'audit.open', title: 'Open the entry (in the list: Enter)', group, keys: 'o', run: () => now().open() },
      );
    return list;
  }, [hasEntries]);
  useCommands(commands);
}
