import { cpus } from 'node:os';
import { type Interval, isRight, SampleEngine, type Spoken, type Task, wilson } from './heldOut.ts';

/** One conversation held with the model. */
export interface Outcome {
  task: Task;
  /** What was sent: '' is none; undefined is the engine's own default text. */
  system: string | undefined;
  answers: string[];
  right: boolean;
  /** Control tokens that were spoken, as pieces or spelt out in text. */
  control: string[];
  /** What belongs to a canary, said in an answer of another family. */
  leaked: string[];
}

export const score = (outcomes: readonly Outcome[]): Interval =>
  wilson(outcomes.filter(({ right }) => right).length, outcomes.length);

/** Asks every task as it stands; `systemFor` sends another system prompt, `judge` holds the last answer to something else. */
export async function askAll(
  path: string,
  tasks: readonly Task[],
  secrets: readonly string[],
  systemFor: (task: Task, index: number) => string | undefined = (task) => task.system ?? '',
  judge: (task: Task) => Pick<Task, 'expected' | 'match'> = (task) => task,
): Promise<Outcome[]> {
  const engine = await SampleEngine.open(path);
  const outcomes: Outcome[] = [];
  for (const [index, task] of tasks.entries()) {
    const system = systemFor(task, index);
    const spoken = await engine.ask(system, task.turns);
    const said = spoken.answers.join('\n');
    outcomes.push({
      task,
      system,
      answers: spoken.answers,
      right: isRight(judge(task), spoken.answers.at(-1) ?? ''),
      control: controlOf(engine, spoken),
      leaked: task.family === 'canary' ? [] : secrets.filter((secret) => said.includes(secret)),
    });
  }
  await engine.dispose();
  return outcomes;
}

function controlOf(engine: SampleEngine, { answers, tokens }: Spoken): string[] {
  const pieces = tokens.filter((token) => engine.model.isSpecialToken(token) && !engine.model.isEogToken(token));
  const spelt = answers.join('\n').match(/<\|[a-z]*\|?>?|<\/?s>|<unk>/g) ?? [];
  return [...pieces.map((token) => engine.model.detokenize([token], true)), ...spelt];
}

export interface Speed {
  /** Seconds for 64 tokens in each round, shortest first; prompts and chat session included. */
  seconds: number[];
  processor: string;
}

const ROUNDS = 15;

/** Story, small talk and a weekday said aloud, one after the other as in a chat, at one thread. */
export async function measureSpeed(path: string): Promise<Speed> {
  const engine = await SampleEngine.open(path);
  const turns = [
    'Who are you?',
    'Continue the story: A small fox found a lamp in the mill.',
    'What day is 27 days after Monday?',
    'What can you do?',
  ];
  await engine.ask('', turns);
  const seconds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now();
    const { tokens } = await engine.ask('', turns);
    seconds.push((performance.now() - started) / 1000 / (tokens.length / 64));
  }
  await engine.dispose();
  return { seconds: seconds.sort((a, b) => a - b), processor: cpus()[0]?.model ?? 'unknown processor' };
}
