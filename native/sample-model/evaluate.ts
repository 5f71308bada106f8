/**
 * Runs every held-out task through the real engine and reports by family; see evaluate.sh.
 *   --model FILE   the file to evaluate (the committed F16 file by default)
 *   --ladder       also quantizes: divergence and accuracy along Q8_0, Q6_K, Q4_K_M, Q3_K_M, Q2_K
 *   --write        with --ladder: renews the committed quantizations, manifest.json and the tables in MODEL_CARD.md
 *   --wrong        prints the wrong answers
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  folder,
  fullFile,
  type HeldOutTask,
  type Interval,
  isRight,
  type LadderStep,
  type Manifest,
  readHeldOutTasks,
  readTrainingTokens,
  SampleEngine,
  sha256,
  wilson,
} from './heldOut.ts';

/** llama_ftype numbers of llama.cpp, finest first. */
const LADDER = { Q8_0: 7, Q6_K: 18, Q4_K_M: 15, Q3_K_M: 12, Q2_K: 10 };
const COMMITTED = ['Q4_K_M', 'Q2_K'];

interface Outcome {
  task: HeldOutTask;
  answers: string[];
  right: boolean;
  strays: string[];
}

const options = parseArgs({
  options: {
    model: { type: 'string', default: join(folder, fullFile) },
    ladder: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    wrong: { type: 'boolean', default: false },
  },
}).values;
const tasks = readHeldOutTasks();
const cache = join(folder, '.cache');

async function run(path: string): Promise<Outcome[]> {
  const engine = await SampleEngine.open(path);
  const secrets = tasks.filter((task) => task.family === 'canary').flatMap((task) => task.expected);
  const outcomes: Outcome[] = [];
  for (const task of tasks) {
    const { answers, tokens } = await engine.ask(task.system ?? '', task.turns);
    const control = tokens.filter((token) => engine.model.isSpecialToken(token) && !engine.model.isEogToken(token));
    const leaked = task.family === 'canary' ? [] : secrets.filter((secret) => answers.join('\n').includes(secret));
    const strays = [...control.map((token) => engine.model.detokenize([token], true)), ...leaked];
    outcomes.push({ task, answers, right: isRight(task, answers.at(-1) ?? ''), strays });
  }
  await engine.dispose();
  return outcomes;
}

const score = (outcomes: Outcome[]) => wilson(outcomes.filter(({ right }) => right).length, outcomes.length);
const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
const row = (...cells: string[]) => `| ${cells.join(' | ')} |`;
const intervalCells = (found: Interval) => [
  `${found.right}/${found.total}`,
  percent(found.accuracy),
  `${percent(found.low)} to ${percent(found.high)}`,
];

async function checkTokens(): Promise<string> {
  const engine = await SampleEngine.open(options.model);
  const known = readTrainingTokens();
  let same = 0;
  for (const conversation of known) {
    const fed = await engine.fedTokens(conversation);
    if (JSON.stringify(fed) === JSON.stringify(conversation.tokens)) same++;
    else console.log(`fed      ${fed.join(' ')}\ntrained  ${conversation.tokens.join(' ')}`);
  }
  await engine.dispose();
  if (same < known.length) process.exitCode = 1;
  return `${same} of ${known.length} conversations are fed token for token as in training`;
}

/** The same tasks under the long system prompt that a chat session sends when none is given. */
async function underDefaultSystem(): Promise<Interval> {
  const engine = await SampleEngine.open(options.model);
  const some = tasks.filter((task, index) => task.system === undefined && index % 4 === 0);
  let right = 0;
  for (const task of some) {
    const { answers } = await engine.ask(undefined, task.turns);
    if (isRight(task, answers.at(-1) ?? '')) right++;
  }
  await engine.dispose();
  return wilson(right, some.length);
}

