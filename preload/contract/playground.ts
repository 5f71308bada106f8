import { z } from 'zod';
import { generationStats, sampler, token } from './engine.ts';
import { assayErrorData } from './errors.ts';
import { fileVersion, modelReference } from './models.ts';
import { givenName } from './names.ts';

const id = z.string().min(1).max(100);

/** How an answer is asked for. */
export const chatSettings = z.object({
  model: modelReference,
  system: z.string().max(200_000).optional(),
  sampler: sampler.prefault({}),
  /** A JSON schema, as text, that the answer must obey. */
  schema: z.string().max(100_000).optional(),
  /** How many alternatives to keep at each token. */
  alternatives: z.number().int().min(0).max(20).default(0),
  /** Default: that of the engine's settings, bounded by what the model was trained on. */
  contextSize: z.number().int().min(16).max(10_000_000).optional(),
  threads: z.number().int().min(1).max(256).optional(),
});
export type ChatSettings = z.output<typeof chatSettings>;
export type ChatSettingsInput = z.input<typeof chatSettings>;

/** The model of an answer, as it was then. */
export const chatModel = z.object({
  reference: modelReference,
  /** Null until it is found. */
  id: z.string().nullable(),
  name: z.string(),
  quantization: z.string(),
  /** The file that answers; absent until it is found. */
  version: fileVersion.optional(),
});

export const answerState = z.enum(['waiting', 'loading', 'running', 'done', 'failed', 'cancelled']);

/** What an answer has beside its text. */
export const chatAnswer = z.object({
  state: answerState,
  /** Share of the model that is loaded, 0 to 1, while loading. */
  loadProgress: z.number().nullable(),
  model: chatModel,
  settings: chatSettings,
  tokens: z.array(token),
  /** Of all its pieces together: TTFT is that of the first, times do not count the pauses between them. */
  stats: generationStats.nullable(),
  /**
   * Tokens that the context holds, how many of them the conversation and this answer take, and how many of the conversation the engine
   * had in its cache from before; null until the answer began.
   */
  context: z.object({ size: z.number().int(), used: z.number().int(), kept: z.number().int().default(0) }).nullable(),
  error: assayErrorData.nullable(),
  /** Indexes of the tokens with which it went on after it had stopped. */
  continuedAt: z.array(z.number().int()),
  /** By which it can be stopped while it waits or runs. */
  jobId: z.string().nullable(),
});
export type ChatAnswer = z.infer<typeof chatAnswer>;

/** A turn of a conversation. `answer` is null in a turn of the person. */
export const chatMessage = z.object({
  id: z.string(),
  parent: z.string().nullable(),
  createdAt: z.string(),
  text: z.string(),
  answer: chatAnswer.nullable(),
});
export type ChatMessage = z.infer<typeof chatMessage>;

/** What of each message of a conversation makes its tree. Siblings stand in the order in which they were made. */
export const chatNode = z.object({
  id: z.string(),
  parent: z.string().nullable(),
  role: z.enum(['user', 'assistant']),
});

export const conversationSummary = z.object({
  id: z.string(),
  /** Given by a person; null until then. */
  name: z.string().nullable(),
  /** The beginning of the first turn. */
  excerpt: z.string(),
  createdAt: z.string(),
  /** When the last message came. */
  updatedAt: z.string(),
  /** In all branches. */
  messageCount: z.number().int(),
});
export type ConversationSummary = z.infer<typeof conversationSummary>;

/** A conversation without its messages: all branches, and the one that is looked at. */
export const conversationTree = conversationSummary.extend({
  nodes: z.array(chatNode),
  /** Ids of the messages of the branch that was chosen last, from the first turn on. */
  path: z.array(z.string()),
});
export type ConversationTree = z.infer<typeof conversationTree>;

/** With the messages of the chosen branch. */
export const conversation = conversationTree.extend({ messages: z.array(chatMessage) });
export type Conversation = z.infer<typeof conversation>;

/** What `playground.watch` sends: the tree, then each message of its path whole, then what changes; it does not end by itself. */
export const conversationEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('tree'), tree: conversationTree }),
  z.object({ type: z.literal('message'), message: chatMessage }),
  /** `from`: index in the answer of the first of these tokens. */
  z.object({ type: z.literal('tokens'), message: z.string(), from: z.number().int(), tokens: z.array(token) }),
  /** Everything of an answer but its tokens. */
  z.object({ type: z.literal('answer'), message: z.string(), answer: chatAnswer.omit({ tokens: true }) }),
  /** It was deleted. */
  z.object({ type: z.literal('gone') }),
]);
export type ConversationEvent = z.infer<typeof conversationEvent>;

export const conversationIdInput = z.object({ id });
/** Newest first. `search`: words that the title or the first turn holds; `before`: id of the last one of the page before. */
export const listConversationsInput = z
  .object({
    search: z.string().max(1000).default(''),
    before: id.optional(),
    limit: z.number().int().min(1).max(500).default(100),
    /** Id of a model that answered in them. */
    model: z.string().optional(),
  })
  .prefault({});

export const askInput = z.object({
  /** Absent: a new one. */
  conversation: id.optional(),
  /** The answer that this turn follows; null: it is a first turn. Beside an earlier turn it makes a branch. */
  parent: id.nullable().default(null),
  text: z.string().min(1).max(200_000),
  settings: chatSettings,
});
export type AskInput = z.input<typeof askInput>;
/** `parent`: the turn to be answered once more, beside the answers that it has. */
export const answerAgainInput = z.object({ conversation: id, parent: id, settings: chatSettings });
export const messageInput = z.object({ conversation: id, message: id });
/** `settings`: instead of its own, for an answer of which nothing has come yet. */
export const goOnInput = messageInput.extend({ settings: chatSettings.optional() });
/** What was begun: the conversation, the answer under way and its job. */
export const begunAnswer = z.object({ conversation: z.string(), answer: z.string(), jobId: z.string() });
export type BegunAnswer = z.infer<typeof begunAnswer>;

export const renameConversationInput = z.object({ id, name: givenName.nullable() });
export const exportConversationInput = z.object({ id, format: z.enum(['markdown', 'json']) });

const { temperature, topK, topP, minP, repeatPenalty, maxTokens, seed, stop } = sampler.shape;
/** What a preset sets: how tokens are drawn, and the rest where it is there. */
export const presetSettings = z.object({
  sampler: z.object({
    temperature: temperature.unwrap(),
    topK: topK.unwrap(),
    topP: topP.unwrap(),
    minP: minP.unwrap(),
    repeatPenalty: repeatPenalty.unwrap(),
    maxTokens: maxTokens.unwrap().optional(),
    seed: seed.unwrap().optional(),
    stop: stop.unwrap().optional(),
  }),
  alternatives: z.number().int().min(0).max(20).optional(),
  /** Empty: none. */
  system: z.string().max(200_000).optional(),
  schema: z.string().max(100_000).optional(),
});
export type PresetSettings = z.output<typeof presetSettings>;
export const preset = z.object({
  id: z.string(),
  name: z.string(),
  builtIn: z.boolean(),
  settings: presetSettings,
});
export type Preset = z.infer<typeof preset>;
/** With an id: written over that one. */
export const savePresetInput = z.object({
  id: id.optional(),
  name: givenName,
  settings: presetSettings,
});
export const presetIdInput = z.object({ id });
export const renamePresetInput = z.object({ id, name: givenName });
