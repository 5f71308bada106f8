import { notifications } from '@mantine/notifications';
import { keepPreviousData, skipToken, useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { AssayErrorData } from '../../../../preload/contract/errors.ts';
import type { AskInput, PresetSettings } from '../../../../preload/contract/playground.ts';
import { failureOf, useApi, useConnection, useSubscription } from '../../../api/index.ts';
import { applyEvent, type ShownConversation } from './live.ts';

/** For what is asked from a place that has none of its own for a failure. */
function say(title: string): (error: Error) => void {
  return (error) => notifications.show({ title, message: failureOf(error).message, color: 'red', autoClose: 12_000 });
}

/** The last hundred that hold these words. */
export function useConversations(search: string) {
  const { options } = useApi();
  const query = useQuery({
    ...options.playground.list.queryOptions({ search, limit: 100 }),
    placeholderData: keepPreviousData,
  });
  return { conversations: query.data, problem: query.error && failureOf(query.error), retry: query.refetch };
}

interface Watched {
  of: string | null;
  conversation: ShownConversation | null;
  problem: AssayErrorData | null;
}

const gone: AssayErrorData = { code: 'NOT_FOUND', message: 'This conversation was deleted.' };

/** The conversation as it stands and as it grows. */
export function useConversation(id: string | null): Omit<Watched, 'of'> & { retry(): void } {
  const { options } = useApi();
  const { openings } = useConnection();
  const [watched, setWatched] = useState<Watched>({ of: null, conversation: null, problem: null });
  const { reset } = useSubscription(
    options.playground.watch.subscriptionOptions(id === null ? skipToken : { id }, {
      onData: (event) =>
        setWatched((before) => ({
          of: id,
          conversation: applyEvent(before.of === id ? before.conversation : null, event),
          problem: event.type === 'gone' ? gone : null,
        })),
      onError: (error) =>
        setWatched((before) => ({
          of: id,
          conversation: before.of === id ? before.conversation : null,
          problem: failureOf(error),
        })),
    }),
  );
  // A watch that ended with the line does not begin anew by itself.
  // biome-ignore lint/correctness/useExhaustiveDependencies: begins anew with each opening of the connection
  useEffect(() => {
    if (openings > 1) reset();
  }, [openings]);
  const { conversation, problem } = watched.of === id ? watched : { conversation: null, problem: null };
  return { conversation, problem, retry: reset };
}

/** What a person does with a conversation. Failures of the first three stand where they were asked for. */
export function useChat() {
  const { client } = useApi();
  const ask = useMutation({ mutationFn: (input: AskInput) => client.playground.ask.mutate(input) });
  const answerAgain = useMutation({
    mutationFn: (input: { conversation: string; parent: string; settings: AskInput['settings'] }) =>
      client.playground.answerAgain.mutate(input),
  });
  const goOn = useMutation({
    mutationFn: (input: { conversation: string; message: string; settings?: AskInput['settings'] }) =>
      client.playground.goOn.mutate(input),
  });
  const choose = useMutation({
    mutationFn: (input: { conversation: string; message: string }) => client.playground.choose.mutate(input),
    onError: say('The other branch was not opened'),
  });
  const stop = useMutation({
    mutationFn: (job: string) => client.jobs.cancel.mutate({ id: job }),
    onError: say('The answer was not stopped'),
  });
  const failed = [ask, answerAgain, goOn].find(({ error }) => error !== null)?.error ?? null;
  return {
    ask,
    answerAgain,
    goOn,
    choose,
    stop,
    problem: failed && failureOf(failed),
    isPending: ask.isPending || answerAgain.isPending || goOn.isPending,
    forgetProblem() {
      for (const { reset, error } of [ask, answerAgain, goOn]) if (error !== null) reset();
    },
  };
}

export function useRenameConversation() {
  const { client } = useApi();
  return useMutation({
    mutationFn: (input: { id: string; name: string | null }) => client.playground.rename.mutate(input),
    onError: say('The conversation keeps its name'),
  });
}

export function useRemoveConversation() {
  const { client } = useApi();
  return useMutation({
    mutationFn: (id: string) => client.playground.remove.mutate({ id }),
    onError: say('The conversation was not deleted'),
  });
}

/** With all that follows it. */
export function useRemoveMessage() {
  const { client } = useApi();
  return useMutation({
    mutationFn: (input: { conversation: string; message: string }) => client.playground.removeMessage.mutate(input),
    onError: say('The message was not deleted'),
  });
}

export function useExportConversation() {
  const { client } = useApi();
  return useMutation({
    mutationFn: (input: { id: string; format: 'markdown' | 'json' }) => client.playground.export.mutate(input),
  });
}

const none: never[] = [];

export function usePresets() {
  const { client, options } = useApi();
  const query = useQuery(options.playground.presets.queryOptions());
  const save = useMutation({
    mutationFn: (input: { id?: string; name: string; settings: PresetSettings }) =>
      client.playground.savePreset.mutate(input),
    onError: say('The preset was not saved'),
  });
  const rename = useMutation({
    mutationFn: (input: { id: string; name: string }) => client.playground.renamePreset.mutate(input),
    onError: say('The preset keeps its name'),
  });
  const remove = useMutation({
    mutationFn: (id: string) => client.playground.removePreset.mutate({ id }),
    onError: say('The preset was not deleted'),
  });
  return { presets: query.data ?? none, save, rename, remove };
}
