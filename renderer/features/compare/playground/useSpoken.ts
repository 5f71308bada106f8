import { useEffect, useRef, useState } from 'react';
import { isOpen, type ShownMessage } from './live.ts';

/** The end of the last whole sentence. */
const sentenceEnd = /.*[.!?…。！？\n](?=\s|$)/s;

/** What a reader of the screen is told of an answer while it streams: whole sentences as they come, then how it ended. */
export function useSpoken(message: ShownMessage | null): string {
  const [spoken, setSpoken] = useState('');
  const told = useRef({ id: '', to: 0, open: false });
  useEffect(() => {
    if (message?.answer == null) return;
    const open = isOpen(message.answer);
    if (told.current.id !== message.id) {
      // One that is opened as it stands is read by whoever goes there.
      told.current = { id: message.id, to: open ? 0 : message.text.length, open };
      if (open) setSpoken(`${message.answer.model.name} answers.`);
    }
    const rest = message.text.slice(told.current.to);
    const part = open ? (sentenceEnd.exec(rest)?.[0] ?? '') : rest;
    const ended = told.current.open && !open;
    told.current = { id: message.id, to: told.current.to + part.length, open };
    if (part.trim() !== '' || ended)
      setSpoken(`${part.trim()}${ended ? ` ${endWords[message.answer.state] ?? ''}` : ''}`.trim());
  }, [message]);
  return spoken;
}

const endWords: Record<string, string> = {
  done: 'The answer has ended.',
  cancelled: 'The answer was stopped.',
  failed: 'The answer failed.',
};
