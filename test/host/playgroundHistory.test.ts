import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../main/base/clock.ts';
import { createAudit } from '../../main/services/audit/index.ts';
import { createPlayground } from '../../main/services/compare/index.ts';
import { createPrompts } from '../../main/services/prompts/index.ts';
import { isDeleted } from '../../preload/contract/errors.ts';
import { chatSettings } from '../../preload/contract/playground.ts';
import { characterModels, createCharacterEngine } from '../helpers/characterEngine.ts';
import { keyedPrompts } from '../helpers/keyedPrompts.ts';
import { openServices } from '../helpers/openServices.ts';
import { last, settings, settled } from '../helpers/playgroundBench.ts';
import { nothingHidden, promptsFixture, sampleFolder } from '../helpers/promptsFixture.ts';

/** The playground, the queue and the history on one store, with the character engine. */
function withHistory(undoMs = 60_000, clock = systemClock) {
  const opened = openServices();
  const audit = createAudit({ vault: opened.vault, changes: opened.changes, clock: systemClock });
  const prompts = createPrompts({ sampleFolder, vault: opened.vault, audit, changes: opened.changes, undoMs });
  const playground = createPlayground({
    ...opened,
    models: characterModels(['base', 'crash', 'absent']),
    engine: createCharacterEngine(),
    history: { ...prompts.history, ...prompts.removal },
    clock,
  });
  onTestFinished(async () => {
    await opened.close();
    await prompts.close();
  });
  return { ...opened, ...prompts, playground };
}

describe('an answer of the playground', () => {
  it('is in the history with its turn and settings; what goes on replaces itself there', async () => {
    const all = withHistory();
    const asked = { ...settings('base'), system: 'Be brief.' };
    const begun = all.playground.ask({ text: 'What is a quince?', settings: asked });
    await settled(all, begun);
    await settled(all, all.playground.goOn({ conversation: begun.conversation, message: begun.answer }));
    const { entries } = all.history.list({ search: 'quince', source: 'playground' });
    expect(entries).toHaveLength(1);
    expect(all.history.get(entries[0]?.id ?? '', '')).toMatchObject({
      origin: begun.conversation,
      promptText: 'What is a quince?',
      answerText: last(all.playground.get(begun.conversation)).text,
      system: 'Be brief.',
      tokenCount: 16,
      stopReason: 'length',
      settings: { sampler: { maxTokens: 8 } },
      model: { id: 'sha256-base', quantization: 'F16' },
    });
  });

  it('that failed is kept as far as it came, also without a word', async () => {
    const all = withHistory();
    await settled(all, all.playground.ask({ text: 'one', settings: settings('crash') }));
    await settled(all, all.playground.ask({ text: 'never', settings: settings('absent') }));
    const { entries } = all.history.list({});
    expect(entries).toMatchObject([{ state: 'failed', answer: [] }, { state: 'failed' }]);
    expect(all.history.list({ search: 'never' }).entries).toHaveLength(1);
  });
});

describe('an answer further down in a conversation', () => {
  it('says how many messages the model was given before its prompt, in its entry and in both exports', async () => {
    const all = withHistory();
    const begun = all.playground.ask({ text: 'one', settings: settings('base') });
    const { id } = await settled(all, begun);
    const next = { conversation: id, parent: begun.answer, text: 'And then?', settings: settings('base') };
    await settled(all, all.playground.ask(next));
    const { entries } = all.history.list({ sort: 'oldest' });
    expect(entries.map((entry) => all.history.get(entry.id, '').messagesBefore)).toEqual([0, 2]);
    const { text } = all.export({ format: 'jsonl' });
    expect(
      text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).messagesBefore),
    ).toEqual([2, 0]);
    expect(all.export({ format: 'markdown' }).text.match(/2 messages of its conversation went before/g)).toHaveLength(
      1,
    );
    const other = promptsFixture();
    await other.prompts.import({ files: [{ name: 'a.jsonl', base64: Buffer.from(text).toString('base64') }] });
    const [back] = other.prompts.history.list({ search: 'then' }).entries;
    expect(other.prompts.history.get(back?.id ?? '', '').messagesBefore).toBe(2);
  });
});

