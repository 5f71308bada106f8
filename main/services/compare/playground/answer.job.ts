import { z } from 'zod';
import type { JobState } from '../../../../preload/contract/jobs.ts';
import type { ChatAnswer, ChatMessage } from '../../../../preload/contract/playground.ts';
import type { Changes } from '../../../base/changes.ts';
import type { Clock } from '../../../base/clock.ts';
import { Fault, fromErrorData, toErrorData } from '../../../base/fault.ts';
import type { FoundModel, GenerateEvent, GenerateRequest, Generating } from '../../../base/generation.ts';
import type { JobKind, JobWork } from '../../../base/job.ts';
import type { Store } from '../../../db/store.ts';
import { foundColumn } from '../compare.rules.ts';
import type { AnswerHistory } from '../history.ts';
import { roundToken } from '../tokens.rules.ts';
import { deleteBareTurns } from './deletion.ts';
import type { Live } from './live.ts';
import * as queries from './playground.queries.ts';
import {
  branchTo,
  canGoOn,
  firmTokens,
  inWordsOfChat,
  joinStats,
  textOf,
  timeSpent,
  tokensLeft,
  turnsOf,
} from './playground.rules.ts';
import { requireConversation, requireMessage } from './read.ts';
import { underWay } from './refusals.ts';

const answerInput = z.object({ conversation: z.string(), message: z.string() });
export type AnswerInput = z.infer<typeof answerInput>;

export interface AnswerDependencies {
  vault: { store(): Store };
  models: { resolve(reference: string): Promise<FoundModel> };
  engine: Generating;
  changes: Pick<Changes, 'announce'>;
  live: Live;
  history?: AnswerHistory | undefined;
  clock: Clock;
}

/** What was said so far is written at most this often, in milliseconds, so that little is lost when the process dies. */
const keepEveryMs = 1000;

/** The job behind one answer. It begins where the answer stopped, so a resume goes on with it. */
export function answerJob(dependencies: AnswerDependencies): JobKind<AnswerInput> {
  return {
    kind: 'playground.answer',
    lane: 'interactive',
    recovery: 'resume',
    input: answerInput,
    title: () => 'Answer in the playground',
    subject: ({ conversation }) => conversation,
    run: (work) => runAnswer(dependencies, work),
    settled: (input, state) => settleRest(dependencies, input, state),
  };
}

async function runAnswer(dependencies: AnswerDependencies, work: JobWork<AnswerInput>): Promise<void> {
  const { vault, models, engine, live } = dependencies;
  const { conversation, message: id } = work.input;
  const { signal } = work;
  const store = vault.store();
  if (live.isUnderWay(conversation)) throw underWay();
  const message = requireMessage(store.read, id);
  const { answer } = message;
  if (answer === null || !(answer.state === 'waiting' || canGoOn(answer))) return;
  const { settings } = answer;
  const had = firmTokens(answer.tokens, settings.sampler.stop);
  const before = answer.stats;
  const came = answer.tokens.length;
  const branch = branchOf(store, conversation, message);
  Object.assign(message, { text: textOf(had) });
  Object.assign(answer, {
    state: 'waiting',
    jobId: work.id,
    tokens: [...had],
    stats: null,
    error: null,
    continuedAt: [...answer.continuedAt.filter((index) => index < had.length), ...(had.length > 0 ? [had.length] : [])],
  } satisfies Partial<ChatAnswer>);
  live.begin(conversation, message);
  const spent = timeSpent(before, had);
  let keptAt = performance.now();

  function take(event: GenerateEvent, answer: ChatAnswer): void {
    switch (event.type) {
      case 'loading':
        answer.state = 'loading';
        answer.loadProgress = event.progress;
        break;
      case 'started':
        answer.state = 'running';
        answer.loadProgress = null;
        // Of an answer that goes on, this is told of its beginning, as TTFT is.
        answer.context = {
          size: event.contextSize,
          used: event.promptTokens,
          kept: had.length > 0 ? (answer.context?.kept ?? 0) : event.keptTokens,
        };
        break;
      case 'tokens':
        for (const token of event.tokens) {
          answer.tokens.push(roundToken({ ...token, ms: token.ms + spent }));
          message.text += token.text;
        }
        if (answer.context) answer.context.used += event.tokens.length;
        keepNowAndThen();
        break;
      case 'done':
        answer.stats = joinStats(before, had, answer.tokens, answer.continuedAt, event.stats);
    }
    live.touch(message, event.type === 'tokens' ? 'tokens' : 'state');
  }

  function keepNowAndThen(): void {
    if (performance.now() - keptAt < keepEveryMs || live.find(id) !== message) return;
    keptAt = performance.now();
    keep(store, message);
  }

  try {
    const model = await models.resolve(settings.model);
    signal.throwIfAborted();
    const { modelId, name, quantization, version } = foundColumn(settings.model, model);
    answer.model = { reference: settings.model, id: modelId, name, quantization, version };
    const { system, sampler, schema, alternatives, contextSize, threads } = settings;
    const request: GenerateRequest = {
      model,
      messages: turnsOf(branch),
      written: had.map((token) => token.id),
      reuse: true,
      system,
      sampler: { ...sampler, maxTokens: tokensLeft(came, had.length, sampler.maxTokens) },
      schema,
      alternatives,
      contextSize,
      threads,
    };
    for await (const event of engine.generate(request, signal)) {
      if (live.find(id) !== message) break;
      take(event, answer);
    }
    signal.throwIfAborted();
    if (answer.stats === null)
      throw new Fault('INTERNAL', 'The engine ended the answer without saying how. Try again.');
    answer.state = answer.stats.stopReason === 'cancelled' ? 'cancelled' : 'done';
  } catch (thrown) {
    signal.throwIfAborted();
    answer.error = inWordsOfChat(toErrorData(thrown));
    answer.state = 'failed';
  }
  try {
    settle(dependencies, conversation, message);
  } finally {
    live.end(message);
  }
  if (answer.error !== null) throw fromErrorData(answer.error);
}

