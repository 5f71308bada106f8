import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Ended, filesBelow, runCommand, startCommand, temporaryFolder } from '../helpers/command.ts';
import { randomLlama, writeModel } from '../helpers/ggufModel.ts';
import { descendants, isAlive, whyNoProcessControl } from '../helpers/processes.ts';

// Ends what hangs. Each command starts a host and an engine, which a very busy machine does in half a minute.
const patience = { timeout: 300_000 };
const sample = ['--model', 'sample:F16', '--model', 'sample:Q2_K'];
const oneThread = ['--threads', '1'];
const generate = ['generate', '--ephemeral', ...oneThread];

interface Answers {
  columns: {
    model: string;
    text: string;
    tokens: { text: string; id: number; logprob: number; ms: number }[];
    ttftMs: number | null;
    tokensPerSecond: number | null;
    stopReason: string;
    error?: { code: string; message: string };
  }[];
  firstDivergence: (number | null)[];
}

function answersOf(ended: Ended, code = 0): Answers {
  expect(ended.code, ended.stderr).toBe(code);
  return JSON.parse(ended.stdout);
}

describe('assay generate on two quantizations of the sample model', patience, () => {
  it('--json: one document, the answers token by token, and where they part', async () => {
    const ended = await runCommand([
      ...generate,
      ...sample,
      '--prompt',
      'Count to five.',
      '--max-tokens',
      '24',
      '--json',
    ]);
    const { columns, firstDivergence } = answersOf(ended);
    expect(ended.stderr).toBe('');
    expect(columns.map((column) => column.model)).toEqual(['sample:F16', 'sample:Q2_K']);
    expect(firstDivergence).toHaveLength(1);
    for (const { text, tokens, ttftMs, tokensPerSecond, stopReason, error } of columns) {
      expect(text).toBe(tokens.map((token) => token.text).join(''));
      expect(tokens.length).toBeGreaterThan(1);
      expect(tokens.length).toBeLessThanOrEqual(24);
      expect(tokens.every((token) => Number.isInteger(token.id) && token.logprob <= 0)).toBe(true);
      expect(tokens.every((token, index) => token.ms >= (tokens[index - 1]?.ms ?? 0))).toBe(true);
      expect(ttftMs).toBeGreaterThan(0);
      expect(tokensPerSecond).toBeGreaterThan(0);
      expect(['end', 'length']).toContain(stopReason);
      expect(error).toBeUndefined();
    }
    const [reference, candidate] = columns.map((column) => column.tokens.map((token) => token.id));
    const parting = firstDivergence[0] ?? null;
    if (parting === null) expect(candidate).toEqual(reference);
    else {
      expect(candidate?.slice(0, parting)).toEqual(reference?.slice(0, parting));
      expect(candidate?.[parting]).not.toBe(reference?.[parting]);
    }
  });

  it('the same prompt from the line, a file and standard input gives the same tokens; a line break at its end does not count', async () => {
    const file = join(temporaryFolder(), 'prompt.txt');
    writeFileSync(file, 'What is the opposite of hot?\n');
    const ask = async (words: string[], input = '') =>
      answersOf(
        await runCommand([...generate, '--model', 'sample', '--max-tokens', '8', '--json', ...words], { input }),
      );
    const fromLine = await ask(['--prompt', 'What is the opposite of hot?']);
    const texts = [
      await ask(['--prompt-file', file]),
      await ask(['--prompt', '-'], 'What is the opposite of hot?\n'),
      await ask(['--prompt-file', '-'], 'What is the opposite of hot?'),
    ].map(({ columns }) => columns[0]?.text);
    expect(new Set([fromLine.columns[0]?.text, ...texts]).size).toBe(1);
  });

  it('for a person: each column under its name, with its measures, and the first difference in words', async () => {
    const ended = await runCommand([
      ...generate,
      ...sample,
      '--prompt',
      'Tell me about the sea.',
      '--max-tokens',
      '24',
    ]);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toMatch(/F16 \(reference\)\n/);
    expect(ended.stdout).toMatch(/Q2_K\n/);
    expect(ended.stdout.match(/TTFT [\d.]+ ms · [\d.]+ tokens\/s/g)).toHaveLength(2);
    expect(ended.stdout).toMatch(
      /same tokens as the reference|>>[\s\S]*<<[\s\S]*differs from the reference from token \d+/,
    );
    expect(ended.stdout).not.toContain('\u001b');
  });

  it('--ephemeral leaves nothing behind: no file, no process', async () => {
    const home = temporaryFolder();
    const temporary = join(home, 'tmp');
    mkdirSync(temporary);
    const mark = `assay-test-${process.pid}-${Date.now()}`;
    const ended = await runCommand(
      [...generate, '--model', 'sample', '--prompt', 'Hello.', '--max-tokens', '4', '--json'],
      {
        environment: {
          HOME: home,
          TMPDIR: temporary,
          XDG_CONFIG_HOME: undefined,
          XDG_DATA_HOME: undefined,
          XDG_CACHE_HOME: undefined,
          ASSAY_TEST_MARK: mark,
        },
      },
    );
    answersOf(ended);
    expect(filesBelow(home)).toEqual(['tmp']);
    expect(processesMarked(mark)).toEqual([]);
  });

  it('with a store the comparison is kept there, encrypted: the prompt is found in no file', async () => {
    const folder = temporaryFolder();
    const environment = { ASSAY_PASSPHRASE: 'correct horse battery staple' };
    const canary = 'canary heliotrope 4711';
    expect((await runCommand(['vault', 'create', '--data-dir', folder], { environment })).code).toBe(0);
    const words = [
      'generate',
      '--data-dir',
      folder,
      '--model',
      'sample',
      '--prompt',
      canary,
      '--max-tokens',
      '4',
      '--json',
    ];
    answersOf(await runCommand([...words, ...oneThread], { environment }));
    for (const file of filesBelow(folder)) expect(readFileSync(join(folder, file)).includes(canary), file).toBe(false);
    const verdict = JSON.parse(
      (await runCommand(['audit', 'verify', '--data-dir', folder, '--json'], { environment })).stdout,
    );
    expect(verdict).toMatchObject({ holds: true, unfinished: 0 });
  });
});

