import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { describe, expect, it } from 'vitest';
import { askAgain } from '../../renderer/api/invalidation.ts';

describe('what changed on the host', () => {
  it('is asked for again, also where the first answer was under way and told of the time before', async () => {
    const queries = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
    let state = 'running';
    const answers: (() => void)[] = [];
    const asked = () => {
      const seen = state;
      return new Promise<string>((resolve) => answers.push(() => resolve(seen)));
    };
    const observer = new QueryObserver(queries, { queryKey: [['divergence', 'get']], queryFn: asked });
    const stop = observer.subscribe(() => undefined);
    await expect.poll(() => answers.length).toBe(1);

    state = 'failed';
    const done = askAgain(queries, { queryKey: [['divergence']] });
    answers[0]?.();
    await expect.poll(() => answers.length).toBe(2);
    answers[1]?.();
    await done;
    expect(observer.getCurrentResult().data).toBe('failed');

    state = 'done';
    const later = askAgain(queries, { queryKey: [['divergence']] });
    await expect.poll(() => answers.length).toBe(3);
    answers[2]?.();
    await later;
    expect(observer.getCurrentResult().data).toBe('done');
    // No more than once for each change.
    expect(answers).toHaveLength(3);
    stop();
    queries.clear();
  });
});
