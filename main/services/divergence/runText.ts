import { basename } from 'node:path';
import type { DivergenceSettings } from '../../../preload/contract/divergence.ts';
import type { DatasetWithItems } from '../../../preload/contract/prompts.ts';
import { Fault } from '../../base/fault.ts';
import type * as queries from './divergence.queries.ts';
import { conversationsOf, plainText } from './text.rules.ts';

/** The data set that the built-in sample text is made of. */
const sampleTasks = 'sample:held-out-tasks';

/** What a run reads, as it is kept with it. BAD_INPUT of a data set without an answer that is known word for word; NOT_FOUND. */
export async function textOf(
  { text, base }: DivergenceSettings,
  datasets: { dataset(id: string): Promise<DatasetWithItems> },
): Promise<Pick<queries.NewRun, 'textKind' | 'textName' | 'text' | 'notes'>> {
  if (base?.use === 'read') return { textKind: 'base file', textName: basename(base.file), text: null, notes: [] };
  if (text.kind === 'text') return { textKind: 'text', textName: text.name, text: text.text, notes: [] };
  if (text.kind === 'sample' && base?.use === 'write') {
    // A base file holds a plain text; the model, which knows its chat format alone, hardly predicts that.
    const { items } = await datasets.dataset(sampleTasks);
    return {
      textKind: 'sample',
      textName: 'Sample tasks as plain text',
      text: plainText(items),
      notes: [
        'A base file holds a plain text, so the sample tasks were measured as one and not as answers in a chat: the numbers are others than those of the sample answers.',
      ],
    };
  }
  if (text.kind === 'sample') {
    const { items } = await datasets.dataset(sampleTasks);
    return {
      textKind: 'dataset',
      textName: 'Sample answers',
      text: JSON.stringify(conversationsOf(items)),
      notes: [],
    };
  }
  const { name, items } = await datasets.dataset(text.dataset);
  const chats = conversationsOf(items, text.items);
  const left = items.length - conversationsOf(items).length;
  if (chats.length === 0) {
    throw new Fault(
      'BAD_INPUT',
      `Of no item of “${name}” the answer is known word for word, so there is nothing to score. Choose another data set or a text.`,
    );
  }
  const notes =
    left === 0 ? [] : [`${left} of ${items.length} items were left out: their answers are not known word for word.`];
  return { textKind: 'dataset', textName: name, text: JSON.stringify(chats), notes };
}
