import type { ChatHistoryItem, ChatWrapper, LlamaText, Token } from 'node-llama-cpp';
import type { Addon } from '../../../native/addon/types.d.ts';
import { noChatTemplate } from '../../../preload/contract/models.ts';
import { Fault } from '../../base/fault.ts';
import { chatWrapperOf, contextOf } from './chatWrapper.ts';
import { readParts, wholeOf } from './inspect.ts';
import type { LabChunk, OpenVocabulary } from './labInput.ts';

interface Conversation {
  item?: number;
  system?: string;
  messages: { role: 'user' | 'assistant'; text: string }[];
}

/** node-llama-cpp's kind of tokenizer, on our own vocabulary. */
type Tokenizer = Parameters<LlamaText['tokenize']>[0];

/** One chunk a conversation; its answers and the tokens that end them are scored. `notes`: what the person is to know of the template. */
export async function conversationTokens(
  addon: Addon,
  vocabulary: OpenVocabulary,
  chats: Conversation[],
): Promise<{ chunks: LabChunk[]; notes: string[] }> {
  const library = await import('node-llama-cpp');
  const found = wholeOf(readParts(vocabulary.path)).values.get('tokenizer.chat_template');
  const wrapper = chatWrapperOf(
    library,
    vocabulary.path,
    found,
    (template) => new library.JinjaTemplateChatWrapper({ template }),
  );
  const tokenizer = tokenizerOf(addon, vocabulary);
  return {
    chunks: chats.map((chat) => ({ ...chunkOf(chat, wrapper, tokenizer, vocabulary), item: chat.item })),
    notes: wrapper instanceof library.GeneralChatWrapper ? [noChatTemplate('The reference')] : [],
  };
}

/**
 * Every answer is scored where it stands as it stood when it was given. A template may set earlier turns in another way (without their
 * reasoning, for one); those are read and not scored. The last answer always is.
 */
function chunkOf(chat: Conversation, wrapper: ChatWrapper, tokenizer: Tokenizer, vocabulary: OpenVocabulary): LabChunk {
  if (chat.messages.at(-1)?.role !== 'assistant')
    throw new Fault('BAD_INPUT', 'A conversation without an answer at its end has nothing to score.');
  const end = chat.messages.length - 1;
  const last = answerAt(chat, end, wrapper, tokenizer, vocabulary);
  const targets = new Set<number>();
  for (const [index, { role }] of chat.messages.entries()) {
    if (role !== 'assistant') continue;
    const given = index === end ? last : answerAt(chat, index, wrapper, tokenizer, vocabulary);
    if (!given.tokens.every((token, place) => last.tokens[place] === token)) continue;
    for (let place = Math.max(1, given.first); place < given.tokens.length; place++) targets.add(place);
  }
  return { tokens: Int32Array.from(last.tokens), targets: Int32Array.from(targets) };
}

/** What a model reads up to the end of the answer at `index`, and where that answer begins. */
function answerAt(
  chat: Conversation,
  index: number,
  wrapper: ChatWrapper,
  tokenizer: Tokenizer,
  vocabulary: OpenVocabulary,
): { tokens: number[]; first: number } {
  const before = historyOf({ ...chat, messages: chat.messages.slice(0, index) });
  const stateOf = (response: string[]) => contextOf(wrapper, [...before, { type: 'model', response }]);
  const answered = stateOf([chat.messages[index]?.text ?? '']);
  const prompt = stateOf([]).contextText.tokenize(tokenizer);
  const tokens: number[] = answered.contextText.tokenize(tokenizer);
  let first = 0;
  while (first < prompt.length && first < tokens.length - 1 && prompt[first] === tokens[first]) first += 1;
  // The end of the answer is part of it: a model that does not stop is worse.
  const [end] = answered.stopGenerationTriggers.map((trigger) => trigger.tokenize(tokenizer));
  if (end?.length === 1 && end[0] !== undefined && tokens.at(-1) !== end[0]) tokens.push(end[0]);
  if (vocabulary.bos !== null && tokens[0] !== vocabulary.bos) {
    tokens.unshift(vocabulary.bos);
    first += 1;
  }
  return { tokens, first };
}

function historyOf({ system, messages }: Conversation): ChatHistoryItem[] {
  const history: ChatHistoryItem[] = system === undefined ? [] : [{ type: 'system', text: system }];
  for (const { role, text } of messages)
    history.push(role === 'user' ? { type: 'user', text } : { type: 'model', response: [text] });
  return history;
}

function tokenizerOf(addon: Addon, vocabulary: OpenVocabulary): Tokenizer {
  const cut = (text: string, special: boolean): number[] =>
    text === '' ? [] : [...addon.tokenizeNow(vocabulary.handle, text, false, special)];
  const lineBreak = cut('\n', false);
  const names = ['BOS', 'EOS', 'EOT', 'NL', 'SEP'] as const;
  const tokenize = (text: string, special: boolean | 'builtin' = false, options?: 'trimLeadingSpace'): Token[] => {
    if (special === 'builtin') {
      const name = names.find((one) => one === text);
      const token = name === undefined ? null : addon.namedToken(vocabulary.handle, name);
      return token === null ? [] : asTokens([token]);
    }
    if (options !== 'trimLeadingSpace' || text === '') return asTokens(cut(text, special));
    // SentencePiece puts a space before a text; after a line break it does not, and the line break is then taken away.
    const behind = cut(`\n${text}`, special);
    const kept = lineBreak.every((token, index) => behind[index] === token);
    return asTokens(kept ? behind.slice(lineBreak.length) : cut(text, special));
  };
  return Object.assign(tokenize, {
    detokenize: () => '',
    isSpecialToken: () => false,
    isEogToken: () => false,
  }) as unknown as Tokenizer;
}

const asTokens = (ids: number[]) => ids.map((id) => id as Token);
