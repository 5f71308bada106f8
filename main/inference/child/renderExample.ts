import { Template } from '@huggingface/jinja';
import { clipped } from './quoted.ts';

const mostText = 20_000;
const conversation = [
  { role: 'user', content: 'What is a quantization?' },
  { role: 'assistant', content: 'Weights kept with fewer bits.' },
  { role: 'user', content: 'Does it cost quality?' },
];

/**
 * The template on a short conversation, with a system prompt where it takes one. Templates are programs: this runs in the child that
 * reads headers, which is ended when it takes too long or too much.
 */
export function renderExample(
  template: string,
  tokens: { bos: string; eos: string },
): { text: string } | { problem: string } {
  const render = (messages: { role: string; content: string }[]) => ({
    text: clipped(
      new Template(template).render({
        messages,
        add_generation_prompt: true,
        bos_token: tokens.bos,
        eos_token: tokens.eos,
        tools: null,
      }),
      mostText,
    ),
  });
  try {
    return render([{ role: 'system', content: 'Answer in one sentence.' }, ...conversation]);
  } catch {
    // Some templates refuse a system prompt.
    try {
      return render(conversation);
    } catch (thrown) {
      return { problem: clipped(thrown instanceof Error ? thrown.message : String(thrown), 300) };
    }
  }
}
