import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { type ConversationEvent, chatSettings } from '../../preload/contract/playground.ts';
import { passphrase } from '../helpers/openServices.ts';
import {
  ask,
  closePlaygrounds,
  last,
  playgroundBench,
  settings,
  settled,
  texts,
  tokensCame,
} from '../helpers/playgroundBench.ts';

afterEach(closePlaygrounds);

describe('a conversation', () => {
  it('begins with its first turn and goes on under each answer', async () => {
    const one = playgroundBench();
    const first = await settled(one, one.playground.ask(ask('What is a quantization?')));
    expect(last(first).answer).toMatchObject({
      state: 'done',
      model: { reference: 'base', id: 'sha256-base', name: 'base', quantization: 'F16' },
      stats: { tokenCount: 8, stopReason: 'length' },
      context: { size: 4096 },
      continuedAt: [],
    });
    const second = await settled(
      one,
      one.playground.ask(ask('And a group?', { conversation: first.id, parent: last(first).id })),
    );
    expect(texts(second)).toEqual(['What is a quantization?', last(first).text, 'And a group?', last(second).text]);
    expect(second.messages.map(({ parent }) => parent)).toEqual([null, ...second.path.slice(0, -1)]);
    expect(one.playground.list({ search: '', limit: 100 })).toMatchObject([
      { id: first.id, name: null, excerpt: 'What is a quantization?', messageCount: 4 },
    ]);
    // What came before counts for the context.
    expect(last(second).answer.stats?.promptTokens).toBe(texts(second).slice(0, 3).join('').length);
  });

  it('keeps an edited turn beside what was there, and finds each branch again as it was left', async () => {
    const one = playgroundBench();
    const { playground } = one;
    const first = await settled(one, playground.ask(ask('one')));
    const deep = await settled(one, playground.ask(ask('two', { conversation: first.id, parent: last(first).id })));
    const edited = await settled(
      one,
      playground.ask(ask('two, edited', { conversation: first.id, parent: last(first).id })),
    );
    expect(texts(edited).slice(0, 3)).toEqual(['one', last(first).text, 'two, edited']);
    const other = await settled(one, playground.ask(ask('another beginning', { conversation: first.id })));
    expect(texts(other)).toEqual(['another beginning', last(other).text]);
    expect(other.nodes.filter(({ parent }) => parent === null)).toHaveLength(2);

    // Back to the first beginning: the branch below is the one that was looked at there.
    playground.choose(first.id, first.path[0] ?? '');
    expect(playground.get(first.id).path).toEqual(edited.path);
    playground.choose(first.id, deep.path[2] ?? '');
    expect(playground.get(first.id).path).toEqual(deep.path);
    playground.choose(first.id, other.path[0] ?? '');
    playground.choose(first.id, first.path[0] ?? '');
    expect(playground.get(first.id).path).toEqual(deep.path);
  });

  it('has several answers to one turn, each with its own model and settings', async () => {
    const one = playgroundBench();
    const first = await settled(one, one.playground.ask(ask('one')));
    const turn = first.path[0] ?? '';
    const again = await settled(
      one,
      one.playground.answerAgain({
        conversation: first.id,
        parent: turn,
        settings: chatSettings.parse(settings('q4', { sampler: { maxTokens: 8, temperature: 1, seed: 7 } })),
      }),
    );
    expect(again.nodes.filter(({ parent }) => parent === turn)).toHaveLength(2);
    expect(last(again).answer).toMatchObject({ model: { name: 'q4' }, settings: { sampler: { seed: 7 } } });
    expect(last(again).text).not.toBe(last(first).text);
    // Each is used in one conversation, and that is found by either.
    expect(one.playground.uses()).toEqual(['sha256-base', 'sha256-q4'].map((model) => ({ model, count: 1 })));
    const found = (model: string) => one.playground.list({ search: '', limit: 10, model }).map(({ id }) => id);
    expect([found('sha256-q4'), found('absent')]).toEqual([[first.id], []]);
    one.playground.choose(first.id, last(first).id);
    expect(last(one.playground.get(first.id)).text).toBe(last(first).text);
  });

  it('takes one answer at a time, and nothing in a place where it does not belong', async () => {
    const one = playgroundBench({ tokenMs: 2 });
    const begun = one.playground.ask({ ...ask('one'), settings: settings('base', { sampler: { maxTokens: 500 } }) });
    const conflict = expect.objectContaining({ code: 'CONFLICT' });
    expect(() => one.playground.ask(ask('two', { conversation: begun.conversation }))).toThrow(conflict);
    expect(() => one.playground.goOn({ conversation: begun.conversation, message: begun.answer })).toThrow(conflict);
    expect(() => one.playground.remove(begun.conversation)).toThrow(conflict);
    one.jobs.cancel(begun.jobId);
    const whole = await settled(one, begun);
    const badInput = expect.objectContaining({ code: 'BAD_INPUT' });
    expect(() => one.playground.ask(ask('two', { conversation: whole.id, parent: whole.path[0] }))).toThrow(badInput);
    expect(() => one.playground.ask(ask('two', { parent: last(whole).id }))).toThrow(badInput);
    expect(() =>
      one.playground.ask({ ...ask('x'), settings: settings('base', { schema: '{"type": object}' }) }),
    ).toThrow(/it is not JSON, line 1, column 10: a value is missing/);
    expect(() => one.playground.get('nowhere')).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  });

  it('is found by words of its title or its first turn, in whatever case, a page at a time', async () => {
    const one = playgroundBench();
    for (const text of ['Über Bäume', 'a hen by the bridge', 'another hen'])
      await settled(one, one.playground.ask(ask(text)));
    const find = (search: string, more = {}) => one.playground.list({ search, limit: 100, ...more });
    expect(find('HEN').map(({ excerpt }) => excerpt)).toEqual(['another hen', 'a hen by the bridge']);
    expect(find('über bäu')).toHaveLength(1);
    const [newest] = find('', { limit: 1 });
    expect(find('', { before: newest?.id }).map(({ excerpt }) => excerpt)).toEqual([
      'a hen by the bridge',
      'Über Bäume',
    ]);
    one.playground.rename(newest?.id ?? '', 'About keys');
    expect(find('keys')).toMatchObject([{ name: 'About keys' }]);
  });
});

