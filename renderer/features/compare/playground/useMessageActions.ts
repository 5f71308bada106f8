import { type RefObject, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { draftChat, go, useDraft, usePreferences } from '../../../ui-state/index.ts';
import { askInCompare, settingsOf } from './asking.ts';
import type { useChat } from './data.ts';
import {
  answerUnderWay,
  canGoOn,
  isAnswer,
  isContextFull,
  placesOf,
  type ShownConversation,
  type ShownMessage,
} from './live.ts';
import { copyMessage, type MessageActions } from './Messages.tsx';

interface Situation {
  id: string | null;
  conversation: ShownConversation | null;
  branch: readonly ShownMessage[];
  /** An answer is under way or being asked for. */
  isBusy: boolean;
  chat: ReturnType<typeof useChat>;
  /** The element that holds the messages. */
  root: RefObject<HTMLElement | null>;
  /** Returns the version that stands in its place then; null: none does. */
  remove(message: string): string | null;
  /** Told of what was asked here: its settings are the panel's already. */
  onAsked(conversation: string): void;
}

/** How the next answer is asked for, as it is set now; null when something is missing. */
function settingsNow() {
  return settingsOf(usePreferences.getState().playground, useDraft.getState().chat).settings;
}

/** All that a person does with messages, by buttons and by keys. */
export function useMessageActions(situation: Situation) {
  const [editing, setEditing] = useState<string | null>(null);
  const [current, setCurrent] = useState<string | null>(null);

  // What these do is read when they are called, so that they stay the same and messages are not drawn again for them.
  const now = { ...situation, current, editing };
  const latest = useRef(now);
  latest.current = now;

  // The focus would be lost with what is deleted: it goes to what stands there then, once that has come.
  const focusNext = useRef<string | null>(null);
  const { branch, root } = situation;
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs again when other messages are shown, as only then the one to focus may be on the page
  useEffect(() => {
    const element = root.current?.querySelector<HTMLElement>(`[data-message="${focusNext.current}"]`);
    if (element == null) return;
    focusNext.current = null;
    element.focus({ preventScroll: true });
  }, [branch]);

  const ask = useCallback((text: string, parent: string | null, onAsked?: () => void) => {
    const { id: conversationId, chat } = latest.current;
    const asked = settingsNow();
    if (asked === null) return;
    chat.ask.mutate(
      { conversation: conversationId ?? undefined, parent, text, settings: asked },
      {
        onSuccess: (begun) => {
          setEditing(null);
          onAsked?.();
          latest.current.onAsked(begun.conversation);
          if (begun.conversation !== latest.current.id)
            go({ screen: 'compare', id: begun.conversation, tab: 'playground' });
        },
      },
    );
  }, []);

  const send = useCallback(() => {
    const { text } = useDraft.getState().chat;
    const above = latest.current.branch.findLast(isAnswer);
    ask(text, above?.id ?? null, () => draftChat({ text: '' }));
  }, [ask]);

  const stop = useCallback(() => {
    const { conversation, chat } = latest.current;
    const job = answerUnderWay(conversation)?.answer?.jobId;
    if (job) chat.stop.mutate(job);
  }, []);

  const actions = useMemo<MessageActions>(() => {
    const answerAgain = (message: ShownMessage) => {
      const { id: conversationId, chat, isBusy } = latest.current;
      const asked = settingsNow();
      if (isBusy || conversationId === null || asked === null || message.parent === null) return;
      chat.answerAgain.mutate({ conversation: conversationId, parent: message.parent, settings: asked });
    };
    return {
      move(message, by) {
        const { conversation, chat } = latest.current;
        if (conversation === null) return;
        const place = placesOf(conversation.tree).get(message);
        const sibling = place?.ids[place.at + by];
        if (sibling === undefined) return;
        setCurrent(sibling);
        chat.choose.mutate({ conversation: conversation.tree.id, message: sibling });
      },
      edit(message) {
        setEditing(message);
        if (message === null)
          latest.current.root.current
            ?.querySelector<HTMLElement>(`[data-message="${latest.current.editing}"]`)
            ?.focus();
      },
      branch: (turn, text) => ask(text, turn.parent),
      again: answerAgain,
      goOn(message) {
        const { id: conversation, chat, isBusy, branch } = latest.current;
        if (isBusy || conversation === null) return;
        // Of what failed before its first word, the settings may have been the reason: it is tried as set now.
        const isEmpty = branch.find(({ id }) => id === message)?.answer?.tokens.length === 0;
        const settings = isEmpty ? settingsNow() : null;
        chat.goOn.mutate({ conversation, message, ...(settings && { settings }) });
      },
      copy: (text) => void copyMessage(text),
      remove(message) {
        const { branch, isBusy, root, remove } = latest.current;
        if (isBusy) return;
        const before = branch[branch.findIndex(({ id }) => id === message) - 1];
        const next = remove(message) ?? before?.id ?? null;
        setCurrent(next);
        focusNext.current = next;
        if (next === null) root.current?.querySelector<HTMLElement>('textarea[aria-label="Message"]')?.focus();
      },
      askInCompare(message) {
        const { branch } = latest.current;
        const at = branch.findIndex((one) => one.id === message);
        const turn = branch[at];
        if (turn !== undefined) askInCompare(turn.text, branch[at + 1]?.answer ?? null);
      },
    };
  }, [ask]);

  /** The message that a key is for: the one that has the focus, else the last one of its kind. */
  const target = useCallback((fits: (message: ShownMessage) => boolean): ShownMessage | undefined => {
    const { branch, current } = latest.current;
    const at = branch.findIndex((one) => one.id === current);
    const here = branch[at];
    if (here !== undefined && fits(here)) return here;
    // From a turn to its answer, from an answer to its turn.
    const beside = here === undefined ? undefined : branch[isAnswer(here) ? at - 1 : at + 1];
    return beside !== undefined && fits(beside) ? beside : branch.findLast(fits);
  }, []);

  const hasMessages = situation.branch.length > 0;
  const messageCommands = useMemo(() => {
    if (!hasMessages) return null;
    const on = (fits: (message: ShownMessage) => boolean, act: (message: ShownMessage) => void) => () => {
      const message = target(fits);
      if (message !== undefined) act(message);
    };
    const isTurn = (message: ShownMessage) => !isAnswer(message);
    const isCut = ({ answer }: ShownMessage) => answer !== null && canGoOn(answer) && !isContextFull(answer);
    return {
      focus(by: -1 | 1) {
        const { branch, current } = latest.current;
        const at = branch.findIndex((one) => one.id === current);
        // From nowhere, down leads to the first one and up to the last.
        const to = at < 0 ? (by > 0 ? 0 : branch.length - 1) : at + by;
        const next = branch[Math.max(0, Math.min(branch.length - 1, to))];
        const element = latest.current.root.current?.querySelector<HTMLElement>(`[data-message="${next?.id}"]`);
        element?.focus({ preventScroll: true });
        element?.scrollIntoView({ block: 'nearest' });
      },
      edit: on(isTurn, ({ id: message }) => actions.edit(message)),
      again: on(isAnswer, actions.again),
      goOn: on(isCut, ({ id: message }) => actions.goOn(message)),
      move(by: -1 | 1) {
        const hasSiblings = (message: ShownMessage) => {
          const { conversation } = latest.current;
          return conversation !== null && (placesOf(conversation.tree).get(message.id)?.ids.length ?? 0) > 1;
        };
        on(hasSiblings, ({ id: message }) => actions.move(message, by))();
      },
      askInCompare: on(isTurn, ({ id: message }) => actions.askInCompare(message)),
      remove: on(
        () => true,
        ({ id: message }) => actions.remove(message),
      ),
    };
  }, [hasMessages, actions, target]);

  return { actions, messageCommands, editing, ask, send, stop, onCurrent: setCurrent };
}
