/** Key combinations as text: `mod+k` (Ctrl, or Cmd on a Mac), `?`, `Escape`, and two steps in a row such as `g c`. */

const caps: Record<string, string> = {
  Enter: '↵',
  Escape: 'Esc',
  ArrowDown: '↓',
  ArrowUp: '↑',
  ArrowLeft: '←',
  ArrowRight: '→',
  ' ': 'Space',
};

function isMac(): boolean {
  return typeof navigator !== 'undefined' && /mac/i.test(navigator.userAgent);
}

/** The caps of each step, for people. */
export function describeKeys(keys: string, mac = isMac()): string[][] {
  return keys.split(' ').map((step) =>
    parts(step).map((part) => {
      if (part === 'mod') return mac ? '⌘' : 'Ctrl';
      if (part === 'shift') return mac ? '⇧' : 'Shift';
      if (part === 'alt') return mac ? '⌥' : 'Alt';
      return caps[part] ?? (part.length === 1 ? part.toUpperCase() : part);
    }),
  );
}

interface Pressed {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

/** Does this press match one step? Shift counts only where the step names it, because `?` needs it on most layouts. */
export function matchesStep(pressed: Pressed, step: string, mac = isMac()): boolean {
  const wanted = parts(step);
  const key = wanted.at(-1) ?? '';
  if ((mac ? pressed.metaKey : pressed.ctrlKey) !== wanted.includes('mod')) return false;
  if (pressed.altKey !== wanted.includes('alt')) return false;
  if (wanted.includes('shift') && !pressed.shiftKey) return false;
  if (!wanted.includes('shift') && pressed.shiftKey && /^[a-z]$/i.test(pressed.key)) return false;
  return pressed.key.toLowerCase() === key.toLowerCase();
}

/** A combination without a modifier is text where one types. */
export function needsNoField(keys: string): boolean {
  return !/\b(mod|alt)\+/.test(keys) && keys !== 'Escape';
}

function parts(step: string): string[] {
  return step === '+' ? ['+'] : step.split('+');
}
