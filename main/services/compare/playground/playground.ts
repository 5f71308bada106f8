import type { z } from 'zod';
import type { Model, ModelUse } from '../../../../preload/contract/models.ts';
import {
  type AskInput,
  type answerAgainInput,
  askInput,
  type BegunAnswer,
  type ChatAnswer,
  type ChatSettings,
  type Conversation,
  type ConversationEvent,
  type ConversationSummary,
  type goOnInput,
  type listConversationsInput,
} from '../../../../preload/contract/playground.ts';
import type { Removed } from '../../../../preload/contract/removals.ts';
import type { Changes } from '../../../base/changes.ts';
import { type Clock, systemClock } from '../../../base/clock.ts';
import { Fault } from '../../../base/fault.ts';
import type { FoundModel, Generating } from '../../../base/generation.ts';
import { newId } from '../../../base/ids.ts';
import type { JobQueue } from '../../../base/job.ts';
import { type Removals, removedAtOnce } from '../../../base/removals.ts';
import type { Store, WriteHandle } from '../../../db/store.ts';
import { askedColumn, excerptOf } from '../compare.rules.ts';
import type { ExportedText } from '../export.ts';
import type { AnswerHistory } from '../history.ts';
import { answerJob } from './answer.job.ts';
import { deleteBareTurns, deleteMessage } from './deletion.ts';
import { exportConversation } from './export.ts';
import { createLive } from './live.ts';
import * as queries from './playground.queries.ts';
import { canGoOn } from './playground.rules.ts';
import { createPresets, type Presets } from './presets.ts';
import { findConversations, requireConversation, requireMessage, treeOf } from './read.ts';
import { notHere, requireSchema, underWay } from './refusals.ts';
import { createRemoving } from './removing.ts';

export interface PlaygroundDependencies {
  /** Throws LOCKED or NO_STORE. */
  vault: { store(): Store };
  jobs: JobQueue & { clear(id: string): void };
  models: { list(): Model[]; resolve(reference: string): Promise<FoundModel> };
  engine: Generating;
  changes: Pick<Changes, 'announce'>;
  /** Where every answer is written down, too. Default: nowhere. */
  history?: AnswerHistory;
  /** Default: what is removed goes at once. */
  removals?: Removals;
  /** Default: the system's. */
  clock?: Clock;
}

/** Conversations with one model at a time, as trees: what is asked anew or edited stands beside what was there. */
export interface Playground {
  /** A turn and its answer under way, both committed when this returns. NOT_FOUND; BAD_INPUT of the schema or the place; CONFLICT while another answer of it is under way. */
  ask(input: AskInput): BegunAnswer;
  /** One more answer to a turn. NOT_FOUND; BAD_INPUT; CONFLICT. */
  answerAgain(input: z.output<typeof answerAgainInput>): BegunAnswer;
  /** Goes on with an answer that was stopped, cut or broken off, exactly behind its last token. NOT_FOUND; BAD_INPUT; CONFLICT when it is whole. */
  goOn(input: z.output<typeof goOnInput>): BegunAnswer;
  /** Makes a message the one that is looked at among its siblings. NOT_FOUND. */
  choose(conversation: string, message: string): void;
  /** The tree and the messages of its path, then what changes, at most one message a frame; ends with the signal or when it is deleted. NOT_FOUND. */
  watch(id: string, signal: AbortSignal): AsyncIterable<ConversationEvent>;
  /** As it stands now, an answer under way included. NOT_FOUND. */
  get(id: string): Conversation;
  list(input: z.output<typeof listConversationsInput>): ConversationSummary[];
  /** In how many conversations each model answered. */
  uses(): ModelUse[];
  /** `null` takes the name away. NOT_FOUND. */
  rename(id: string, name: string | null): void;
  /** Hidden at once, deleted with its answers in the history when the time to undo it is over. NOT_FOUND; CONFLICT while an answer of it is under way. */
  remove(id: string): Removed;
  /** The same with a message, all that follows it, and what of it is in the history; a conversation with nothing left goes, too. NOT_FOUND; CONFLICT while an answer among them is under way. */
  removeMessage(conversation: string, message: string): Removed;
  /** All its branches as one text. NOT_FOUND; TOO_LARGE. */
  export(id: string, format: 'markdown' | 'json'): ExportedText;
  presets: Presets;
}

