import { useMemo } from 'react';
import { type Command, go, prefer, useCommands, usePreferences } from '../../ui-state/index.ts';
import type { ShownComparison } from './live.ts';
import type { Exports } from './useExports.ts';

interface Actions {
  run(): void;
  cancel: (() => void) | null;
  reseed(): void;
  focusPrompt(): void;
  move(by: number): void;
  exports: Exports;
  toggleHistory(): void;
}

/** Told only: the answer that has the focus walks through its tokens itself. */
const inAnswer = [
  { id: 'answer.next', title: 'Next token', group: 'In an answer', keys: 'ArrowRight' },
  { id: 'answer.previous', title: 'Previous token', group: 'In an answer', keys: 'ArrowLeft' },
  { id: 'answer.first', title: 'First token', group: 'In an answer', keys: 'Home' },
  { id: 'answer.last', title: 'Last token', group: 'In an answer', keys: 'End' },
] satisfies Command[];

const views = ['plain', 'surprise', 'difference'] as const;

/** All that the keyboard and the palette can do on this screen. */
export function useCompareCommands(comparison: ShownComparison | null, actions: Actions): void {
  const several = (comparison?.promptCount ?? 0) > 1;
  const { run, cancel, reseed, focusPrompt, move, exports, toggleHistory } = actions;
  const commands = useMemo(() => {
    const list: Command[] = [
      {
        id: 'compare.run',
        title: 'Run comparison',
        group: 'Compare',
        keys: 'mod+Enter',
        keywords: 'start generate',
        run,
      },
      {
        id: 'compare.prompt',
        title: 'Write the prompt',
        group: 'Compare',
        keys: 'p',
        keywords: 'edit focus',
        run: focusPrompt,
      },
      {
        id: 'compare.history',
        title: 'Show or hide history',
        group: 'Compare',
        keys: 'h',
        run: toggleHistory,
      },
    ];
    if (cancel)
      list.push({
        id: 'compare.cancel',
        title: 'Cancel this comparison',
        group: 'Compare',
        keys: 'mod+.',
        run: cancel,
      });
    if (comparison) {
      list.push(
        {
          id: 'compare.view',
          title: 'Change how answers are shown',
          group: 'Compare',
          keys: 'v',
          keywords: 'plain probability word diff colours',
          run: nextView,
        },
        { id: 'compare.seed', title: 'Run again with a new seed', group: 'Compare', keys: 'r', run: reseed },
        {
          id: 'compare.markdown',
          title: 'Export comparison as Markdown',
          group: 'Compare',
          keys: 'e',
          run: () => void exports.save('markdown'),
        },
        {
          id: 'compare.json',
          title: 'Export comparison as JSON',
          group: 'Compare',
          run: () => void exports.save('json'),
        },
        {
          id: 'compare.copy',
          title: 'Copy comparison as Markdown',
          group: 'Compare',
          run: () => void exports.copy('markdown'),
        },
        {
          id: 'compare.new',
          title: 'Start a new comparison',
          group: 'Compare',
          keys: 'n',
          run: () => go({ screen: 'compare', id: null }),
        },
        ...inAnswer,
      );
    }
    if (several) {
      list.push(
        { id: 'compare.next', title: 'Next prompt', group: 'Compare', keys: 'j', keysOnly: true, run: () => move(1) },
        {
          id: 'compare.previous',
          title: 'Previous prompt',
          group: 'Compare',
          keys: 'k',
          keysOnly: true,
          run: () => move(-1),
        },
      );
    }
    return list;
  }, [comparison, several, run, cancel, reseed, focusPrompt, move, exports, toggleHistory]);
  useCommands(commands);
}

function nextView(): void {
  const { view } = usePreferences.getState();
  prefer({ view: views[(views.indexOf(view) + 1) % views.length] ?? 'plain' });
}
