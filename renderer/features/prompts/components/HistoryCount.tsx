import { useDebouncedValue } from '@mantine/hooks';
import { counted } from '../../../lib/numbers.ts';
import { useCount } from '../data.ts';
import type { HistoryFilter } from '../shapes.ts';

/** How many are found: by itself, so that a count that comes draws nothing else anew. */
export function HistoryCount({ answered, isFiltered }: { answered: HistoryFilter | null; isFiltered: boolean }) {
  // Counted once the rows are there and no further letter came: the host does one thing at a time, and the next rows would wait.
  const [settled] = useDebouncedValue(answered, 60);
  const found = useCount(settled);
  return <span role="status">{statusWords(found?.count, found?.exact, isFiltered)}</span>;
}

function statusWords(count: number | undefined, exact: boolean | undefined, isFiltered: boolean): string {
  if (count === undefined) return '';
  const number = counted(count);
  const answers = count === 1 && exact ? 'answer' : 'answers';
  return `${exact ? '' : 'More than '}${number} ${answers}${isFiltered ? ' found' : ''}`;
}