export function createPlayground({
  vault,
  jobs,
  models,
  engine,
  changes,
  history,
  removals = removedAtOnce,
  clock = systemClock,
}: PlaygroundDependencies): Playground {
  const live = createLive();
  const kind = answerJob({ vault, models, engine, changes, live, history, clock });
  jobs.register(kind);
  history?.onRemoved((write, { origin, place }) => {
    if (!deleteMessage(write, place)) return;
    // A turn that an answer under way still needs goes when that is settled.
    const turns = isBusy(origin) ? [] : deleteBareTurns(write, origin);
    vault.store().afterCommit(() => tell(origin, [place, ...turns]));
  });

  function tell(conversation: string, again: readonly string[] = []): void {
    live.changed(conversation, again);
    changes.announce('playground');
  }

  /** An answer that waits for its job counts as well. */
  function isBusy(id: string): boolean {
    if (live.isUnderWay(id)) return true;
    const { read } = vault.store();
    const jobIds = queries.selectWaitingJobs(read, id);
    return jobIds.some((job) => ['queued', 'running'].includes(jobs.stateOf(job) ?? ''));
  }

  /** What an earlier answer left on the list of jobs goes once it has no news: a conversation would fill that. */
  function clearEnded(job: string | null): void {
    const state = job === null ? null : jobs.stateOf(job);
    if (job !== null && state !== null && state !== 'queued' && state !== 'running') jobs.clear(job);
  }

  function requireIdle(id: string): void {
    if (isBusy(id)) throw underWay();
  }

  const removing = createRemoving({ vault, removals, history, isBusy, tell });

  /** Puts an answer under a turn and starts its job. */
  function begin(
    write: WriteHandle,
    conversation: { id: string; sequence: number },
    turn: number,
    settings: ChatSettings,
  ): BegunAnswer {
    const id = newId(clock.now());
    for (const job of queries.selectEndedJobs(write, conversation.sequence)) clearEnded(job);
    const jobId = jobs.start(kind, { conversation: conversation.id, message: id });
    const sequence = queries.insertMessage(write, {
      conversation: conversation.sequence,
      id,
      parent: turn,
      createdAt: now(),
      text: '',
      answer: openAnswer(settings, jobId),
    });
    queries.choose(write, conversation.sequence, { parent: turn, sequence });
    queries.updateMoment(write, conversation.sequence, now());
    return { conversation: conversation.id, answer: id, jobId };
  }

  function openAnswer(settings: ChatSettings, jobId: string): ChatAnswer {
    const { model: reference } = settings;
    const known = models.list().find((model) => model.id === reference || model.path === reference);
    const { modelId, name, quantization } = askedColumn(reference, known);
    return {
      state: 'waiting',
      loadProgress: null,
      model: { reference, id: modelId, name, quantization },
      settings,
      tokens: [],
      stats: null,
      context: null,
      error: null,
      continuedAt: [],
      jobId,
    };
  }

  const now = () => new Date(clock.now()).toISOString();

  /** A message of this conversation, as its tree knows it. */
  function requireNode(conversation: number, id: string) {
    const node = queries.selectNodes(vault.store().read, conversation).find((one) => one.id === id);
    if (node !== undefined) return node;
    throw new Fault('NOT_FOUND', 'This message is no longer in the store.', { facts: { message: id } });
  }

  function ask(input: AskInput): BegunAnswer {
    const { conversation: asked, parent, text, settings } = askInput.parse(input);
    requireSchema(settings.schema);
    const store = vault.store();
    const known = asked === undefined ? null : requireConversation(store.read, asked);
    if (known === null && parent !== null) throw notHere('a first turn follows no answer');
    if (known !== null) requireIdle(known.id);
    const above = known === null || parent === null ? null : requireNode(known.sequence, parent);
    if (above?.role === 'user') throw notHere('a turn follows an answer, and this one is a turn');
    const begun = store.transaction((write) => {
      const id = known?.id ?? newId(clock.now());
      const sequence = known?.sequence ?? queries.insertConversation(write, id, excerptOf([text]), now());
      const turn = queries.insertMessage(write, {
        conversation: sequence,
        id: newId(clock.now()),
        parent: above?.sequence ?? null,
        createdAt: now(),
        text,
        answer: null,
      });
      queries.choose(write, sequence, { parent: above?.sequence ?? null, sequence: turn });
      return begin(write, { id, sequence }, turn, settings);
    });
    tell(begun.conversation);
    return begun;
  }

  return {
    ask,
    answerAgain({ conversation, parent, settings }) {
      requireSchema(settings.schema);
      const store = vault.store();
      const row = requireConversation(store.read, conversation);
      requireIdle(conversation);
      const turn = requireNode(row.sequence, parent);
      if (turn.role !== 'user') throw notHere('an answer stands under a turn of yours, and this one is an answer');
      if (requireMessage(store.read, parent).text === '') throw notHere('this turn was deleted in Prompts');
      const begun = store.transaction((write) => begin(write, row, turn.sequence, settings));
      tell(conversation);
      return begun;
    },
    goOn({ conversation, message: id, settings }) {
      requireSchema(settings?.schema);
      const store = vault.store();
      const row = requireConversation(store.read, conversation);
      requireIdle(conversation);
      const node = requireNode(row.sequence, id);
      const { answer, text } = requireMessage(store.read, id);
      if (answer === null || !canGoOn(answer)) {
        throw new Fault(
          'CONFLICT',
          'This answer is whole: there is nothing to go on with. Ask for another one instead.',
        );
      }
      const isEmpty = answer.tokens.length === 0;
      const jobId = store.transaction((write) => {
        clearEnded(answer.jobId);
        const job = jobs.start(kind, { conversation, message: id });
        const next = settings !== undefined && isEmpty ? openAnswer(settings, job) : { ...answer, jobId: job };
        queries.updateAnswer(write, id, text, { ...next, state: 'waiting' });
        queries.choose(write, row.sequence, node);
        return job;
      });
      tell(conversation);
      return { conversation, answer: id, jobId };
    },
    choose(conversation, message) {
      const store = vault.store();
      const row = requireConversation(store.read, conversation);
      const node = requireNode(row.sequence, message);
      store.transaction((write) => queries.choose(write, row.sequence, node));
      tell(conversation);
    },
    async *watch(id, signal) {
      requireConversation(vault.store().read, id);
      const reader = {
        tree() {
          const { read } = vault.store();
          const row = queries.selectConversation(read, id);
          return row && treeOf(read, row);
        },
        message: (message: string) => requireMessage(vault.store().read, message),
      };
      yield* live.watch(id, reader, signal);
    },
    get(id) {
      const { read } = vault.store();
      const tree = treeOf(read, requireConversation(read, id));
      return { ...tree, messages: tree.path.map((one) => live.find(one) ?? requireMessage(read, one)) };
    },
    list: (input) => findConversations(vault.store().read, input),
    uses: () => queries.selectModelUses(vault.store().read),
    rename(id, name) {
      const store = vault.store();
      requireConversation(store.read, id);
      store.transaction((write) => queries.updateName(write, id, name));
      tell(id);
    },
    ...removing,
    export(id, format) {
      const { read } = vault.store();
      const row = requireConversation(read, id);
      return exportConversation(
        treeOf(read, row),
        (message) => live.find(message) ?? requireMessage(read, message),
        format,
      );
    },
    presets: createPresets({ vault, changes, removals, clock }),
  };
}