describe('a watcher', () => {
  it('gets the tree, its path whole, then only what is new, and learns of the end', async () => {
    const one = playgroundBench({ tokenMs: 1 });
    const begun = one.playground.ask({ ...ask('one'), settings: settings('base', { sampler: { maxTokens: 40 } }) });
    const events: ConversationEvent[] = [];
    const watching = (async () => {
      for await (const event of one.playground.watch(begun.conversation, new AbortController().signal))
        events.push(event);
    })();
    await settled(one, begun);
    one.playground.rename(begun.conversation, 'named');
    await settled(one, one.playground.goOn({ conversation: begun.conversation, message: begun.answer }));
    // Who watched beside this one may be a frame behind, and of what is deleted nothing comes any more.
    await expect
      .poll(() => events.filter((event) => event.type === 'answer').at(-1)?.answer.stats?.tokenCount)
      .toBe(80);
    one.playground.remove(begun.conversation);
    await watching;

    expect(events[0]?.type).toBe('tree');
    expect(events.at(-1)).toEqual({ type: 'gone' });
    expect(events.some((event) => event.type === 'tree' && event.tree.name === 'named')).toBe(true);
    let tokens = 0;
    for (const event of events) {
      if (event.type === 'message' && event.message.id === begun.answer)
        tokens = event.message.answer?.tokens.length ?? 0;
      if (event.type !== 'tokens') continue;
      expect(event.from).toBe(tokens);
      tokens += event.tokens.length;
    }
    expect(tokens).toBe(80);
  });
});

