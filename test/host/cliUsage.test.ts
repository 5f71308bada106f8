import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import packageFile from '../../package.json' with { type: 'json' };
import { type Ended, filesBelow, runCommand, startCommand, temporaryFolder } from '../helpers/command.ts';

/** What a failed command owes its caller: one sentence on stderr, no stack. */
function expectSentence({ stderr }: Ended): void {
  expect(stderr).toMatch(/^assay: \S.*[.?)]\n$/);
  expect(stderr).not.toMatch(/^\s+at /m);
}

describe('bad usage', () => {
  it('with a text that never ends is told so, and takes no memory for it', async ({ skip }) => {
    skip(process.platform === 'win32', 'Windows has no file that never ends.');
    const words = [
      'compare',
      '--ephemeral',
      '--reference',
      'sample',
      '--candidate',
      'sample:Q8_0',
      '--text',
      '/dev/zero',
    ];
    const ended = await runCommand(words);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toBe('assay: The file /dev/zero of --text is larger than 256 MB. Take a part of it.\n');
  });

  it.each([
    ['no command', []],
    ['an unknown command', ['frobnicate']],
    ['an unknown option', ['generate', '--model', 'sample', '--prompt', 'x', '--nope']],
    ['a group without its command', ['vault']],
    ['a model that is missing', ['generate', '--prompt', 'x']],
    ['a prompt that is missing', ['generate', '--ephemeral', '--model', 'sample']],
    ['an empty prompt', ['generate', '--ephemeral', '--model', 'sample', '--prompt', '']],
    ['two prompts', ['generate', '--ephemeral', '--model', 'sample', '--prompt', 'x', '--prompt-file', 'y']],
    [
      'a number that is none',
      ['generate', '--ephemeral', '--model', 'sample', '--prompt', 'x', '--max-tokens', 'many'],
    ],
    ['a number out of range', ['generate', '--ephemeral', '--model', 'sample', '--prompt', 'x', '--temperature', '99']],
    ['no token at all', ['generate', '--ephemeral', '--model', 'sample', '--prompt', 'x', '--max-tokens', '0']],
    [
      'nine models',
      ['generate', '--ephemeral', '--prompt', 'x', ...Array.from({ length: 9 }, () => ['--model', 'sample']).flat()],
    ],
    ['a store and none', ['generate', '--ephemeral', '--data-dir', 'x', '--model', 'sample', '--prompt', 'x']],
    ['a port that is none', ['serve', '--port', '70000']],
    ['a backup without a place', ['vault', 'backup']],
  ])('%s: exit code 2 and one sentence', async (_, words) => {
    const ended = await runCommand(words);
    expect(ended.code).toBe(2);
    expect(ended.stdout).toBe('');
    expectSentence(ended);
  });

  it('with --json the failure is the one document on stdout', async () => {
    const ended = await runCommand(['generate', '--model', 'sample', '--json', '--nope']);
    expect(ended.code).toBe(2);
    expect(JSON.parse(ended.stdout)).toEqual({
      error: { code: 'BAD_INPUT', message: expect.stringContaining('--nope') },
    });
    expectSentence(ended);
  });

  it.each([
    [['--temperature', '99'], '--temperature takes 5 at most and was given 99.'],
    [['--repeat-penalty', '0.1'], '--repeat-penalty takes 0.5 at least and was given 0.1.'],
    [['--max-tokens', '0'], '--max-tokens takes 1 at least and was given 0.'],
    [['--context-size', '99999999'], '--context-size takes 10000000 at most and was given 99999999.'],
    [['--stop', 'x'.repeat(201)], '--stop takes 200 characters at most and was given 201.'],
    [['--stop', ''], '--stop is empty.'],
    [
      Array.from({ length: 8 }, () => ['--model', 'sample']).flat(),
      '--model may be given 8 times at most, and here there are 9.',
    ],
  ])('%j: says what the option takes and what it was given, as the person typed it', async (words, sentence) => {
    const ended = await runCommand(['generate', '--ephemeral', '--model', 'sample', '--prompt', 'x', ...words]);
    expect(ended).toMatchObject({ code: 2, stderr: `assay: ${sentence}\n` });
  });

  it('so do the commands of the lab', async () => {
    const compared = await runCommand([
      ...['compare', '--ephemeral', '--reference', 'sample', '--candidate', 'sample', '--text', 'sample'],
      ...['--context', '3'],
    ]);
    expect(compared).toMatchObject({ code: 2, stderr: 'assay: --context takes 16 at least and was given 3.\n' });
    const quantized = await runCommand(['quantize', 'sample', '--to', 'Q4_K_M', '--out', 'x', '--threads', '999']);
    expect(quantized).toMatchObject({ code: 2, stderr: 'assay: --threads takes 256 at most and was given 999.\n' });
    const unknown = await runCommand(['quantize', 'sample', '--to', 'Q99', '--out', 'x']);
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('no quantization called Q99.') });
  });
});