/** The turns before an answer. */
function branchOf(store: Store, conversation: string, message: ChatMessage): ChatMessage[] {
  const nodes = queries.selectNodes(store.read, requireConversation(store.read, conversation).sequence);
  const own = nodes.find(({ id }) => id === message.id);
  return branchTo(nodes, own?.parent ?? -1).map(({ id }) => requireMessage(store.read, id));
}

function keep(store: Store, { id, text, answer }: ChatMessage): void {
  if (answer !== null) store.transaction((write) => queries.updateAnswer(write, id, text, answer));
}

/** Commits a settled answer together with its entry in the history, then tells those who watch. */
function settle(
  { vault, live, changes, history, clock }: AnswerDependencies,
  conversation: string,
  message: ChatMessage,
): void {
  const { answer } = message;
  if (answer === null) return;
  answer.loadProgress = null;
  const store = vault.store();
  const row = queries.selectConversation(store.read, conversation);
  if (row !== undefined) {
    const branch = branchOf(store, conversation, message);
    const question = branch.at(-1);
    let turns: string[] = [];
    store.transaction((write) => {
      queries.updateAnswer(write, message.id, message.text, answer);
      queries.updateMoment(write, row.sequence, new Date(clock.now()).toISOString());
      turns = deleteBareTurns(write, conversation);
      const { state, model, settings, stats } = answer;
      if (!(state === 'done' || state === 'failed' || state === 'cancelled')) return;
      const { system = null, model: _, ...rest } = settings;
      history?.record(write, {
        source: 'playground',
        origin: conversation,
        place: message.id,
        at: clock.now(),
        title: row.name,
        model,
        system,
        prompt: question?.text ?? '',
        messagesBefore: Math.max(0, branch.length - 1),
        answer: message.text,
        settings: rest,
        state,
        stats,
      });
    });
    if (turns.length > 0) live.changed(conversation, turns);
  }
  live.end(message);
  changes.announce('playground');
}

/** What a job left open: the answer keeps what it has. */
function settleRest(dependencies: AnswerDependencies, input: AnswerInput, state: JobState): void {
  const { vault, live, changes } = dependencies;
  const message = live.find(input.message) ?? queries.selectMessage(vault.store().read, input.message);
  const isOpen = message?.answer != null && ['waiting', 'loading', 'running'].includes(message.answer.state);
  // One that failed because another answer of the conversation is under way leaves that alone.
  if (message?.answer == null || !isOpen || (state === 'failed' && live.find(input.message) !== undefined)) return;
  message.answer.state = 'cancelled';
  try {
    settle(dependencies, input.conversation, message);
  } finally {
    live.end(message);
    changes.announce('playground');
  }
}
