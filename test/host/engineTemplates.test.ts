import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GenerateRequest } from '../../main/base/generation.ts';
import { answerOf, type EngineFixture, openEngineFixture, requestOf } from '../helpers/engineFixture.ts';
import { randomLlama, testTemplate, writeModel } from '../helpers/ggufModel.ts';
import { addonStands, labModel, measured, openLabFixture, whyNoAddon } from '../helpers/labModels.ts';

type Message = GenerateRequest['messages'][number];

const never = new AbortController().signal;

/** Templates that no conversation can be set with, and what is wrong with each. */
const unusable = {
  unfinished: { template: '{% for m in %}', reason: /Unexpected token/ },
  refusing: { template: "{{ raise_exception('not today') }}", reason: /not today/ },
  deaf: { template: 'hello {% if add_generation_prompt %}x{% endif %}', reason: /not present in the/ },
  endless: {
    template:
      '{% set ns = namespace(s="aaaaaaaaaaaaaaaa") %}{% for a in range(40) %}{% set ns.s = ns.s + ns.s %}{% endfor %}{{ ns.s }}',
    reason: /string length/,
  },
};

const alternating =
  "{% for message in messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Conversation roles must alternate') }}{% endif %}{% endfor %}";
const gemma = {
  // As Gemma's own: no system prompt, turns that alternate, and a role of another name.
  refuses:
    "{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}" +
    alternating,
  body:
    "{{ bos_token }}{% for message in messages %}{% set role = 'model' if message['role'] == 'assistant' else message['role'] %}" +
    "{{ '<start_of_turn>' + role + '\\n' + message['content'] | trim + '<end_of_turn>\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<start_of_turn>model\\n' }}{% endif %}",
};

const said = (text: string): Message => ({ role: 'user', text });
const answered = (text: string): Message => ({ role: 'assistant', text });

describe('the chat template of a file', { timeout: 240_000 }, () => {
  let fixture: EngineFixture;
  beforeAll(async () => {
    fixture = await openEngineFixture();
  });
  afterAll(() => fixture.close());

  async function modelWith(name: string, chatTemplate: string) {
    const path = writeModel(join(fixture.folder, `${name}.gguf`), randomLlama({ seed: 7, chatTemplate }));
    return fixture.models.resolve(path);
  }

  /** What a conversation takes and what comes of it. The weights are the same for each template, so equal prompts have equal answers. */
  async function answersOf(name: string, template: string, conversations: Message[][], system?: string) {
    const model = await modelWith(name, template);
    const answers: { promptTokens: number | undefined; ids: number[] }[] = [];
    for (const messages of conversations) {
      const request = requestOf(model, { messages, system, sampler: { maxTokens: 12 } });
      const { stats, tokens } = await answerOf(fixture.engine.generate(request, never));
      answers.push({ promptTokens: stats?.promptTokens, ids: tokens.map(({ id }) => id) });
    }
    await fixture.engine.unload(model.id);
    return answers;
  }

  it.each(Object.entries(unusable))(
    'that is %s is refused with its reason, and no other is put in its place',
    async (name, { template, reason }) => {
      const model = await modelWith(name, template);
      const refused = await answerOf(fixture.engine.generate(requestOf(model), never)).catch((thrown) => thrown);
      expect(refused).toMatchObject({ code: 'MODEL_UNSUPPORTED', message: expect.stringMatching(reason) });
      expect(refused.message).toContain(`The chat template of ${model.path} cannot be used: `);
      expect(refused.message).not.toContain('Inspect the Jinja template');
    },
  );

  it('that refuses some conversations on purpose sets all others as it is written', async () => {
    const conversations = [
      [said('hello world')],
      [said('one'), answered('two'), said('three')],
      [said('one'), answered('two')],
    ];
    const strict = await answersOf('alternating', alternating + testTemplate, conversations);
    expect(strict).toEqual(await answersOf('lenient', testTemplate, conversations));
    const gemmaLike = await answersOf('gemma', gemma.refuses + gemma.body, conversations);
    expect(gemmaLike).toEqual(await answersOf('gemma-lenient', gemma.body, conversations));
  });

  it('that has no place for a system prompt gets it within the first turn', async () => {
    const [without, within] = [
      await answersOf('gemma-none', gemma.refuses + gemma.body, [[said('hello')]]),
      await answersOf('gemma-system', gemma.refuses + gemma.body, [[said('hello')]], 'be brief'),
    ];
    expect(within[0]?.promptTokens).toBeGreaterThan(without[0]?.promptTokens ?? 0);
  });

  it('that needs a system prompt is used with one, and without one says what it lacks', async () => {
    const needing = `{% if messages[0]['role'] != 'system' %}{{ raise_exception('A system prompt is needed') }}{% endif %}${testTemplate}`;
    const given = await answersOf('needing', needing, [[said('hello')]], 'be brief');
    expect(given).toEqual(await answersOf('taking', testTemplate, [[said('hello')]], 'be brief'));
    await expect(answersOf('needing', needing, [[said('hello')]])).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringContaining('A system prompt is needed. Add a system prompt'),
    });
  });
});

describe('the chat template of a reference in the lab', { timeout: 240_000 }, () => {
  it.skipIf(!addonStands)(
    `is held to the same: refused with its reason, and told of where there is none${whyNoAddon}`,
    async () => {
      const lab = openLabFixture();
      try {
        const chats = [{ messages: [said('hello'), answered('well')] }];
        const run = (name: string, chatTemplate: string | null) =>
          measured(lab.lab, {
            reference: labModel(writeModel(lab.path(name), randomLlama({ chatTemplate }))),
            candidates: [],
            input: { kind: 'chats', chats },
            threads: 1,
          });
        await expect(run('unfinished.gguf', unusable.unfinished.template)).rejects.toMatchObject({
          code: 'MODEL_UNSUPPORTED',
          message: expect.stringContaining('unfinished.gguf cannot be used: Unexpected token'),
        });
        expect((await run('none.gguf', null)).notes.join(' ')).toContain('The reference has no chat template');
        expect((await run('one.gguf', testTemplate)).notes.join(' ')).not.toContain('chat template');
      } finally {
        await lab.close();
      }
    },
  );
});
