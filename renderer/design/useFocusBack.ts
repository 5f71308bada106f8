import { useEffect, useState } from 'react';

/** For a dialog that is there only while it is open: what had the focus before has it again once it closes, unless something else took it. */
export function useFocusBack(): void {
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      // The dialog is gone from the page only after this.
      setTimeout(() => {
        if (document.activeElement === document.body && before instanceof HTMLElement) before.focus();
      });
    },
    [before],
  );
}
