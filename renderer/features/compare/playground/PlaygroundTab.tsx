import { ActionIcon, Button, Menu, SegmentedControl, Tooltip } from '@mantine/core';
import { Download, PanelLeftOpen, PanelRightOpen } from 'lucide-react';
import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { FailedState, Notice, SkeletonRows, VariantChip } from '../../../design/index.ts';
import {
  draftChat,
  go,
  preferInPlayground,
  useDraft,
  usePreferences,
  useVariantSlots,
} from '../../../ui-state/index.ts';
import page from '../ComparePage.module.css';
import { ModelPicker } from '../components/ModelPicker.tsx';
import { useModels } from '../data.ts';
import { describeReference } from '../naming.ts';
import { takeOut } from '../useExports.ts';
import { useSidePanel } from '../useSidePanel.ts';
import { askInCompare, settingsOf, takeOver } from './asking.ts';
import { Composer } from './Composer.tsx';
import { ConversationsPanel, titleOf } from './ConversationsPanel.tsx';
import { useChat, useConversation, useExportConversation } from './data.ts';
import { answerUnderWay, branchOf, canGoOn, isAnswer, isContextFull, type ShownMessage, siblingsOf } from './live.ts';
import { copyMessage, type MessageActions, Messages } from './Messages.tsx';
import { NoConversation } from './NoConversation.tsx';
import classes from './PlaygroundTab.module.css';
import { SettingsPanel } from './SettingsPanel.tsx';
import { usePlaygroundCommands } from './usePlaygroundCommands.ts';
import { useReopened } from './useReopened.ts';

const settingsPanel = {
  isOpen: ({ playground }: { playground: { settingsOpen: boolean } }) => playground.settingsOpen,
  keep: (settingsOpen: boolean) => preferInPlayground({ settingsOpen }),
};

const open = (id: string | null) => go({ screen: 'compare', id, tab: 'playground' });

