import { notifications } from '@mantine/notifications';
import { useMemo } from 'react';
import type { DatasetWithItems } from '../../../preload/contract/prompts.ts';
import { failureOf } from '../../api/index.ts';
import { type Command, draft, prefer, useCommands } from '../../ui-state/index.ts';
import { useDatasets } from './data.ts';

/** Few enough to look at, and the same ones each time. */
const most = 60;

/** In the palette: the prompts of a data set, put into the editor. */
export function useDatasetCommands(): void {
  const { datasets, read } = useDatasets();
  // biome-ignore lint/correctness/useExhaustiveDependencies: `read` asks the one client of the page
  const commands = useMemo(
    () =>
      datasets.map(
        ({ id, name, description }): Command => ({
          id: `compare.dataset.${id}`,
          title: `Ask the prompts of “${name}”`,
          group: 'Compare',
          keywords: `data set import ${description}`,
          run: () => void read(id).then(takeIn, notTaken),
        }),
      ),
    [datasets],
  );
  useCommands(commands);
}

function takeIn(dataset: DatasetWithItems): void {
  const prompts = spreadOver(promptsOf(dataset), most);
  draft({ text: prompts.join('\n'), system: '', pinned: [] });
  prefer({ splitting: 'lines' });
  notifications.show({
    message: `${prompts.length} of the ${dataset.itemCount} prompts of “${dataset.name}”, spread over its groups, stand in the editor.`,
  });
}

function notTaken(thrown: unknown): void {
  notifications.show({ title: 'The data set could not be read', message: failureOf(thrown).message, color: 'red' });
}

/** What one line can hold: a single turn without a system prompt. */
function promptsOf({ items }: DatasetWithItems): string[] {
  return items.flatMap(({ turns, system }) => {
    const [only] = turns;
    return turns.length === 1 && system === null && only !== undefined && !only.includes('\n') ? [only] : [];
  });
}

/** `count` of them at even distances, in their order. */
function spreadOver(prompts: readonly string[], count: number): string[] {
  if (prompts.length <= count) return [...prompts];
  return Array.from({ length: count }, (_, at) => prompts[Math.floor((at * prompts.length) / count)] ?? '');
}
