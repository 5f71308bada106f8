import { TextInput } from '@mantine/core';
import { Search } from 'lucide-react';
import { useState } from 'react';
import type { ConversationSummary } from '../../../../preload/contract/playground.ts';
import { moment, plural } from '../../../lib/numbers.ts';
import { SidePanel, type SidePanelProps } from '../components/SidePanel.tsx';
import { useConversations, useRemoveConversation, useRenameConversation } from './data.ts';

/** Conversations, found by their titles. */
export function ConversationsPanel(props: SidePanelProps) {
  const [search, setSearch] = useState('');
  const { conversations, problem, retry } = useConversations(search);
  const rename = useRenameConversation();
  const remove = useRemoveConversation();
  return (
    <SidePanel
      {...props}
      title="Conversations"
      plural="conversations"
      singular="conversation"
      entries={conversations}
      problem={problem}
      retry={() => void retry()}
      empty={
        search === ''
          ? 'Conversations stay here, encrypted, until you delete them or the rule set in Prompts does.'
          : 'No conversation whose title or first turn holds these words.'
      }
      canBegin
      show={(conversation) => ({
        title: titleOf(conversation),
        what: <span>{plural(conversation.messageCount, 'message')}</span>,
        state: moment(conversation.updatedAt),
      })}
      rename={(id, name) => rename.mutate({ id, name })}
      remove={remove.mutateAsync}
    >
      <TextInput
        type="search"
        aria-label="Search conversations by title"
        placeholder="Search titles"
        leftSection={<Search size={13} />}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
        spellCheck={false}
      />
    </SidePanel>
  );
}

export function titleOf({ name, excerpt }: Pick<ConversationSummary, 'name' | 'excerpt'>): string {
  return name ?? excerpt;
}