/** One model to talk with, in branches. */
export function PlaygroundTab({ id }: { id: string | null }) {
  const playground = usePreferences((preferences) => preferences.playground);
  const written = useDraft((all) => all.chat);
  const { models, problem: modelsProblem, retry: retryModels } = useModels();
  const { conversation, problem, retry } = useConversation(id);
  const chat = useChat();
  const exported = useExportConversation();
  const list = useSidePanel();
  const settings = useSidePanel(settingsPanel);
  const [editing, setEditing] = useState<string | null>(null);
  const [current, setCurrent] = useState<string | null>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const root = useRef<HTMLDivElement>(null);
  useReopened(id);

  const branch = useMemo(
    () => (conversation ? branchOf(conversation).filter((one) => one !== undefined) : []),
    [conversation],
  );
  const underWay = answerUnderWay(conversation);
  const isBusy = underWay !== null || chat.isPending;
  const lastAnswer = branch.findLast(isAnswer) ?? null;
  const { missing } = settingsOf(playground, written);
  const described = playground.model === null ? null : describeReference(playground.model, models);
  const slotOf = useVariantSlots(described ? [described.key] : []);

  // The settings of a conversation that was opened go into the panel once; from then on they are the person's.
  const takenOver = useRef<string | null>(null);
  useEffect(() => {
    if (conversation === null || takenOver.current === conversation.tree.id || lastAnswer === null) return;
    takenOver.current = conversation.tree.id;
    takeOver(lastAnswer.answer);
  }, [conversation, lastAnswer]);

  // What these do is read when they are called, so that they stay the same and messages are not drawn again for them.
  const now = { id, conversation, branch, isBusy, chat, current, editing };
  const latest = useRef(now);
  latest.current = now;

  const ask = useCallback((text: string, parent: string | null, onAsked?: () => void) => {
    const { id: conversationId, chat } = latest.current;
    const asked = settingsOf(usePreferences.getState().playground, useDraft.getState().chat).settings;
    if (asked === null) return;
    chat.ask.mutate(
      { conversation: conversationId ?? undefined, parent, text, settings: asked },
      {
        onSuccess: (begun) => {
          setEditing(null);
          onAsked?.();
          takenOver.current = begun.conversation;
          if (begun.conversation !== latest.current.id) open(begun.conversation);
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
      const asked = settingsOf(usePreferences.getState().playground, useDraft.getState().chat).settings;
      if (isBusy || conversationId === null || asked === null || message.parent === null) return;
      chat.answerAgain.mutate({ conversation: conversationId, parent: message.parent, settings: asked });
    };
    return {
      move(message, by) {
        const { conversation, chat } = latest.current;
        if (conversation === null) return;
        const { ids, at } = siblingsOf(conversation.tree, message);
        const sibling = ids[at + by];
        if (sibling === undefined) return;
        setCurrent(sibling);
        chat.choose.mutate({ conversation: conversation.tree.id, message: sibling });
      },
      edit(message) {
        setEditing(message);
        if (message === null)
          root.current?.querySelector<HTMLElement>(`[data-message="${latest.current.editing}"]`)?.focus();
      },
      branch: (turn, text) => ask(text, turn.parent),
      again: answerAgain,
      goOn(message) {
        const { id: conversationId, chat, isBusy } = latest.current;
        if (!isBusy && conversationId !== null) chat.goOn.mutate({ conversation: conversationId, message });
      },
      copy: (text) => void copyMessage(text),
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

  const hasMessages = branch.length > 0;
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
        const next = branch[Math.max(0, Math.min(branch.length - 1, at < 0 ? branch.length - 1 : at + by))];
        const element = root.current?.querySelector<HTMLElement>(`[data-message="${next?.id}"]`);
        element?.focus({ preventScroll: true });
        element?.scrollIntoView({ block: 'nearest' });
      },
      edit: on(isTurn, ({ id: message }) => actions.edit(message)),
      again: on(isAnswer, actions.again),
      goOn: on(isCut, ({ id: message }) => actions.goOn(message)),
      move(by: -1 | 1) {
        const hasSiblings = (message: ShownMessage) => {
          const { conversation } = latest.current;
          return conversation !== null && siblingsOf(conversation.tree, message.id).ids.length > 1;
        };
        on(hasSiblings, ({ id: message }) => actions.move(message, by))();
      },
      askInCompare: on(isTurn, ({ id: message }) => actions.askInCompare(message)),
    };
  }, [hasMessages, actions, target]);

  const { mutateAsync: exportText, isPending: isExporting } = exported;
  const exports = useMemo(
    () =>
      id === null || !hasMessages ? null : takeOut('Conversation', (format) => exportText({ id, format }), isExporting),
    [id, hasMessages, exportText, isExporting],
  );
  usePlaygroundCommands({
    write: useCallback(() => field.current?.focus(), []),
    begin: useCallback(() => {
      open(null);
      field.current?.focus();
    }, []),
    toggleList: list.toggle,
    toggleSettings: settings.toggle,
    stop: underWay === null ? null : stop,
    messages: messageCommands,
    exports: useMemo(
      () => exports && { save: (format) => void exports.save(format), copy: () => void exports.copy('markdown') },
      [exports],
    ),
  });

  function stopByEscape(event: KeyboardEvent<HTMLDivElement>) {
    // Menus and dialogs float elsewhere in the page, and Esc is theirs.
    const isHere = event.target instanceof Node && event.currentTarget.contains(event.target);
    if (event.key === 'Escape' && isHere && underWay !== null) stop();
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Esc stops the answer from wherever the focus is in here
    <div className={page.page} ref={root} onKeyDown={stopByEscape}>
      {list.isOpen && <ConversationsPanel open={id} onOpen={open} onHide={list.toggle} />}
      <div className={page.main}>
        <header className={classes.bar}>
          {!list.isOpen && (
            <Tooltip label="Show conversations">
              <ActionIcon onClick={list.toggle} aria-label="Show conversations">
                <PanelLeftOpen size={14} />
              </ActionIcon>
            </Tooltip>
          )}
          <ModelPicker
            models={models}
            chosen={described ? [described.key] : []}
            label={described ? `Model: ${described.name} ${described.quantization}` : 'Choose a model'}
            onChoose={(model) => preferInPlayground({ model })}
          >
            {described && (
              <VariantChip
                plain
                slot={slotOf(described.key)}
                name={described.name}
                quantization={described.quantization}
              />
            )}
          </ModelPicker>
          {conversation && <h2 className={classes.title}>{titleOf(conversation.tree)}</h2>}
          <div className={classes.right}>
            <SegmentedControl
              aria-label="Show answers as"
              value={playground.view}
              onChange={(value) => preferInPlayground({ view: value === 'surprise' ? 'surprise' : 'plain' })}
              data={[
                { value: 'plain', label: 'Plain' },
                { value: 'surprise', label: 'Probability' },
              ]}
            />
            {exports && (
              <Menu position="bottom-end">
                <Menu.Target>
                  <Button variant="default" leftSection={<Download size={14} />} loading={exports.isPending}>
                    Export
                  </Button>
                </Menu.Target>
                <Menu.Dropdown>
                  <Menu.Item onClick={() => void exports.save('markdown')}>Save as Markdown</Menu.Item>
                  <Menu.Item onClick={() => void exports.save('json')}>Save as JSON</Menu.Item>
                  <Menu.Divider />
                  <Menu.Item onClick={() => void exports.copy('markdown')}>Copy as Markdown</Menu.Item>
                </Menu.Dropdown>
              </Menu>
            )}
            {!settings.isOpen && (
              <Tooltip label="Show settings">
                <ActionIcon onClick={settings.toggle} aria-label="Show settings">
                  <PanelRightOpen size={14} />
                </ActionIcon>
              </Tooltip>
            )}
          </div>
        </header>
        {modelsProblem && (
          <FailedState title="The models could not be listed" retry={() => void retryModels()}>
            {modelsProblem.message}
          </FailedState>
        )}
        {problem && conversation !== null && (
          <Notice
            kind="caution"
            action={
              <Button variant="subtle" onClick={retry}>
                Try again
              </Button>
            }
          >
            {problem.message} What had come is shown.
          </Notice>
        )}
        <div className={classes.content}>
          {id === null ? (
            <NoConversation model={playground.model} models={models} onAsk={(text) => ask(text, null)} />
          ) : conversation !== null ? (
            <Messages
              conversation={conversation}
              models={models}
              editing={editing}
              actions={actions}
              onCurrent={setCurrent}
            />
          ) : (
            <div className={page.pending}>
              {problem ? (
                <FailedState
                  title="The conversation could not be opened"
                  {...(problem.code === 'NOT_FOUND' ? {} : { retry })}
                  action={
                    <Button variant="default" onClick={() => open(null)}>
                      Start a new one
                    </Button>
                  }
                >
                  {problem.message}
                </FailedState>
              ) : (
                <SkeletonRows rows={8} label="Opening the conversation" />
              )}
            </div>
          )}
        </div>
        <Composer
          fieldRef={field}
          name={described && `${described.name.replace(/ \(for [^()]*\)$/, '')} ${described.quantization}`}
          missing={missing ?? (id !== null && conversation === null ? 'The conversation is not open.' : null)}
          isUnderWay={underWay !== null}
          isPending={chat.isPending}
          problem={chat.problem?.message ?? null}
          above={lastAnswer?.answer ?? null}
          onSend={send}
          onStop={stop}
          onForgetProblem={chat.forgetProblem}
        />
      </div>
      {settings.isOpen && <SettingsPanel onHide={settings.toggle} />}
    </div>
  );
}