describe('deletion', () => {
  it('of a conversation takes its answers out of the history', async () => {
    const all = withHistory();
    const begun = all.playground.ask({ text: 'one', settings: settings('base') });
    const first = await settled(all, begun);
    await settled(
      all,
      all.playground.ask({ conversation: first.id, parent: begun.answer, text: 'two', settings: settings('base') }),
    );
    expect(all.history.list({}).entries).toHaveLength(2);
    all.playground.remove(first.id);
    await nothingHidden(all);
    expect(all.history.list({}).entries).toEqual([]);
  });

  it('of a message takes what follows it along, in every branch and in the history, and nothing beside it', async () => {
    const all = withHistory(1);
    const ask = (text: string, conversation?: string, parent?: string) =>
      all.playground.ask({ conversation, parent: parent ?? null, text, settings: settings('base') });
    const first = ask('kept quince');
    const { id } = await settled(all, first);
    const second = ask('doomed secret', id, first.answer);
    await settled(all, second);
    const { messages } = await settled(all, ask('below the secret', id, second.answer));
    await settled(all, ask('another branch', id, first.answer));
    expect(all.playground.get(id).nodes).toHaveLength(8);
    const doomed = messages[2]?.id ?? '';
    all.playground.choose(id, doomed);

    all.playground.removeMessage(id, doomed);
    await nothingHidden(all);
    const left = all.playground.get(id);
    expect(left.nodes).toHaveLength(4);
    expect(left.messages.filter(({ answer }) => answer === null).map(({ text }) => text)).toEqual([
      'kept quince',
      'another branch',
    ]);
    expect(all.history.list({}).entries).toHaveLength(2);
    expect(all.history.list({ search: 'secret' }).entries).toEqual([]);
    expect(() => all.playground.removeMessage(id, doomed)).toThrow('no longer in the store');

    // The first turn is the whole conversation.
    all.playground.removeMessage(id, left.messages[0]?.id ?? '');
    await nothingHidden(all);
    expect(all.playground.list({ search: '', limit: 10 })).toEqual([]);
    expect(all.history.list({}).entries).toEqual([]);
  });

  it('of a message is refused while its answer is under way, and of another one meanwhile is not', async () => {
    const all = withHistory(1);
    const begun = all.playground.ask({ text: 'one', settings: settings('base') });
    const first = await settled(all, begun);
    const [turn, answer] = first.messages.map(({ id }) => id);
    const again = { conversation: first.id, parent: turn ?? '', settings: chatSettings.parse(settings('base')) };
    const other = all.playground.answerAgain(again);
    expect(() => all.playground.removeMessage(first.id, other.answer)).toThrow('under way');
    expect(() => all.playground.removeMessage(first.id, turn ?? '')).toThrow('under way');
    all.playground.removeMessage(first.id, answer ?? '');
    expect((await settled(all, other)).nodes.map(({ id }) => id)).toEqual([turn, other.answer]);
  });

  it('of an answer in the history leaves nothing of it in the conversation, of the last one takes that along', async () => {
    const all = withHistory(1);
    const asked = { ...settings('base'), system: 'A secret system' };
    const begun = all.playground.ask({ text: 'a secret', settings: asked });
    const first = await settled(all, begun);
    await settled(
      all,
      all.playground.ask({ conversation: first.id, parent: begun.answer, text: 'two', settings: settings('base') }),
    );
    const [entry] = all.history.list({ search: 'secret' }).entries;
    all.removal.remove({ ids: [entry?.id ?? ''], whole: false });
    await nothingHidden(all);
    const left = all.playground.get(first.id);
    expect(left.messages.map(({ text, answer }) => [text === '', answer !== null && isDeleted(answer)])).toEqual([
      [true, false],
      [true, true],
      [false, false],
      [false, false],
    ]);
    expect(left.excerpt).toBe('two');
    expect(JSON.stringify(left)).not.toContain('secret');
    const again = { conversation: first.id, parent: left.messages[0]?.id ?? '', settings: chatSettings.parse(asked) };
    expect(() => all.playground.answerAgain(again)).toThrow('deleted in Prompts');
    expect(() => all.playground.goOn({ conversation: first.id, message: begun.answer })).toThrow('nothing to go on');
    all.removal.remove({ ids: all.history.list({}).entries.map(({ id }) => id), whole: false });
    await nothingHidden(all);
    expect(all.playground.list({ search: '', limit: 10 })).toEqual([]);
  });

  it('by the rule of retention does so, too', async () => {
    const all = withHistory(60_000, { now: () => Date.now() - 40 * 24 * 3600 * 1000 });
    await settled(all, all.playground.ask({ text: 'old', settings: settings('base') }));
    await settled(all, all.playground.ask({ text: 'old and without an answer', settings: settings('absent') }));
    all.removal.setRetention({ keepDays: 30, keepMarked: true });
    await nothingHidden(all);
    expect(all.playground.list({ search: '', limit: 10 })).toEqual([]);
  });

  it.each(['conversation', 'first turn'])(
    'of a %s leaves nothing in any page of the database and its log, read with the key',
    async (what) => {
      const { vault, changes, jobs, prompts, bytes } = keyedPrompts();
      const playground = createPlayground({
        vault,
        changes,
        jobs,
        models: characterModels(['base']),
        engine: createCharacterEngine(),
        history: { ...prompts.history, ...prompts.removal },
      });
      const secret = 'Zyzzogeton';
      const begun = playground.ask({
        text: `${secret} ${'long '.repeat(700)}`,
        settings: { ...settings('base'), system: `${secret} system ${'long '.repeat(3000)}` },
      });
      const first = await settled({ playground }, begun);
      playground.rename(first.id, `${secret} title`);
      const kept = await settled({ playground }, playground.ask({ text: 'another one', settings: settings('base') }));
      expect(bytes()).toContain(`${secret} title`);
      if (what === 'conversation') playground.remove(first.id);
      else playground.removeMessage(first.id, first.messages[0]?.id ?? '');
      await nothingHidden({ vault, removal: prompts.removal });
      const left = bytes();
      for (const word of [secret, secret.toLowerCase(), last(first).text])
        expect(left.includes(word), word).toBe(false);
      expect(left).toContain('another one');
      expect(playground.get(kept.id).messages).toHaveLength(2);
    },
  );
});
