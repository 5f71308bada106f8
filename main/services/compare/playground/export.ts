import type { ChatMessage, ConversationTree } from '../../../../preload/contract/playground.ts';
import { Fault } from '../../../base/fault.ts';
import { type ExportedText, longest } from '../export.ts';
import { exportName, jsonParts, markdownParts } from './export.rules.ts';

/** All branches of a conversation, message by message. TOO_LARGE. */
export function exportConversation(
  tree: ConversationTree,
  messageOf: (id: string) => ChatMessage,
  format: 'markdown' | 'json',
): ExportedText {
  const parts: string[] = [];
  let length = 0;
  for (const part of format === 'json' ? jsonParts(tree, messageOf) : markdownParts(tree, messageOf)) {
    parts.push(part);
    length += part.length;
    if (length > longest) {
      throw new Fault(
        'TOO_LARGE',
        'This conversation is too large for one text with its tokens. Export it as Markdown.',
      );
    }
  }
  const [extension, mediaType] = format === 'json' ? ['json', 'application/json'] : ['md', 'text/markdown'];
  return { fileName: exportName(tree, extension), mediaType, text: parts.join('') };
}
