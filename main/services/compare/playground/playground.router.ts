import { z } from 'zod';
import { exportedText } from '../../../../preload/contract/compare.ts';
import { modelUse } from '../../../../preload/contract/models.ts';
import {
  answerAgainInput,
  askInput,
  begunAnswer,
  conversation,
  conversationIdInput,
  conversationSummary,
  exportConversationInput,
  goOnInput,
  listConversationsInput,
  messageInput,
  preset,
  presetIdInput,
  renameConversationInput,
  renamePresetInput,
  savePresetInput,
} from '../../../../preload/contract/playground.ts';
import { removed } from '../../../../preload/contract/removals.ts';
import { command, query, router } from '../../../base/procedure.ts';
import { auditedSettings } from './playground.rules.ts';
import type { Playground } from './playground.ts';

const ofMessage = (input: z.input<typeof messageInput>) => ({
  conversation: input.conversation,
  message: input.message,
});

/** Conversations with one model at a time, and presets of settings. */
export function createPlaygroundRouter(playground: Playground) {
  return router({
    /** A turn; its answer goes on as a job. NOT_FOUND; BAD_INPUT; CONFLICT while another answer of the conversation is under way. */
    ask: command
      .meta({
        facts: (input: z.input<typeof askInput>) => ({
          conversation: input.conversation ?? null,
          parent: input.parent ?? null,
          ...auditedSettings(input.settings),
        }),
      })
      .input(askInput)
      .output(begunAnswer)
      .mutation(({ input }) => playground.ask(input)),
    /** One more answer to a turn, beside those it has. NOT_FOUND; BAD_INPUT; CONFLICT. */
    answerAgain: command
      .meta({
        facts: (input: z.input<typeof answerAgainInput>) => ({
          conversation: input.conversation,
          parent: input.parent,
          ...auditedSettings(input.settings),
        }),
      })
      .input(answerAgainInput)
      .output(begunAnswer)
      .mutation(({ input }) => playground.answerAgain(input)),
    /** Goes on with an answer that was stopped, cut or broken off. NOT_FOUND; BAD_INPUT; CONFLICT when it is whole. */
    goOn: command
      .meta({
        facts: (input: z.input<typeof goOnInput>) => ({
          conversation: input.conversation,
          message: input.message,
          ...(input.settings && auditedSettings(input.settings)),
        }),
      })
      .input(goOnInput)
      .output(begunAnswer)
      .mutation(({ input }) => playground.goOn(input)),
    /** Makes a message the one that is looked at among its siblings. NOT_FOUND. */
    choose: command
      .meta({ facts: ofMessage })
      .input(messageInput)
      .mutation(({ input }) => playground.choose(input.conversation, input.message)),
    /** The tree, the messages of its path, then what changes, at most one message a frame. NOT_FOUND. */
    watch: query.input(conversationIdInput).subscription(async function* ({ input, signal }) {
      yield* playground.watch(input.id, signal ?? new AbortController().signal);
    }),
    /** NOT_FOUND. */
    get: query
      .input(conversationIdInput)
      .output(conversation)
      .query(({ input }) => playground.get(input.id)),
    /** Newest first, a page at a time. */
    list: query
      .input(listConversationsInput)
      .output(z.array(conversationSummary))
      .query(({ input }) => playground.list(input)),
    /** In how many conversations each model answered. */
    uses: query.output(z.array(modelUse)).query(() => playground.uses()),
    /** With null takes the name away. NOT_FOUND. */
    rename: command
      .meta({
        facts: (input: z.input<typeof renameConversationInput>) => ({
          conversation: input.id,
          named: input.name !== null,
        }),
      })
      .input(renameConversationInput)
      .mutation(({ input }) => playground.rename(input.id, input.name)),
    /** Hides it at once, deletes it for good when the time to undo that is over. NOT_FOUND; CONFLICT while an answer of it is under way. */
    remove: command
      .meta({ facts: (input: z.input<typeof conversationIdInput>) => ({ conversation: input.id }) })
      .input(conversationIdInput)
      .output(removed)
      .mutation(({ input }) => playground.remove(input.id)),
    /** The same with a message and all that follows it. NOT_FOUND; CONFLICT while an answer among them is under way. */
    removeMessage: command
      .meta({ facts: ofMessage })
      .input(messageInput)
      .output(removed)
      .mutation(({ input }) => playground.removeMessage(input.conversation, input.message)),
    /** All its branches as one text; a command, because it leaves the store in clear. NOT_FOUND; TOO_LARGE. */
    export: command
      .meta({
        facts: (input: z.input<typeof exportConversationInput>) => ({ conversation: input.id, format: input.format }),
      })
      .input(exportConversationInput)
      .output(exportedText)
      .mutation(({ input }) => playground.export(input.id, input.format)),
    /** Those that come with Assay first. */
    presets: query.output(z.array(preset)).query(() => playground.presets.list()),
    /** A new one, or with an id over that one. CONFLICT when another one has the name; NOT_FOUND. */
    savePreset: command
      .meta({ facts: (input: z.input<typeof savePresetInput>) => ({ preset: input.id ?? null }) })
      .input(savePresetInput)
      .output(preset)
      .mutation(({ input }) => playground.presets.save(input)),
    /** CONFLICT; NOT_FOUND; BAD_INPUT of one that comes with Assay. */
    renamePreset: command
      .meta({ facts: (input: z.input<typeof renamePresetInput>) => ({ preset: input.id }) })
      .input(renamePresetInput)
      .mutation(({ input }) => playground.presets.rename(input.id, input.name)),
    /** Hides it at once, deletes it when the time to undo that is over. NOT_FOUND; BAD_INPUT of one that comes with Assay. */
    removePreset: command
      .meta({ facts: (input: z.input<typeof presetIdInput>) => ({ preset: input.id }) })
      .input(presetIdInput)
      .output(removed)
      .mutation(({ input }) => playground.presets.remove(input.id)),
  });
}
