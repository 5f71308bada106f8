import type { HTMLAttributes, Ref } from 'react';

type Props = HTMLAttributes<HTMLSpanElement>;

// A table whose rows are placed freely, because only those in sight are on the page, cannot be made of <tr> and <td>; the keyboard moves by rows.

/** A cell of the list. */
export function Cell(props: Props) {
  // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: see above
  return <span role="gridcell" {...props} />;
}

/** The head of a column. */
export function HeadCell(props: Props) {
  // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: see above
  return <span role="columnheader" {...props} />;
}

/** A row of the list, or its head. */
export function ListRow(props: HTMLAttributes<HTMLDivElement>) {
  // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: see above; rows that take the keyboard are given a tabIndex
  return <div role="row" {...props} />;
}

/** The rows that scroll. */
export function RowGroup(props: HTMLAttributes<HTMLDivElement> & { ref?: Ref<HTMLDivElement> }) {
  // biome-ignore lint/a11y/useSemanticElements: see above
  return <div role="rowgroup" {...props} />;
}
