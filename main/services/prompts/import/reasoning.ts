/**
 * How programs write into an answer what the model thought before it: `<think>` as models themselves begin (Jan, older versions of all),
 * Open WebUI's block, and llama.cpp's web UI until it had a field for it.
 */
const marks = [
  { opening: '<think>', closing: '</think>', isAnywhere: false },
  { opening: '<details type="reasoning"', closing: '</details>', isAnywhere: true },
  { opening: '<<<reasoning_content_start>>>', closing: '<<<reasoning_content_end>>>', isAnywhere: true },
];

/** An answer without what the model thought: that is not what it said, and Assay keeps no reasoning apart. */
export function withoutReasoning(answer: string): string {
  return marks.reduce((text, mark) => withoutMarked(text, mark), answer);
}

function withoutMarked(text: string, { opening, closing, isAnywhere }: (typeof marks)[number]): string {
  const kept: string[] = [];
  let at = 0;
  for (;;) {
    const from = text.indexOf(opening, at);
    // `<think>` amid an answer is what the model said about it.
    if (from === -1 || (!isAnywhere && text.slice(at, from).trim() !== '')) break;
    const to = text.indexOf(closing, from + opening.length);
    kept.push(text.slice(at, from));
    // Thought to the end: nothing was said after it.
    at = to === -1 ? text.length : to + closing.length;
  }
  if (at === 0) return text;
  return `${kept.join('')}${text.slice(at)}`.trim();
}
