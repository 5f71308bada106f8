import { notifications } from '@mantine/notifications';
import { useMemo } from 'react';
import { useApi } from '../../api/index.ts';
import { offerUndo } from '../../design/index.ts';
import { copyText, saveText } from '../../lib/desktop.ts';
import { legible } from '../../lib/legible.ts';
import { plural } from '../../lib/numbers.ts';
import { defaultPreferences, draft, go, prefer } from '../../ui-state/index.ts';
import { say } from './data.ts';
import { modelAgain } from './modelAgain.ts';
import type { HistoryDetail, HistoryFilter, RouterInputs } from './shapes.ts';

export interface HistoryActions {
  /** Hides at once and offers to undo. `hidden`: called with the ids when it is done, and again when it is undone. */
  remove(ids: string[], whole: boolean): Promise<void>;
  removeMatching(filter: HistoryFilter): Promise<void>;
  /** Takes the last deletion back, as long as that is possible. */
  undo(): void;
  save(format: 'jsonl' | 'markdown', what: { ids: string[] } | { matching: HistoryFilter }): Promise<void>;
  copy(entry: HistoryDetail): Promise<void>;
  openInCompare(entry: HistoryDetail): Promise<void>;
  openOrigin(entry: HistoryDetail): void;
}

/** What can be done with entries of the history. */
export function useHistoryActions(changed: (ids: string[] | null) => void): HistoryActions {
  const { client } = useApi();
  return useMemo(() => {
    let last: { token: number; note: string; ids: string[] | null } | null = null;

    function undo(): void {
      if (last === null) return;
      const { token, note, ids } = last;
      last = null;
      notifications.hide(note);
      client.prompts.bringBack.mutate({ token }).then(() => changed(ids), say('It could not be brought back'));
    }

    async function removeThese(
      input: Parameters<typeof client.prompts.remove.mutate>[0],
      ids: string[] | null,
    ): Promise<void> {
      try {
        const { token, count, until } = await client.prompts.remove.mutate(input);
        changed(ids);
        const note = offerUndo(`${plural(count, 'answer')} deleted.`, undo, until);
        last = { token, note, ids };
      } catch (thrown) {
        say('Nothing was deleted')(thrown);
      }
    }

    return {
      remove: (ids, whole) => removeThese({ ids, whole }, whole ? null : ids),
      removeMatching: (filter) => removeThese({ matching: filter }, null),
      undo,
      async save(format, what) {
        try {
          const parts: string[] = [];
          let after: string | undefined;
          let about = { fileName: '', mediaType: '' };
          let count = 0;
          do {
            const input: RouterInputs['export'] = { format, ...what, after };
            const part = await client.prompts.export.mutate(input);
            parts.push(part.text);
            count += part.count;
            about = part;
            after = part.next ?? undefined;
          } while (after !== undefined);
          const kept = await saveText(about.fileName, parts.join(''), about.mediaType);
          if (kept !== null)
            notifications.show({
              message: `${plural(count, 'answer')} exported to ${kept}. The file is not encrypted.`,
            });
        } catch (thrown) {
          say('The export failed')(thrown);
        }
      },
      async copy({ promptText, answerText }) {
        const copied = await copyText(`${promptText}\n\n${answerText}\n`);
        notifications.show({ message: copied ? 'Prompt and answer copied.' : 'The system did not allow copying.' });
      },
      async openInCompare(entry) {
        try {
          const { families } = await client.models.library.query();
          const model = modelAgain(
            entry.model,
            families.flatMap(({ variants }) => variants),
          );
          takeIntoCompare(entry, model === 'gone' ? null : model);
          go({ screen: 'compare', id: null });
          const alone = aloneWords(entry);
          if (alone !== null) notifications.show({ message: alone, autoClose: 12_000 });
          if (model === 'gone') notifications.show({ message: goneWords(entry.model), autoClose: 12_000 });
        } catch (thrown) {
          say('It could not be opened in Compare')(thrown);
        }
      },
      openOrigin: ({ source, origin }) =>
        go({ screen: 'compare', id: origin, tab: source === 'playground' ? 'playground' : 'answers' }),
    };
  }, [client, changed]);
}

function goneWords({ name, quantization }: HistoryDetail['model']): string {
  return `${legible(name)} ${quantization} is not in the list of models any more. The models that Compare had stay as they are; add its file again to ask it.`;
}

/** Compare asks one prompt and no conversation. Null: the answer was given to its prompt alone, or that is not known. */
function aloneWords({ messagesBefore, source }: HistoryDetail): string | null {
  if (messagesBefore === null || messagesBefore === 0) return null;
  const there = source === 'playground' ? ' Its conversation in the Playground has them.' : '';
  return `Compare asks this prompt alone, without the ${plural(messagesBefore, 'message')} before it.${there}`;
}

/** Prompt, system prompt and sampler go into the editor; the model too, where it can be asked. */
function takeIntoCompare({ promptText, system, settings, source }: HistoryDetail, model: string | null): void {
  const { sampler, schema } = settings;
  const { stop, ...sampled } = isRecord(sampler) ? sampler : {};
  const numbers = Object.entries(sampled).filter(
    ([name, value]) => name in defaultPreferences.sampler && typeof value === 'number',
  );
  const stops = Array.isArray(stop) ? stop.filter((one) => typeof one === 'string') : [];
  draft({
    text: promptText,
    system: system ?? '',
    schema: typeof schema === 'string' ? schema : '',
    stop: stops,
    pinned: [],
  });
  prefer({
    splitting: 'one',
    ...(source === 'import' ? {} : { sampler: { ...defaultPreferences.sampler, ...Object.fromEntries(numbers) } }),
    ...(model === null ? {} : { models: [model] }),
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