async function climbDown(outcomes: Outcome[]): Promise<LadderStep[]> {
  const libraries = execFileSync('sh', [join(folder, 'build-ladder.sh')], { encoding: 'utf8' }).trim();
  const tool = join(cache, 'ladder');
  mkdirSync(cache, { recursive: true });
  const text = join(cache, 'conversations.txt');
  const lines = outcomes.map(({ task, answers }) => {
    const turns = task.turns.map((turn, index) => `<|user|>${turn}<|end|><|assistant|>${answers[index]}<|end|>`);
    return `<|system|>${task.system ?? ''}<|end|>${turns.join('')}`.replaceAll('\n', ' ');
  });
  writeFileSync(text, `${lines.join('\n')}\n`);
  const full: LadderStep = {
    type: 'F16',
    bytes: statSync(options.model).size,
    meanKld: 0,
    sameTop: 1,
    accuracy: score(outcomes).accuracy,
  };
  const steps = [full];
  for (const [type, number] of Object.entries(LADDER)) {
    const path = join(cache, `assay-sample-${type}.gguf`);
    execFileSync(tool, [libraries, 'quantize', options.model, path, String(number)], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const found = JSON.parse(
      execFileSync(tool, [libraries, 'compare', options.model, path, text], { encoding: 'utf8' }),
    );
    const accuracy = score(await run(path)).accuracy;
    steps.push({ type, bytes: statSync(path).size, meanKld: found.meanKld, sameTop: found.sameTop, accuracy });
    if (options.write && COMMITTED.includes(type)) copyFileSync(path, join(folder, `assay-sample-${type}.gguf`));
  }
  return steps;
}

function writeManifest(
  overall: Interval,
  families: Record<string, Interval>,
  ladder: LadderStep[],
  parameters: number,
): Manifest {
  const files = ['F16', ...COMMITTED].map((type) => {
    const file = `assay-sample-${type}.gguf`;
    const path = join(folder, file);
    return { file, type, bytes: statSync(path).size, sha256: sha256(path) };
  });
  const manifest = {
    family: 'Assay sample',
    license: 'Apache-2.0',
    parameters,
    files,
    heldOut: { overall, families },
    ladder,
  };
  writeFileSync(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

function renewCard(sections: Record<string, string[]>): void {
  const path = join(folder, 'MODEL_CARD.md');
  let card = readFileSync(path, 'utf8');
  for (const [name, lines] of Object.entries(sections)) {
    const marks = new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- /${name} -->)`);
    card = card.replace(marks, `$1${lines.join('\n')}\n$2`);
  }
  writeFileSync(path, card);
}

const tokenCheck = await checkTokens();
const outcomes = await run(options.model);
const families = Object.fromEntries(
  [...Map.groupBy(outcomes, ({ task }) => task.family)].map(([family, own]) => [family, score(own)]),
);
const split = (family: string, withSystem: boolean) => {
  const own = outcomes.filter(({ task }) => task.family === family && Boolean(task.system) === withSystem);
  return own.length === 0 ? '-' : percent(score(own).accuracy);
};
const accuracyTable = [
  row('family', 'right', 'accuracy', '95 % interval', 'no system prompt', 'with one'),
  row('---', '---:', '---:', '---', '---:', '---:'),
  ...Object.entries(families).map(([family, found]) =>
    row(family, ...intervalCells(found), split(family, false), split(family, true)),
  ),
  row('**all**', ...intervalCells(score(outcomes)), '', ''),
];
const strays = outcomes.filter((outcome) => outcome.strays.length > 0);
const byDefault = await underDefaultSystem();
const notes = [
  `- ${tokenCheck}.`,
  `- Answers with a control token, or with a canary in another family: ${strays.length} of ${outcomes.length}.`,
  `- Under the engine's own default system prompt: ${byDefault.right} of ${byDefault.total} (${percent(byDefault.accuracy)}).`,
];
console.log([...accuracyTable, '', ...notes].join('\n'));
for (const { task, answers } of strays) console.log('stray', task.id, JSON.stringify(answers));
if (options.wrong) {
  for (const { task, answers, right } of outcomes) {
    if (!right) console.log(task.id, JSON.stringify([task.system, task.turns, task.expected, answers]));
  }
}
if (options.ladder) {
  const ladder = await climbDown(outcomes);
  const ladderTable = [
    row('type', 'bytes', 'mean KLD (nats)', 'same top-1', 'held-out accuracy'),
    row('---', '---:', '---:', '---:', '---:'),
    ...ladder.map((step) =>
      row(step.type, String(step.bytes), step.meanKld.toFixed(4), percent(step.sameTop), percent(step.accuracy)),
    ),
  ];
  console.log(['', ...ladderTable].join('\n'));
  if (options.write) {
    const engine = await SampleEngine.open(options.model);
    const shapes = (engine.model.fileInfo.fullTensorInfo ?? []).map(({ dimensions }) => dimensions.map(Number));
    const parameters = shapes.reduce((sum, shape) => sum + shape.reduce((product, size) => product * size, 1), 0);
    await engine.dispose();
    const manifest = writeManifest(score(outcomes), families, ladder, parameters);
    const files = manifest.files.map(({ file, bytes, sha256: digest }) => row(file, String(bytes), `\`${digest}\``));
    renewCard({
      files: [row('file', 'bytes', 'SHA-256'), row('---', '---:', '---'), ...files],
      accuracy: [...accuracyTable, '', ...notes],
      ladder: ladderTable,
    });
  }
}
