import type { ReactNode } from 'react';

/** A text with a name that may be longer than its place; the keyboard reaches it to scroll. */
export function ScrollingText({
  label,
  className,
  children,
}: {
  label: string;
  className?: string;
  children: ReactNode;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard
    <section aria-label={label} tabIndex={0} className={className}>
      {children}
    </section>
  );
}