describe('bad input', () => {
  it('a model file that is not there: exit code 2, and its path in the sentence', async () => {
    const ended = await runCommand(['generate', '--ephemeral', '--model', './nowhere.gguf', '--prompt', 'x', '--json']);
    expect(ended.code).toBe(2);
    expect(JSON.parse(ended.stdout).error.code).toBe('MODEL_NOT_FOUND');
    expect(ended.stderr).toContain('nowhere.gguf');
    expectSentence(ended);
  });

  it('ASSAY_DEBUG=1 adds the stack', async () => {
    const ended = await runCommand(['generate', '--ephemeral', '--model', './nowhere.gguf', '--prompt', 'x'], {
      environment: { ASSAY_DEBUG: '1' },
    });
    expect(ended).toMatchObject({ code: 2, stderr: expect.stringMatching(/^assay: .*\n(?:.*\n)*\s+at /) });
  });

  it('a prompt file that is not there, or is no text: exit code 2', async () => {
    const binary = join(temporaryFolder(), 'binary');
    writeFileSync(binary, Buffer.from([0xff, 0xfe, 0x00, 0xc3]));
    for (const file of ['./nowhere.txt', binary]) {
      const ended = await runCommand(['generate', '--ephemeral', '--model', 'sample', '--prompt-file', file]);
      expect(ended.code).toBe(2);
      expect(ended.stderr).toContain(file);
      expectSentence(ended);
    }
  });

  it('a named pipe as a prompt file: read as its writer writes it, and ended by a signal where nobody does', async ({
    skip,
  }) => {
    skip(process.platform === 'win32', 'Windows has no named pipes among its files.');
    const pipe = join(temporaryFolder(), 'pipe');
    spawnSync('mkfifo', [pipe]);
    const words = ['generate', '--ephemeral', '--model', 'sample', '--prompt-file', pipe];
    const written = runCommand(words);
    spawn('sh', ['-c', `printf '\\377' > ${pipe}`]);
    expect((await written).stderr).toContain('is not text in UTF-8');

    const waiting = startCommand(words);
    const signals = setInterval(() => waiting.child.kill('SIGTERM'), 300);
    await waiting.ended;
    clearInterval(signals);
  });

  it('no store where one is needed: exit code 2, the three ways out, and no folder left behind', async () => {
    const folder = temporaryFolder();
    const ended = await runCommand(
      ['generate', '--data-dir', join(folder, 'store'), '--model', 'sample', '--prompt', 'x'],
      {
        environment: { ASSAY_PASSPHRASE: 'correct horse' },
      },
    );
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(/vault create.*--data-dir.*--ephemeral/);
    expect(filesBelow(folder)).toEqual([]);
    expectSentence(ended);
  });

  it('no passphrase and no terminal to ask on: a sentence and exit code 2', async () => {
    const folder = temporaryFolder();
    const ended = await runCommand(['vault', 'create', '--data-dir', folder]);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain('ASSAY_PASSPHRASE');
    expectSentence(ended);
  });
});

describe('help', () => {
  it('--version prints the version of the package and nothing else', async () => {
    expect(await runCommand(['--version'])).toMatchObject({ code: 0, stdout: `${packageFile.version}\n`, stderr: '' });
  });

  it.each(
    [['--help'], ['generate', '--help'], ['vault', '--help'], ['vault', 'restore', '--help'], ['help', 'serve']].map(
      (words) => [words.join(' '), words] as const,
    ),
  )('%s: exit code 0, usage on stdout', async (_, words) => {
    const ended = await runCommand([...words]);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toMatch(/^Usage: assay/);
  });

  it('a reader that goes away, as `head` does, is no failure', async () => {
    const child = spawn(process.execPath, [join(import.meta.dirname, '../../main/cli/entry.ts'), '--help']);
    child.stdout.destroy();
    let said = '';
    child.stderr.on('data', (text) => {
      said += text;
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect({ code, said }).toEqual({ code: 0, said: '' });
  });

  it('loads no service: --help takes less than half a second of processor time', async () => {
    const report = "process.on('exit',()=>console.error(JSON.stringify(process.cpuUsage())))";
    const { stderr } = await runCommand(['--help'], {
      environment: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(report)}` },
    });
    const { user, system } = JSON.parse(stderr) as { user: number; system: number };
    expect((user + system) / 1e6).toBeLessThan(0.5);
  });
});