describe('a model that fails', patience, () => {
  it('costs its own column: the others answer, the failure is in its place, exit code 2', async () => {
    const broken = join(temporaryFolder(), 'broken.gguf');
    writeFileSync(broken, Buffer.concat([Buffer.from('GGUF'), Buffer.alloc(64, 255)]));
    const ended = await runCommand([
      ...generate,
      '--model',
      'sample',
      '--model',
      broken,
      '--prompt',
      'Hi.',
      '--max-tokens',
      '4',
      '--json',
    ]);
    const { columns, firstDivergence } = answersOf(ended, 2);
    expect(columns[0]?.tokens.length).toBeGreaterThan(0);
    expect(columns[1]).toMatchObject({
      model: broken,
      text: '',
      stopReason: 'failed',
      error: { code: expect.stringMatching(/^MODEL_/) },
    });
    expect(firstDivergence).toEqual([null]);
    expect(ended.stderr).toContain(`assay: ${broken}: `);
  });

  it('a file without a chat template answers, and standard error says how it was asked', async () => {
    const bare = writeModel(join(temporaryFolder(), 'bare.gguf'), randomLlama({ chatTemplate: null }));
    const ended = await runCommand([...generate, '--model', bare, '--prompt', 'Hi.', '--max-tokens', '4', '--json']);
    expect(answersOf(ended).columns[0]?.tokens.length).toBeGreaterThan(0);
    expect(ended.stderr).toContain(
      `assay: ${bare}: The file has no chat template: messages are set with plain role names.`,
    );
  });

  it('a quantization that the sample does not have: exit code 2', async () => {
    const ended = await runCommand([...generate, '--model', 'sample:Q9_X', '--prompt', 'Hi.', '--json']);
    expect(answersOf(ended, 2).columns[0]?.error?.code).toBe('MODEL_NOT_FOUND');
  });
});

describe('interrupted', patience, () => {
  beforeEach(({ skip }) => skip(whyNoProcessControl !== null, whyNoProcessControl ?? ''));
  let slow = '';
  beforeAll(() => {
    // Large enough that nobody finishes 900 tokens before the signal, and it hardly ever ends an answer by itself.
    const folder = mkdtempSync(join(tmpdir(), 'assay-cli-'));
    slow = writeModel(
      join(folder, 'slow.gguf'),
      randomLlama({ dim: 512, layers: 6, heads: 8, keyValueHeads: 8, feedForward: 1536, vocabulary: 4096 }),
    );
    return () => rmSync(folder, { recursive: true });
  });
  const long = () => [...generate, '--model', slow, '--prompt', 'Go on.', '--max-tokens', '900'];

  it('Ctrl-C cancels: what was answered so far is printed, exit code 130, no process left', async () => {
    const command = startCommand(long(), { detached: true });
    await command.says(/\n.{20}/);
    const engines = descendants(command.child.pid ?? 0);
    expect(engines.length).toBeGreaterThan(0);
    process.kill(-(command.child.pid ?? 0), 'SIGINT');
    const { code, stdout, stderr } = await command.ended;
    expect({ code, stderr }).toEqual({ code: 130, stderr: '' });
    expect(stdout).toMatch(/\d+ tokens · .*cancelled\n$/);
    await expect.poll(() => engines.filter(isAlive), { timeout: 60_000 }).toEqual([]);
  });

  it('with --json the document holds what was answered so far', async () => {
    const command = startCommand([...long(), '--json']);
    await expect.poll(() => descendants(command.child.pid ?? 0).length, { timeout: 120_000 }).toBeGreaterThan(0);
    await sleep(3000);
    command.child.kill('SIGINT');
    const { columns } = answersOf(await command.ended, 130);
    expect(columns[0]?.stopReason).toBe('cancelled');
  });

  it('killed in the middle of an answer it leaves no engine process', async () => {
    const command = startCommand(long());
    await command.says(/\n.{20}/);
    const engines = descendants(command.child.pid ?? 0);
    expect(engines.length).toBeGreaterThan(0);
    command.child.kill('SIGKILL');
    await command.ended;
    await expect.poll(() => engines.filter(isAlive), { timeout: 60_000 }).toEqual([]);
  });

  it('a reader that goes away ends it quietly', async () => {
    const command = startCommand(long());
    await command.says(/\n.{20}/);
    command.child.stdout?.destroy();
    expect(await command.ended).toMatchObject({ code: 141, stderr: '' });
  });
});

/** The processes that carry the mark in their environment; Linux only, elsewhere none. */
function processesMarked(mark: string): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return readFileSync(`/proc/${name}/environ`, 'utf8').includes(mark);
    } catch {
      return false; // It ended meanwhile, or is another person's.
    }
  });
}
