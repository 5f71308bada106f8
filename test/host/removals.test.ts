import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../main/base/clock.ts';
import { createAudit } from '../../main/services/audit/index.ts';
import { createBlind, createCompare, createPlayground } from '../../main/services/compare/index.ts';
import { createPrompts } from '../../main/services/prompts/index.ts';
import { createRemovals } from '../../main/services/removals/index.ts';
import { savePromptInput } from '../../preload/contract/prompts.ts';
import { characterModels, createCharacterEngine } from '../helpers/characterEngine.ts';
import { openLibraryFixture, writeModel } from '../helpers/libraryFixture.ts';
import { openServices, passphrase } from '../helpers/openServices.ts';
import { last, settings, settled } from '../helpers/playgroundBench.ts';
import { sampleFolder } from '../helpers/promptsFixture.ts';
import { temporaryFolders } from '../helpers/vaultFixture.ts';

const temporaryFolder = temporaryFolders(onTestFinished);

/** Everything that is removed with a moment to undo it, on a store that lasts. */
function open(folder: string, undoMs = 60_000) {
  const opened = openServices({ folder });
  const { vault, changes, log } = opened;
  const audit = createAudit({ vault, changes, clock: systemClock });
  const removals = createRemovals({ vault, clock: systemClock, log, undoMs });
  const prompts = createPrompts({ sampleFolder, vault, audit, changes, removals });
  const history = { ...prompts.history, ...prompts.removal };
  const models = characterModels(['base', 'q4']);
  const all = { ...opened, models, engine: createCharacterEngine(), history, removals };
  const compare = createCompare(all);
  const playground = createPlayground(all);
  const blind = createBlind(all);
  removals.begin();
  const held = () =>
    vault.store().read.get<{ count: number }>('SELECT count(*) AS count FROM removals')?.count ?? Number.NaN;
  return {
    ...all,
    prompts,
    compare,
    playground,
    blind,
    held,
    async close() {
      await opened.close();
      await prompts.close();
      removals.close();
    },
  };
}

async function opened(undoMs?: number) {
  const folder = temporaryFolder('removals');
  const all = open(folder, undoMs);
  onTestFinished(() => all.close());
  await all.vault.create({ passphrase });
  return { ...all, folder };
}

const prompt = (name: string) => savePromptInput.parse({ name, text: `words of ${name}` });
const drawing = { temperature: 0.5, topK: 40, topP: 0.95, minP: 0.05, repeatPenalty: 1 };
const preset = (name: string) => ({ name, settings: { sampler: drawing } });
const view = (id: string) => ({ id, from: 0, count: 10 });
const named = (things: readonly { name: string | null }[]) => things.map(({ name }) => name);

