import type { ChatMessage, ConversationEvent, ConversationTree } from '../../../../preload/contract/playground.ts';
import { createFrames, type Frames } from '../../../base/frames.ts';

/** What a watcher reads of the store when a frame is due. */
export interface ConversationReader {
  /** Undefined when it was deleted. */
  tree(): ConversationTree | undefined;
  message(id: string): ChatMessage;
}

/** Answers under way, and those who watch conversations. */
export interface Live {
  /** An answer under way, as far as it is. */
  find(message: string): ChatMessage | undefined;
  isUnderWay(conversation: string): boolean;
  /** Puts an answer under way. From then on its job writes into it and calls `touch`. */
  begin(conversation: string, message: ChatMessage): void;
  /** It got tokens, or (`state`) anything else of it changed. */
  touch(message: ChatMessage, what: 'tokens' | 'state'): void;
  /** It is settled and in the store. */
  end(message: ChatMessage): void;
  /** Messages came, another branch was chosen, the name changed, or it was deleted. `again`: messages to be sent anew. */
  changed(conversation: string, again?: readonly string[]): void;
  watch(conversation: string, reader: ConversationReader, signal: AbortSignal): AsyncGenerator<ConversationEvent, void>;
}

interface Watcher {
  frames: Frames;
  isTreeNew: boolean;
  /** How many tokens of each message it has got. */
  sent: Map<string, number>;
  /** What changed since its last frame; read when the frame is due. */
  waiting: Map<string, { message: ChatMessage; state: boolean }>;
}

export function createLive(): Live {
  const answers = new Map<string, { conversation: string; message: ChatMessage }>();
  const watchers = new Map<string, Set<Watcher>>();

  function touch(message: ChatMessage, what: 'tokens' | 'state'): void {
    const conversation = answers.get(message.id)?.conversation;
    if (conversation === undefined) return;
    for (const { waiting, frames } of watchers.get(conversation) ?? []) {
      const state = what === 'state' || waiting.get(message.id)?.state === true;
      waiting.set(message.id, { message, state });
      frames.mark();
    }
  }

  function changed(conversation: string, again: readonly string[] = []): void {
    for (const watcher of watchers.get(conversation) ?? []) {
      for (const id of again) watcher.sent.delete(id);
      watcher.isTreeNew = true;
      watcher.frames.mark();
    }
  }

  async function* watch(
    conversation: string,
    reader: ConversationReader,
    signal: AbortSignal,
  ): AsyncGenerator<ConversationEvent, void> {
    const watcher: Watcher = { frames: createFrames(signal), isTreeNew: true, sent: new Map(), waiting: new Map() };
    const all = watchers.get(conversation) ?? new Set();
    watchers.set(conversation, all.add(watcher));
    watcher.frames.mark();
    const leave = () => {
      all.delete(watcher);
      if (all.size === 0 && watchers.get(conversation) === all) watchers.delete(conversation);
    };
    signal.addEventListener('abort', leave, { once: true });
    try {
      while (await watcher.frames.next()) {
        for (const event of takeDue(watcher, reader)) {
          if (signal.aborted) return;
          yield event;
          if (event.type === 'gone') return;
        }
      }
    } finally {
      signal.removeEventListener('abort', leave);
      leave();
    }
  }

  /** What a watcher has waiting, as it stands now; nothing waits afterwards. */
  function* takeDue(watcher: Watcher, reader: ConversationReader): Generator<ConversationEvent> {
    const waiting = [...watcher.waiting.values()];
    watcher.waiting.clear();
    if (watcher.isTreeNew) {
      watcher.isTreeNew = false;
      const tree = reader.tree();
      if (tree === undefined) return yield { type: 'gone' };
      yield { type: 'tree', tree };
      for (const id of tree.path) {
        if (watcher.sent.has(id)) continue;
        const message = answers.get(id)?.message ?? reader.message(id);
        const tokens = [...(message.answer?.tokens ?? [])];
        watcher.sent.set(id, tokens.length);
        yield { type: 'message', message: { ...message, answer: message.answer && { ...message.answer, tokens } } };
      }
    }
    for (const { message, state } of waiting) {
      const from = watcher.sent.get(message.id);
      // An answer that goes on meanwhile is another object, and was sent anew.
      const isOld = (answers.get(message.id)?.message ?? message) !== message;
      if (from === undefined || message.answer === null || isOld) continue;
      const { tokens, ...answer } = message.answer;
      const more = tokens.slice(from);
      watcher.sent.set(message.id, tokens.length);
      if (more.length > 0) yield { type: 'tokens', message: message.id, from, tokens: more };
      if (state) yield { type: 'answer', message: message.id, answer: { ...answer } };
    }
  }

  return {
    find: (message) => answers.get(message)?.message,
    isUnderWay: (conversation) => [...answers.values()].some((one) => one.conversation === conversation),
    begin(conversation, message) {
      answers.set(message.id, { conversation, message });
      // One that goes on may have lost its last tokens: it is sent anew.
      changed(conversation, [message.id]);
    },
    touch,
    end(message) {
      touch(message, 'state');
      answers.delete(message.id);
    },
    changed,
    watch,
  };
}
