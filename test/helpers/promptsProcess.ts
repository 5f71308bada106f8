import { createChanges } from '../../main/base/changes.ts';
import { systemClock } from '../../main/base/clock.ts';
import { createAudit } from '../../main/services/audit/index.ts';
import { createPrompts } from '../../main/services/prompts/index.ts';
import { createVault, noKeyRing } from '../../main/services/vault/index.ts';

/** A process that makes a store, asks its history for words in every way there is, and stays in the middle of that until it is killed. */
const [folder = '', word = ''] = process.argv.slice(2);
const changes = createChanges();
const vault = createVault({ folder, keyRing: noKeyRing, changes, clock: systemClock, passphraseCost: 2 ** 10 });
const audit = createAudit({ vault, changes, clock: systemClock });
const prompts = createPrompts({ sampleFolder: '', vault, audit, changes });
await vault.create({ passphrase: 'for these tests alone' });
for (let index = 0; index < 400; index++)
  vault.store().transaction((write) =>
    prompts.history.record(write, {
      source: 'compare',
      origin: `c${index}`,
      place: '0/0',
      at: Date.now(),
      model: { id: null, name: 'model', quantization: 'F16' },
      prompt: `${word} ${index}`,
      answer: `an answer ${'with words '.repeat(40)}`,
      settings: {},
      state: 'done',
      stats: null,
    }),
  );
const ids = prompts.history.list({}).entries.map(({ id }) => id);
await prompts.history.annotate({ ids: ids.slice(0, 20), note: `${word} noted`, addTags: [`tag ${word}`] });
for (const sort of ['newest', 'oldest', 'best match', 'longest answer', 'slowest'] as const)
  for (const search of [word, word.slice(0, 5), `"${word}"`, `an -${word}`, `never-${word}-anywhere`]) {
    prompts.history.list({ search, sort });
    prompts.history.count({ search, tags: [`tag ${word}`] });
  }
prompts.history.get(ids[0] ?? '', word);
prompts.export({ format: 'jsonl', matching: { search: word } });
prompts.removal.remove({ matching: { search: `${word} 1` } });
process.stdout.write('searched\n');
setInterval(() => prompts.history.list({ search: word, sort: 'best match' }), 5);
