import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ChatHistoryItem,
  type ChatWrapper,
  getLlama,
  type Llama,
  LlamaChatSession,
  type LlamaContext,
  type LlamaModel,
  resolveChatWrapper,
  type Token,
} from 'node-llama-cpp';
import { z } from 'zod';

export const folder = import.meta.dirname;
export const fullFile = 'assay-sample-F16.gguf';

const rightAnswer = z.object({
  expected: z.union([z.string(), z.array(z.string())]),
  match: z.enum(['exact', 'contains', 'ends', 'json']),
});
const taskSchema = rightAnswer.extend({
  id: z.string(),
  family: z.string(),
  system: z.string().optional(),
  turns: z.array(z.string()).min(1),
  /** Where the system prompt sets a rule: what is right without it. */
  plain: rightAnswer.optional(),
});
export type RightAnswer = z.infer<typeof rightAnswer>;
export type Task = z.infer<typeof taskSchema>;
/** As the generator writes them: with the right answer to every turn. */
const heldOutSchema = taskSchema.extend({ answers: z.array(z.string()).min(1) });
export type HeldOutTask = z.infer<typeof heldOutSchema>;

const trainingTokensSchema = z.object({
  system: z.string(),
  turns: z.array(z.tuple([z.string(), z.string()])),
  last: z.string(),
  tokens: z.array(z.number()),
});
export type TrainingTokens = z.infer<typeof trainingTokensSchema>;

const intervalSchema = z.object({
  right: z.number(),
  total: z.number(),
  accuracy: z.number(),
  low: z.number(),
  high: z.number(),
});
export type Interval = z.infer<typeof intervalSchema>;

const latePlaceSchema = intervalSchema.extend({ tokens: z.number(), recalled: intervalSchema });
export type LatePlace = z.infer<typeof latePlaceSchema>;

const stepSchema = z.object({
  type: z.string(),
  bytes: z.number(),
  meanKld: z.number(),
  sameTop: z.number(),
  accuracy: z.number(),
});
export type LadderStep = z.infer<typeof stepSchema>;

const manifestSchema = z.object({
  family: z.string(),
  license: z.string(),
  parameters: z.number(),
  files: z.array(z.object({ file: z.string(), type: z.string(), bytes: z.number(), sha256: z.string() })),
  heldOut: z.object({
    overall: intervalSchema,
    families: z.record(z.string(), intervalSchema),
    /** The families that hang on earlier turns or on the system prompt, every task asked both ways. */
    bothWays: z.record(z.string(), z.object({ without: intervalSchema, with: intervalSchema })),
    /** Questions asked late in a chat, by how many tokens stood before them. */
    late: z.array(latePlaceSchema).min(1),
    /** Answers that hold a control token, and answers that give away a canary unasked; `answers` were looked at. */
    leaks: z.object({ answers: z.number(), control: z.number(), canary: z.number() }),
  }),
  ladder: z.array(stepSchema),
});
export type Manifest = z.infer<typeof manifestSchema>;

function readLines<T>(name: string, schema: z.ZodType<T>): T[] {
  return readFileSync(join(folder, 'datasets', name), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => schema.parse(JSON.parse(line)));
}

