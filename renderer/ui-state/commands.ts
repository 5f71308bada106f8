import { useEffect } from 'react';
import { create } from 'zustand';

/** Something a person can do here: shown in the palette and in the overlay of keys, run by its keys. */
export interface Command {
  id: string;
  /** The verb and the thing. */
  title: string;
  group: string;
  /** As `lib/keys.ts` reads them. */
  keys?: string;
  /** Other words by which to find it. */
  keywords?: string;
  /** Left out of the palette: moving about in a list, say. */
  keysOnly?: boolean;
  /** Absent where the keys are only told: what has the focus acts on them by itself. */
  run?(): void;
}

interface CommandState {
  offered: ReadonlyMap<symbol, readonly Command[]>;
}

export const useOfferedCommands = create<CommandState>(() => ({ offered: new Map() }));

/** Offers commands while the component is mounted. Give a memoised list. */
export function useCommands(commands: readonly Command[]): void {
  useEffect(() => {
    const owner = Symbol('commands');
    useOfferedCommands.setState(({ offered }) => ({ offered: new Map(offered).set(owner, commands) }));
    return () =>
      useOfferedCommands.setState(({ offered }) => {
        const left = new Map(offered);
        left.delete(owner);
        return { offered: left };
      });
  }, [commands]);
}
