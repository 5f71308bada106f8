import { Fault } from '../../../base/fault.ts';
import type { Removals } from '../../../base/removals.ts';
import type { Store } from '../../../db/store.ts';
import type { AnswerHistory } from '../history.ts';
import { deleteBranch, requireSettled } from './deletion.ts';
import * as queries from './playground.queries.ts';
import type { Playground } from './playground.ts';
import { requireConversation } from './read.ts';
import { underWay } from './refusals.ts';

export interface RemovingDependencies {
  vault: { store(): Store };
  removals: Removals;
  history: AnswerHistory | undefined;
  /** Whether an answer of a conversation is under way. */
  isBusy(conversation: string): boolean;
  /** A conversation is another one now. */
  tell(conversation: string): void;
}

/** Takes out whole conversations, or messages with all that follows them. */
export function createRemoving(dependencies: RemovingDependencies): Pick<Playground, 'remove' | 'removeMessage'> {
  const { vault, removals, history, isBusy, tell } = dependencies;

  function requireIdle(id: string): void {
    if (isBusy(id)) throw underWay();
  }

  const conversations = removals.register({
    kind: 'playground.conversation',
    carryOut(id) {
      requireIdle(id);
      const store = vault.store();
      store.transaction((write) => {
        queries.deleteConversation(write, id);
        history?.forget(write, id);
      });
      store.foldIn();
      tell(id);
    },
    changed: tell,
  });

  const branches = removals.register({
    kind: 'playground.message',
    carryOut(message) {
      const store = vault.store();
      const row = queries.selectConversationOf(store.read, message);
      if (row === undefined) return;
      const busy = isBusy(row.id);
      store.transaction((write) => {
        const answers = deleteBranch(write, row, message, busy);
        history?.forget(write, row.id, answers);
      });
      store.foldIn();
      tell(row.id);
    },
    changed(message) {
      const conversation = queries.selectConversationOf(vault.store().read, message);
      if (conversation !== undefined) tell(conversation.id);
    },
  });

  return {
    remove(id) {
      requireConversation(vault.store().read, id);
      requireIdle(id);
      return conversations.hide([id]);
    },
    removeMessage(conversation, message) {
      const { read } = vault.store();
      requireConversation(read, conversation);
      if (queries.selectConversationOf(read, message)?.id !== conversation)
        throw new Fault('NOT_FOUND', 'This message is no longer in the store.', { facts: { message } });
      requireSettled(read, message, isBusy(conversation));
      return branches.hide([message]);
    },
  };
}