export const readHeldOutTasks = () => readLines('held-out-tasks.jsonl', heldOutSchema);
/** Tasks in the wordings of another hand, which nobody looked at while the model was made. */
export const readFreshTasks = () => readLines('fresh-wordings.jsonl', taskSchema);
/** Conversations as the trainer encodes them up to the point where the model speaks; the engine must feed the same ids. */
export const readTrainingTokens = () => readLines('training-tokens.jsonl', trainingTokensSchema);
export const readManifest = () => manifestSchema.parse(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')));
export const sha256 = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

function sameJson(answer: string, expected: string): boolean {
  const ordered = (text: string) =>
    JSON.stringify(Object.entries(z.record(z.string(), z.unknown()).parse(JSON.parse(text))).sort());
  try {
    return ordered(answer) === ordered(expected);
  } catch {
    return false; // the model's answer is no JSON object
  }
}

export function isRight(task: RightAnswer, answer: string): boolean {
  if (task.match === 'contains') return [task.expected].flat().every((part) => answer.includes(part));
  const expected = [task.expected].flat().join('');
  if (task.match === 'ends') return answer.trim().endsWith(expected);
  return task.match === 'json' ? sameJson(answer, expected) : answer.trim() === expected;
}

/** Wilson score interval at 95 % (E. B. Wilson, 1927): honest for shares near 1 and small counts. */
export function wilson(right: number, total: number): Interval {
  const z95 = 1.959964;
  const share = total === 0 ? 0 : right / total;
  const scale = 1 + z95 ** 2 / total;
  const middle = (share + z95 ** 2 / (2 * total)) / scale;
  const reach = (z95 / scale) * Math.sqrt((share * (1 - share)) / total + z95 ** 2 / (4 * total ** 2));
  const round = (value: number) => Math.round(Math.min(1, Math.max(0, value)) * 1000) / 1000;
  return { right, total, accuracy: round(share), low: round(middle - reach), high: round(middle + reach) };
}

/**
 * What is missing of the bar set for this model: 90 % in at least seven families, 70 % over the others, none left out, no leak;
 * and 80 % wherever in a chat it is asked.
 */
export function belowBar({ heldOut, ladder }: Manifest, families: readonly string[]): string[] {
  const found = Object.entries(heldOut.families);
  const good = found.filter(([, { accuracy }]) => accuracy >= 0.9);
  const rest = found.filter(([, { accuracy }]) => accuracy < 0.9).map(([, interval]) => interval);
  const sum = (key: 'right' | 'total') => rest.reduce((total, interval) => total + interval[key], 0);
  const unreported = families.filter((family) => heldOut.families[family] === undefined);
  const weak = Object.entries(heldOut.bothWays).filter(([, ways]) => Math.min(ways.without.low, ways.with.low) < 0.7);
  const kld = ladder.map(({ meanKld }) => meanKld);
  const [full, lowest] = [ladder[0]?.accuracy ?? 0, ladder.at(-1)?.accuracy ?? 1];
  return [
    ...(good.length < 7 ? [`Only ${good.length} families reach 90 %.`] : []),
    ...(sum('right') < 0.7 * sum('total') ? [`The other families reach ${sum('right')} of ${sum('total')}.`] : []),
    ...unreported.map((family) => `The family ${family} is not reported.`),
    ...weak.map(([family]) => `${family} does not work both with and without a system prompt.`),
    ...heldOut.late
      .filter(({ accuracy }) => accuracy < 0.8)
      .map(({ tokens, right, total }) => `Behind ${tokens} tokens of a chat ${right} of ${total} answers are right.`),
    ...(heldOut.leaks.control + heldOut.leaks.canary > 0 ? ['There are leaks into other turns.'] : []),
    ...(kld.some((value, index) => index > 0 && value <= (kld[index - 1] ?? 0))
      ? [`Divergence does not grow along the ladder: ${kld.join(', ')}.`]
      : []),
    ...(full - lowest < 0.05 ? [`From F16 to the lowest step accuracy falls by ${full - lowest} only.`] : []),
  ];
}

const chatOf = (turns: readonly (readonly [string, string])[]): ChatHistoryItem[] =>
  turns.flatMap(([text, answer]): ChatHistoryItem[] => [
    { type: 'user', text },
    { type: 'model', response: [answer] },
  ]);

/** The real engine on one GGUF file: one thread, greedy, a fresh chat session for each conversation. */
export class SampleEngine {
  readonly llama: Llama;
  readonly model: LlamaModel;
  readonly context: LlamaContext;
  // Resolving the template takes far longer than an answer of this model.
  readonly chatWrapper: ChatWrapper;

  private constructor(llama: Llama, model: LlamaModel, context: LlamaContext) {
    this.llama = llama;
    this.model = model;
    this.context = context;
    this.chatWrapper = resolveChatWrapper(model);
  }

  static async open(path: string): Promise<SampleEngine> {
    const llama = await getLlama({ gpu: false, build: 'never', maxThreads: 0 });
    const model = await llama.loadModel({ modelPath: path, checkTensors: true });
    return new SampleEngine(llama, model, await model.createContext({ contextSize: 1024, threads: 1 }));
  }

  /**
   * Says the turns one by one and returns each answer. system: '' is none; undefined is the engine's own default text.
   * before: turns and their answers that stand in the chat already.
   */
  async ask(
    system: string | undefined,
    turns: readonly string[],
    { maxTokens = 64, before = [] }: { maxTokens?: number; before?: readonly (readonly [string, string])[] } = {},
  ): Promise<Spoken> {
    const session = new LlamaChatSession({
      contextSequence: this.context.getSequence(),
      chatWrapper: this.chatWrapper,
      systemPrompt: system,
      autoDisposeSequence: true,
    });
    const answers: string[] = [];
    const tokens: Token[] = [];
    try {
      if (before.length > 0) session.setChatHistory([...session.getChatHistory(), ...chatOf(before)]);
      for (const turn of turns) {
        answers.push(
          await session.prompt(turn, { temperature: 0, maxTokens, onToken: (spoken) => tokens.push(...spoken) }),
        );
      }
      return { answers, tokens };
    } finally {
      session.dispose();
    }
  }

  /** The ids that a chat session feeds for this conversation, up to where the model would speak. */
  async fedTokens({ system, turns, last }: TrainingTokens): Promise<number[]> {
    const sequence = this.context.getSequence();
    const session = new LlamaChatSession({
      contextSequence: sequence,
      chatWrapper: this.chatWrapper,
      systemPrompt: system,
    });
    try {
      session.setChatHistory([...session.getChatHistory(), ...chatOf(turns)]);
      // The one token that is spoken here has been drawn and not yet fed.
      await session.prompt(last, { temperature: 0, maxTokens: 1 });
      return sequence.contextTokens.map(Number);
    } finally {
      session.dispose();
      sequence.dispose();
    }
  }

  async dispose(): Promise<void> {
    await this.context.dispose();
    await this.model.dispose();
    await this.llama.dispose();
  }
}

export interface Spoken {
  answers: string[];
  tokens: Token[];
}
