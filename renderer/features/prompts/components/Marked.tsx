import { Fragment } from 'react';
import { legible } from '../../../lib/legible.ts';
import type { ExcerptPart } from '../shapes.ts';

/** A line with what was searched for marked. */
export function Excerpt({ parts }: { parts: readonly ExcerptPart[] }) {
  return parts.map(({ text, hit }, index) =>
    hit ? <mark key={index}>{legible(text)}</mark> : <Fragment key={index}>{legible(text)}</Fragment>,
  );
}

/** A whole text with what was searched for marked. */
export function Marked({ text, hits }: { text: string; hits: readonly (readonly [number, number])[] }) {
  const parts: ExcerptPart[] = [];
  let at = 0;
  for (const [from, to] of hits) {
    if (from > at) parts.push({ text: text.slice(at, from), hit: false });
    parts.push({ text: text.slice(from, to), hit: true });
    at = to;
  }
  parts.push({ text: text.slice(at), hit: false });
  return <Excerpt parts={parts} />;
}
