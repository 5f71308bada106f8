import { useMemo } from 'react';
import { type Command, preferInPlayground, useCommands, usePreferences } from '../../../ui-state/index.ts';

interface Actions {
  write(): void;
  begin(): void;
  toggleList(): void;
  toggleSettings(): void;
  stop: (() => void) | null;
  /** What can be done with messages; null while there are none. */
  messages: {
    focus(by: -1 | 1): void;
    edit(): void;
    again(): void;
    goOn(): void;
    move(by: -1 | 1): void;
    askInCompare(): void;
    remove(): void;
  } | null;
  /** Takes the last deletion of a message back, as long as that is possible. */
  undo(): void;
  exports: { save(format: 'markdown' | 'json'): void; copy(): void } | null;
}

const group = 'Playground';

/** All that the keyboard and the palette can do on this tab. */
export function usePlaygroundCommands(actions: Actions): void {
  const { write, begin, toggleList, toggleSettings, stop, messages, undo, exports } = actions;
  const commands = useMemo(() => {
    const list: Command[] = [
      { id: 'playground.write', title: 'Write a message', group, keys: 'p', keywords: 'chat focus', run: write },
      { id: 'playground.new', title: 'Start a new conversation', group, keys: 'n', keywords: 'chat', run: begin },
      { id: 'playground.list', title: 'Show or hide conversations', group, keys: 'h', run: toggleList },
      {
        id: 'playground.settings',
        title: 'Show or hide settings of the playground',
        group,
        keys: 's',
        keywords: 'sampler preset system prompt schema',
        run: toggleSettings,
      },
      {
        id: 'playground.view',
        title: 'Colour tokens by probability, or not',
        group,
        keys: 'v',
        keywords: 'plain surprise',
        run: () =>
          preferInPlayground({ view: usePreferences.getState().playground.view === 'plain' ? 'surprise' : 'plain' }),
      },
    ];
    list.push({ id: 'playground.undo', title: 'Undo the last deletion', group, keys: 'u', run: undo });
    if (stop) list.push({ id: 'playground.stop', title: 'Stop the answer', group, keys: 'mod+.', run: stop });
    if (messages)
      list.push(
        {
          id: 'playground.down',
          title: 'Next message',
          group,
          keys: 'j',
          keysOnly: true,
          run: () => messages.focus(1),
        },
        {
          id: 'playground.up',
          title: 'Previous message',
          group,
          keys: 'k',
          keysOnly: true,
          run: () => messages.focus(-1),
        },
        { id: 'playground.edit', title: 'Edit the turn into a branch', group, keys: 'e', run: messages.edit },
        {
          id: 'playground.again',
          title: 'Answer again',
          group,
          keys: 'r',
          keywords: 'regenerate',
          run: messages.again,
        },
        {
          id: 'playground.goOn',
          title: 'Continue the answer',
          group,
          keys: 'c',
          keywords: 'go on',
          run: messages.goOn,
        },
        {
          id: 'playground.before',
          title: 'Previous version of the message',
          group,
          keys: '<',
          keywords: 'branch sibling',
          run: () => messages.move(-1),
        },
        {
          id: 'playground.after',
          title: 'Next version of the message',
          group,
          keys: '>',
          keywords: 'branch sibling',
          run: () => messages.move(1),
        },
        {
          id: 'playground.remove',
          title: 'Delete the message with what follows it',
          group,
          keys: 'Delete',
          keywords: 'remove branch',
          run: messages.remove,
        },
        { id: 'playground.compare', title: 'Ask the models of Compare the same', group, run: messages.askInCompare },
      );
    if (exports)
      list.push(
        {
          id: 'playground.markdown',
          title: 'Export conversation as Markdown',
          group,
          run: () => exports.save('markdown'),
        },
        { id: 'playground.json', title: 'Export conversation as JSON', group, run: () => exports.save('json') },
        { id: 'playground.copy', title: 'Copy conversation as Markdown', group, run: exports.copy },
      );
    return list;
  }, [write, begin, toggleList, toggleSettings, stop, messages, undo, exports]);
  useCommands(commands);
}
