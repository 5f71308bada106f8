import { ActionIcon, Tooltip } from '@mantine/core';
import { Copy, Trash2 } from 'lucide-react';
import { Keys } from '../../../design/index.ts';
import type { ShownMessage } from './live.ts';
import type { MessageActions } from './Messages.tsx';

interface Props {
  message: ShownMessage;
  /** What it is called for who does not see it: "turn 2", "answer 1". */
  name: string;
  /** Nothing can be taken away now. */
  isBusy: boolean;
  actions: MessageActions;
}

/** What can be done with every message, whoever said it. */
export function MessageButtons({ message, name, isBusy, actions }: Props) {
  return (
    <>
      <Tooltip label="Copy">
        <ActionIcon
          size={22}
          onClick={() => actions.copy(message.text)}
          aria-label={`Copy ${name}`}
          disabled={message.text === ''}
        >
          <Copy size={13} />
        </ActionIcon>
      </Tooltip>
      <Tooltip
        label={
          <>
            Delete, with what follows <Keys keys="Delete" />
          </>
        }
      >
        <ActionIcon
          size={22}
          onClick={() => actions.remove(message.id)}
          aria-label={`Delete ${name}`}
          disabled={isBusy}
        >
          <Trash2 size={13} />
        </ActionIcon>
      </Tooltip>
    </>
  );
}