describe('the store', () => {
  it('keeps an answer that a lock has cut off, and it goes on after the next unlock', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'assay-playground-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const one = playgroundBench({ folder, tokenMs: 2 });
    await one.vault.create({ passphrase });
    const begun = one.playground.ask({ ...ask('one'), settings: settings('base', { sampler: { maxTokens: 80 } }) });
    await tokensCame(one, begun);
    await one.vault.lock();
    expect(() => one.playground.get(begun.conversation)).toThrow(expect.objectContaining({ code: 'LOCKED' }));
    await one.vault.unlock({ kind: 'passphrase', passphrase });
    const cut = last(one.playground.get(begun.conversation));
    expect(cut.answer.state).toBe('cancelled');
    expect(cut.answer.tokens.length).toBeGreaterThan(4);
    one.jobs.resume(begun.jobId);
    const whole = last(await settled(one, begun));
    expect(whole.answer).toMatchObject({ state: 'done', stats: { tokenCount: 80 } });
    expect(whole.text.startsWith(cut.text)).toBe(true);
  });

  it('holds nothing of a conversation that was deleted', async () => {
    const one = playgroundBench();
    const begun = one.playground.ask(ask('the word quince'));
    await settled(one, begun);
    one.playground.remove(begun.conversation);
    expect(one.playground.list({ search: '', limit: 10 })).toEqual([]);
    const { read } = one.vault.store();
    expect(read.get('SELECT count(*) AS n FROM conversations')).toEqual({ n: 0 });
    expect(read.get('SELECT count(*) AS n FROM conversation_messages')).toEqual({ n: 0 });
    expect(() => one.playground.get(begun.conversation)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  });
});

describe('an export', () => {
  it('holds every branch: as JSON with its tokens, as Markdown with what each message follows', async () => {
    const one = playgroundBench();
    const first = await settled(one, one.playground.ask(ask('one')));
    await settled(one, one.playground.ask(ask('one | edited', { conversation: first.id })));
    const json = JSON.parse(one.playground.export(first.id, 'json').text);
    expect(json).toMatchObject({ format: 'assay.conversation', version: 1, id: first.id });
    expect(json.messages.map(({ text, role }: { text: string; role: string }) => [role, text])).toEqual([
      ['user', 'one'],
      ['assistant', last(first).text],
      ['user', 'one | edited'],
      ['assistant', expect.any(String)],
    ]);
    expect(json.messages[1].answer.tokens).toHaveLength(8);
    expect(json.path).toEqual([json.messages[2].id, json.messages[3].id]);
    const { text, fileName } = one.playground.export(first.id, 'markdown');
    expect(fileName).toMatch(/^conversation-.*\.md$/);
    expect(text).toContain('### 3. Asked\n\n```text\none | edited\n```');
    expect(text).toMatch(/## Other branches\n\n### 1\. Asked, a first turn[\s\S]*### 2\. base F16, after 1/);
  });
});

describe('presets', () => {
  it('come with Assay, and a person keeps own ones beside them', () => {
    const { playground } = playgroundBench();
    expect(playground.presets.list().map(({ name, builtIn }) => [name, builtIn])).toEqual([
      ['Greedy', true],
      ['Balanced', true],
      ['Creative', true],
    ]);
    const { sampler } = playground.presets.list()[1]?.settings ?? {};
    if (sampler === undefined) throw new Error('no preset');
    const own = playground.presets.save({
      name: 'Mine',
      settings: { sampler: { ...sampler, seed: 3 }, system: 'Be brief.' },
    });
    playground.presets.save({ id: own.id, name: 'Mine', settings: { sampler, schema: '{"type":"object"}' } });
    playground.presets.rename(own.id, 'Ours');
    expect(playground.presets.list().at(-1)).toEqual({
      id: own.id,
      name: 'Ours',
      builtIn: false,
      settings: { sampler, schema: '{"type":"object"}' },
    });
    expect(() => playground.presets.save({ name: 'greedy', settings: { sampler } })).toThrow(
      expect.objectContaining({ code: 'CONFLICT' }),
    );
    expect(() => playground.presets.remove('greedy')).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
    playground.presets.remove(own.id);
    expect(playground.presets.list()).toHaveLength(3);
  });
});
