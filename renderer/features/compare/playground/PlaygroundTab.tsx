import { ActionIcon, Button, SegmentedControl, Tooltip } from '@mantine/core';
import { PanelRightOpen } from 'lucide-react';
import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef } from 'react';
import { lacksChatTemplate, noChatTemplate } from '../../../../preload/contract/models.ts';
import { FailedState, SkeletonRows, VariantChip } from '../../../design/index.ts';
import { go, preferInPlayground, useDraft, usePreferences, useVariantSlots } from '../../../ui-state/index.ts';
import page from '../ComparePage.module.css';
import { CutOff } from '../components/CutOff.tsx';
import { ExportMenu } from '../components/ExportMenu.tsx';
import { ModelPicker } from '../components/ModelPicker.tsx';
import { ShowPanel } from '../components/SidePanel.tsx';
import { SurpriseLegend } from '../components/SurpriseLegend.tsx';
import { useModels } from '../data.ts';
import { describeReference } from '../naming.ts';
import { takeOut } from '../useExports.ts';
import { useSidePanel } from '../useSidePanel.ts';
import { settingsOf, takeOver } from './asking.ts';
import { Composer } from './Composer.tsx';
import { ConversationsPanel, titleOf } from './ConversationsPanel.tsx';
import { useChat, useConversation, useExportConversation } from './data.ts';
import { answerUnderWay, branchOf, isAnswer } from './live.ts';
import { Messages } from './Messages.tsx';
import { NoConversation } from './NoConversation.tsx';
import classes from './PlaygroundTab.module.css';
import { SettingsPanel } from './SettingsPanel.tsx';
import { useMessageActions } from './useMessageActions.ts';
import { useMessageRemoval } from './useMessageRemoval.ts';
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
  const { remove, undoLast } = useMessageRemoval(conversation, chat);
  const exported = useExportConversation();
  const list = useSidePanel();
  const settings = useSidePanel(settingsPanel);
  const field = useRef<HTMLTextAreaElement>(null);
  const root = useRef<HTMLDivElement>(null);
  useReopened(id);

  const branch = useMemo(
    () => (conversation ? branchOf(conversation).filter((one) => one !== undefined) : []),
    [conversation],
  );
  const underWay = answerUnderWay(conversation);
  const lastAnswer = branch.findLast(isAnswer) ?? null;
  const { missing } = settingsOf(playground, written);
  const described = playground.model === null ? null : describeReference(playground.model, models);
  const model = models.find(({ id }) => id === described?.key);
  const slotOf = useVariantSlots(described ? [described.key] : []);

  // The settings of a conversation that was opened go into the panel once; from then on they are the person's.
  const takenOver = useRef<string | null>(null);
  useEffect(() => {
    if (conversation === null || takenOver.current === conversation.tree.id || lastAnswer === null) return;
    if (branch.length < conversation.tree.path.length) return;
    takenOver.current = conversation.tree.id;
    takeOver(lastAnswer.answer);
  }, [conversation, branch, lastAnswer]);
  const { forgetProblem } = chat;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what failed in one conversation is not said in another
  useEffect(() => forgetProblem(), [id]);

  const { actions, messageCommands, editing, ask, send, stop, onCurrent } = useMessageActions({
    id,
    conversation,
    branch,
    isBusy: underWay !== null || chat.isPending,
    chat,
    root,
    remove,
    onAsked: (asked) => {
      takenOver.current = asked;
    },
  });
  const hasMessages = branch.length > 0;
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
    undo: undoLast,
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
          <ShowPanel panel={list} plural="conversations" />
          <ModelPicker
            models={models}
            chosen={described ? [described.key] : []}
            label="Choose a model"
            onChoose={(model) => preferInPlayground({ model })}
          >
            {described && (
              <>
                <span className="visually-hidden">Model: </span>
                <VariantChip
                  plain
                  slot={slotOf(described.key)}
                  name={described.name}
                  quantization={described.quantization}
                />
              </>
            )}
          </ModelPicker>
          {conversation && <h2 className={classes.title}>{titleOf(conversation.tree)}</h2>}
          <div className={classes.right}>
            {playground.view === 'surprise' && <SurpriseLegend />}
            <SegmentedControl
              aria-label="Show answers as"
              value={playground.view}
              onChange={(value) => preferInPlayground({ view: value === 'surprise' ? 'surprise' : 'plain' })}
              data={[
                { value: 'plain', label: 'Plain' },
                { value: 'surprise', label: 'Probability' },
              ]}
            />
            {exports && <ExportMenu exports={exports} />}
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
        {problem && conversation !== null && <CutOff problem={problem} retry={retry} />}
        <div className={classes.content}>
          {id === null ? (
            <NoConversation model={playground.model} models={models} onAsk={(text) => ask(text, null)} />
          ) : conversation !== null ? (
            <Messages
              conversation={conversation}
              models={models}
              editing={editing}
              actions={actions}
              onCurrent={onCurrent}
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
          caution={model !== undefined && lacksChatTemplate(model) ? noChatTemplate('The file') : null}
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
