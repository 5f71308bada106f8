import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesBelow, runCommand, temporaryFolder } from '../helpers/command.ts';
import { sampleFolder } from '../helpers/promptsFixture.ts';

const environment = { ASSAY_PASSPHRASE: 'correct horse battery staple' };

function sampleHash(type: string): string {
  const { files } = JSON.parse(readFileSync(join(sampleFolder, 'manifest.json'), 'utf8'));
  return files.find((file: { type: string }) => file.type === type).sha256;
}

describe('assay prompts', { timeout: 90_000 }, () => {
  it('finds what `assay generate` asked, exports it, and knows the export again', async () => {
    const folder = temporaryFolder();
    const store = ['--data-dir', join(folder, 'store')];
    const run = async (...words: string[]) => runCommand([...words, ...store], { environment });
    expect((await run('vault', 'create', '--json')).code).toBe(0);
    const asked = [
      'generate',
      '--model',
      'sample:Q4_K_M',
      '--threads',
      '1',
      '--max-tokens',
      '4',
      '--system',
      'Be brief.',
    ];
    expect((await run(...asked, '--prompt', 'What is 3 plus 4?')).code).toBe(0);

    const found = await run('prompts', 'search', 'plus 4', '--json');
    expect(found.code, found.stderr).toBe(0);
    const document = JSON.parse(found.stdout);
    expect(document).toMatchObject({
      count: 1,
      exact: true,
      entries: [{ prompt: 'What is 3 plus 4?', source: 'compare' }],
    });
    expect(document.entries[0].model).toMatchObject({ quantization: 'Q4_K_M' });
    const shown = await run('prompts', 'search', 'brief');
    expect(shown.stdout).toContain('> What is 3 plus 4?');
    expect(shown.stdout).toContain('1 answer.');

    const { name } = document.entries[0].model;
    for (const words of [name, 'q4_k_m', `${name} Q4_K_M`]) {
      const ofModel = await run('prompts', 'search', '--model', words, '--json');
      expect(JSON.parse(ofModel.stdout), ofModel.stderr).toMatchObject({ count: 1 });
    }
    const ofNone = await run('prompts', 'export', '--model', 'Q2_K');
    expect(ofNone.code).toBe(2);
    expect(ofNone.stderr).toContain(`No model that was asked is called Q2_K. Asked were: ${name} Q4_K_M.`);

    const lines = await run('prompts', 'export', '--model', 'Q4_K_M');
    expect(lines.code).toBe(0);
    const [line] = lines.stdout.trimEnd().split('\n');
    expect(JSON.parse(line ?? '')).toMatchObject({
      format: 'assay.history',
      version: 1,
      prompt: 'What is 3 plus 4?',
      system: 'Be brief.',
      // As the library has it, also in a session that asked once and ended.
      model: { sha256: sampleHash('Q4_K_M') },
    });
    const file = join(folder, 'history.md');
    const written = await run('prompts', 'export', '--markdown', '--out', file, '--json');
    expect(JSON.parse(written.stdout)).toEqual({ path: file, format: 'markdown', entries: 1 });
    expect(readFileSync(file, 'utf8')).toContain('What is 3 plus 4?');
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
    expect((await run('prompts', 'export', '--json')).code).toBe(2);
    expect((await run('prompts', 'search', 'x', '--from', 'yesterday')).code).toBe(2);
    expect((await run('prompts')).code).toBe(2);

    const copy = join(folder, 'copy.jsonl');
    writeFileSync(copy, lines.stdout);
    const taken = await run('prompts', 'import', copy, '--json');
    expect(JSON.parse(taken.stdout)).toEqual({ formats: ['Assay'], conversations: 1, added: 0, known: 1, skipped: [] });

    // What was searched for, and what was asked, is in no file of the store.
    for (const name of filesBelow(join(folder, 'store')).filter((one) =>
      statSync(join(folder, 'store', one)).isFile(),
    )) {
      const bytes = readFileSync(join(folder, 'store', name));
      for (const word of ['plus 4', 'plus', 'brief']) expect(bytes.includes(word), `${name}: ${word}`).toBe(false);
    }
  });
});
