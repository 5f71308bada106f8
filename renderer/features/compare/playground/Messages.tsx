import { notifications } from '@mantine/notifications';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'react';
import type { Model } from '../../../../preload/contract/models.ts';
import { SkeletonRows } from '../../../design/index.ts';
import { copyText } from '../../../lib/desktop.ts';
import { usePreferences, useVariantSlots } from '../../../ui-state/index.ts';
import { describeReference } from '../naming.ts';
import { Answer } from './Answer.tsx';
import { answerUnderWay, branchOf, isAnswer, placesOf, type ShownConversation, type ShownMessage } from './live.ts';
import classes from './Messages.module.css';
import { Turn } from './Turn.tsx';
import { useSpoken } from './useSpoken.ts';

/** What can be done with a message. Stable, so that only the messages that changed are drawn again. */
export interface MessageActions {
  /** To its sibling before or behind. */
  move(id: string, by: -1 | 1): void;
  /** Begins to edit a turn; null ends that. */
  edit(id: string | null): void;
  /** Asks an edited turn beside the one that was there. */
  branch(turn: ShownMessage, text: string): void;
  again(answer: ShownMessage): void;
  goOn(id: string): void;
  copy(text: string): void;
  askInCompare(id: string): void;
  /** With all that follows it; can be undone for a moment. */
  remove(id: string): void;
}

interface Props {
  conversation: ShownConversation;
  models: readonly Model[];
  editing: string | null;
  actions: MessageActions;
  onCurrent(id: string): void;
}

/** The branch that is looked at, from its first turn down. Follows what streams as long as the person is at its end. */
export function Messages({ conversation, models, editing, actions, onCurrent }: Props) {
  const view = usePreferences((preferences) => preferences.playground.view);
  const scroller = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const { tree } = conversation;
  const branch = branchOf(conversation);
  const places = useMemo(() => placesOf(tree), [tree]);
  const keyOf = ({ answer }: ShownMessage) => answer?.model.id ?? answer?.model.reference ?? '';
  const slotOf = useVariantSlots(branch.flatMap((message) => (message?.answer ? [keyOf(message)] : [])));
  const underWay = answerUnderWay(conversation);
  const spoken = useSpoken(underWay ?? branch.at(-1) ?? null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: with everything that comes
  useLayoutEffect(() => {
    if (atEnd.current) scroller.current?.scrollTo({ top: scroller.current.scrollHeight, behavior: 'instant' });
  }, [conversation]);
  // A conversation that was opened, and a branch that was chosen, is seen from its end.
  // biome-ignore lint/correctness/useExhaustiveDependencies: with each conversation
  useEffect(() => {
    atEnd.current = true;
  }, [tree.id]);

  return (
    <div
      className={classes.scroller}
      ref={scroller}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        atEnd.current = scrollHeight - scrollTop - clientHeight < 40;
      }}
    >
      <ol className={classes.messages} aria-label="Messages" aria-busy={underWay !== null}>
        {branch.map((message, place) => {
          const id = tree.path[place] ?? '';
          const number = Math.floor(place / 2) + 1;
          const { ids, at } = places.get(id) ?? { ids: [id], at: 0 };
          const shared = { number, at, count: ids.length, isBusy: underWay !== null, actions };
          return (
            <li
              key={id}
              data-message={id}
              tabIndex={-1}
              aria-label={place % 2 === 0 ? `Turn ${number}` : `Answer ${number}`}
              onFocus={() => onCurrent(id)}
            >
              {message === undefined ? (
                <SkeletonRows rows={3} label="Reading the message" />
              ) : isAnswer(message) ? (
                <Answer
                  message={message}
                  name={nameOf(message.answer.model, models)}
                  slot={slotOf(keyOf(message))}
                  view={view}
                  {...shared}
                />
              ) : (
                <Turn message={message} isEditing={editing === id} {...shared} />
              )}
            </li>
          );
        })}
      </ol>
      <p className="visually-hidden" role="status" aria-label="The answer as it comes">
        {spoken}
      </p>
    </div>
  );
}

/** As the library calls it now; a model that is not there any more keeps the name that it had. */
function nameOf({ id, name }: { id: string | null; name: string }, models: readonly Model[]): string {
  return id !== null && models.some((model) => model.id === id) ? describeReference(id, models).name : name;
}

export async function copyMessage(text: string): Promise<void> {
  const copied = await copyText(text);
  notifications.show({
    message: copied ? 'Copied.' : 'The system did not allow copying. Select the text and copy it.',
  });
}