describe('what a person removes', () => {
  it('is hidden at once and comes back when that is undone; without that it goes by itself, page or none', async () => {
    const { prompts, removals, held } = await opened(150);
    const [one, two] = [prompts.saved.save(prompt('one')), prompts.saved.save(prompt('two'))];
    const { token, until } = prompts.saved.remove(one.id);
    expect(Date.parse(until) - Date.now()).toBeLessThanOrEqual(150);
    expect(named(prompts.saved.list())).toEqual(['two']);
    removals.bringBack(token);
    expect(named(prompts.saved.list())).toEqual(['one', 'two']);
    expect(held()).toBe(0);
    const late = prompts.saved.remove(two.id).token;
    await wait(300);
    expect(held()).toBe(0);
    expect(() => prompts.saved.versions(two.id)).toThrow('no longer in the store');
    expect(() => removals.bringBack(late)).toThrow(expect.objectContaining({ code: 'CONFLICT' }));
    expect(named(prompts.saved.list())).toEqual(['one']);
  });

  it('goes when the store locks, whatever it is: comparisons, conversations, tests, presets, saved prompts', async () => {
    const all = await opened();
    const { compare, playground, prompts, blind, vault } = all;
    const begun = playground.ask({ text: 'one', settings: settings('base') });
    await settled(all, begun);
    const { id: comparison } = compare.start({ models: ['base', 'q4'], prompts: ['a quince'] });
    for await (const _ of compare.watch(view(comparison), new AbortController().signal));
    const test = blind.start({ comparisons: [comparison] }).id;
    const own = playground.presets.save(preset('own')).id;
    const saved = prompts.saved.save(prompt('one')).id;
    expect(prompts.history.list({}).entries).toHaveLength(3);
    const uses = () => [compare.uses(), playground.uses(), blind.uses()];
    const both = ['sha256-base', 'sha256-q4'].map((model) => ({ model, count: 1 }));
    expect(uses()).toEqual([both, [both[0]], both]);

    blind.remove(test);
    compare.remove(comparison);
    playground.remove(begun.conversation);
    playground.presets.remove(own);
    prompts.saved.remove(saved);
    expect([blind.list(), compare.list(), prompts.saved.list(), ...uses()]).toEqual([[], [], [], [], [], []]);
    expect(playground.list({ search: '', limit: 10 })).toEqual([]);
    expect(named(playground.presets.list())).not.toContain('own');
    const missing = expect.objectContaining({ code: 'NOT_FOUND' });
    expect(() => compare.get(view(comparison))).toThrow(missing);
    expect(() => playground.get(begun.conversation)).toThrow(missing);
    expect(() => blind.get(test)).toThrow(missing);
    expect(() => prompts.saved.versions(saved)).toThrow(missing);
    expect(all.held()).toBe(5);
    await vault.lock();
    await vault.unlock({ kind: 'passphrase', passphrase });
    expect(all.held()).toBe(0);
    const left = ['comparisons', 'conversations', 'blind_tests', 'sampler_presets', 'saved_prompts'].map((table) =>
      vault.store().read.all(`SELECT * FROM ${table}`),
    );
    expect(left.flat()).toEqual([]);
    await prompts.removal.settled();
    expect(prompts.history.list({}).entries).toEqual([]);
  });

  it('goes at the next unlock where the app was cut off', async () => {
    const all = await opened();
    const { id } = all.prompts.saved.save(prompt('one'));
    // As a killed app leaves it: hidden, and nobody there to delete it.
    all.vault.store().transaction((write) => {
      write.run("INSERT INTO removals (subject, kind, token) VALUES (?, 'prompts.saved', 1)", id);
    });
    all.removals.close();
    await all.close();
    const again = open(all.folder);
    onTestFinished(() => again.close());
    await again.vault.unlock({ kind: 'passphrase', passphrase });
    expect(again.held()).toBe(0);
    expect(again.vault.store().read.all('SELECT * FROM saved_prompts')).toEqual([]);
  });

  it('of a conversation is a message with all that follows it, and the branch beside it is shown', async () => {
    const all = await opened();
    const { playground, removals } = all;
    const first = playground.ask({ text: 'one', settings: settings('base') });
    const conversation = first.conversation;
    const before = await settled(all, first);
    const [turn, answer] = before.path;
    const asked = last(before).answer?.settings;
    if (asked === undefined) throw new Error('no answer');
    const second = playground.answerAgain({ conversation, parent: turn ?? '', settings: asked });
    await settled(all, second);
    const { token } = playground.removeMessage(conversation, second.answer);
    expect(playground.get(conversation).path).toEqual([turn, answer]);
    expect(playground.get(conversation).nodes).toHaveLength(2);
    expect(playground.export(conversation, 'json').text).not.toContain(second.answer);
    removals.bringBack(token);
    expect(last(playground.get(conversation)).id).toBe(second.answer);
    playground.removeMessage(conversation, second.answer);
    await all.vault.lock();
    await all.vault.unlock({ kind: 'passphrase', passphrase });
    expect(playground.get(conversation).path).toEqual([turn, answer]);
    expect(() => playground.removeMessage(conversation, second.answer)).toThrow('no longer in the store');
  });

  it('of the library is off the list at once, and stays when its file is added again meanwhile', async () => {
    const fixture = openLibraryFixture({ removals: true });
    onTestFinished(() => fixture.close());
    const folder = fixture.place();
    const file = writeModel(join(folder, 'heron.gguf'), undefined, { seed: 71 });
    const [id = ''] = (await fixture.take([file])).added;
    const own = async () => (await fixture.variants()).filter(({ sample }) => !sample).map((one) => one.id);
    const listed = () => fixture.models.list().flatMap((one) => (one.sample ? [] : [one.id]));
    for (const again of [() => fixture.models.add(file), () => fixture.take([folder])]) {
      fixture.models.forget([id]);
      expect([await own(), listed()]).toEqual([[], []]);
      await again();
      expect([await own(), listed()]).toEqual([[id], [id]]);
    }
    expect(fixture.vault.store().read.all('SELECT * FROM removals')).toEqual([]);
  });

  it('makes room for another of its name, and what could not be deleted is shown again', async () => {
    const all = await opened();
    const { playground, removals, compare } = all;
    const own = playground.presets.save(preset('Own')).id;
    const { token } = playground.presets.remove(own);
    const next = playground.presets.save(preset('own'));
    expect(() => removals.bringBack(token)).toThrow('deleted already');
    expect(named(playground.presets.list())).toContain('own');
    expect(next.id).not.toBe(own);

    const { id } = compare.start({ models: ['base'], prompts: ['a quince'] });
    expect(() => compare.remove(id)).toThrow(expect.objectContaining({ code: 'CONFLICT' }));
    const hiding = removals.register({
      kind: 'test.stubborn',
      carryOut() {
        throw new Error('not now');
      },
      changed: () => undefined,
    });
    hiding.hide(['x']);
    hiding.finish(['x']);
    expect(all.held()).toBe(0);
    expect(all.log.lines).toContainEqual(expect.objectContaining({ level: 'error' }));
  });
});
