import { useEffect, useMemo, useRef } from 'react';
import { type Command, useCommands } from '../../ui-state/index.ts';

interface Actions {
  hasEntry: boolean;
  focusSearch(): void;
  move(by: number): void;
  check(): void;
  open(): void;
  remove(): void;
  undo(): void;
  save(format: 'jsonl' | 'markdown'): void;
  importChats(): void;
  retention(): void;
  focusField(field: 'note' | 'tags'): void;
}

/** All that the keyboard and the palette can do with the history. */
export function useHistoryCommands(actions: Actions): void {
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  });
  const { hasEntry } = actions;
  const commands = useMemo(() => {
    const group = 'History';
    const now = () => latest.current;
    const list: Command[] = [
      {
        id: 'history.search',
        title: 'Search the history',
        group,
        keys: '/',
        keywords: 'find',
        run: () => now().focusSearch(),
      },
      { id: 'history.undo', title: 'Undo the last deletion', group, keys: 'u', run: () => now().undo() },
      {
        id: 'history.import',
        title: 'Import chats of other programs',
        group,
        keywords: 'lm studio jan open webui llama.cpp',
        run: () => now().importChats(),
      },
      { id: 'history.jsonl', title: 'Export what is found as JSONL', group, keys: 'e', run: () => now().save('jsonl') },
      { id: 'history.markdown', title: 'Export what is found as Markdown', group, run: () => now().save('markdown') },
      {
        id: 'history.retention',
        title: 'Choose how long to keep the history',
        group,
        keywords: 'retention delete old',
        run: () => now().retention(),
      },
    ];
    if (hasEntry)
      list.push(
        { id: 'history.next', title: 'Next answer', group, keys: 'j', keysOnly: true, run: () => now().move(1) },
        {
          id: 'history.previous',
          title: 'Previous answer',
          group,
          keys: 'k',
          keysOnly: true,
          run: () => now().move(-1),
        },
        {
          id: 'history.check',
          title: 'Choose or unchoose this answer',
          group,
          keys: 'x',
          keysOnly: true,
          run: () => now().check(),
        },
        { id: 'history.open', title: 'Open this answer in Compare', group, keys: 'o', run: () => now().open() },
        {
          id: 'history.note',
          title: 'Write a note on this answer',
          group,
          keys: 'n',
          run: () => now().focusField('note'),
        },
        {
          id: 'history.tag',
          title: 'Tag this answer',
          group,
          keys: 'l',
          keywords: 'label',
          run: () => now().focusField('tags'),
        },
        { id: 'history.remove', title: 'Delete the chosen answers', group, keys: 'Delete', run: () => now().remove() },
      );
    return list;
  }, [hasEntry]);
  useCommands(commands);
}
