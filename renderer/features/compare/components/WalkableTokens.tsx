import { type KeyboardEvent, type ReactNode, useRef } from 'react';
import classes from './Answers.module.css';

interface Props {
  /** Whose answer it is. */
  name: string;
  /** How many tokens there are. */
  count: number;
  cursor: number | null;
  onCursor(index: number | null, token: HTMLElement | null): void;
  /** Elements with `data-token`, the index of each. */
  children: ReactNode;
}

/** Tokens that the pointer and the arrow keys walk through. */
export function WalkableTokens({ name, count, cursor, onCursor, children }: Props) {
  const body = useRef<HTMLElement>(null);
  /** The cursor is where it is because the pointer moved there. */
  const byPointer = useRef(false);

  function move(event: KeyboardEvent) {
    const last = count - 1;
    if (last < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const from = cursor ?? -1;
    const target = { ArrowRight: from + 1, ArrowLeft: from < 0 ? last : from - 1, Home: 0, End: last }[event.key];
    if (event.key === 'Escape' && cursor !== null) {
      onCursor(null, null);
      event.stopPropagation();
      return;
    }
    if (target === undefined) return;
    event.preventDefault();
    const index = Math.max(0, Math.min(last, target));
    const token = body.current?.querySelector<HTMLElement>(`[data-token="${index}"]`) ?? null;
    token?.scrollIntoView({ block: 'nearest' });
    byPointer.current = false;
    onCursor(index, token);
  }

  return (
    <article
      ref={body}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys walk through its tokens
      tabIndex={0}
      aria-label={`Answer of ${name}. Left and right arrows move from token to token.`}
      className={classes.tokens}
      onKeyDown={move}
      onBlur={() => onCursor(null, null)}
      onPointerMove={(event) => {
        // Text that scrolls or grows under a pointer at rest takes the cursor from nobody.
        if (event.movementX === 0 && event.movementY === 0) return;
        const token = event.target instanceof HTMLElement ? event.target.closest<HTMLElement>('[data-token]') : null;
        const index = token === null ? null : Number(token.dataset.token);
        if (index === null || (byPointer.current && index === cursor)) return;
        byPointer.current = true;
        onCursor(index, token);
      }}
      onPointerLeave={() => {
        if (byPointer.current) onCursor(null, null);
        byPointer.current = false;
      }}
    >
      {children}
    </article>
  );
}
