/** What keeps a text from being JSON, and where: `line 2, column 9: a value is missing`. Null when it is JSON. */
export function jsonProblem(text: string): string | null {
  const at = findProblem(text);
  if (at === null) return null;
  const before = text.slice(0, at.position).split('\n');
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}: ${at.what}`;
}

class Wrong extends Error {
  readonly position: number;
  constructor(position: number, what: string) {
    super(what);
    this.position = position;
  }
}

const space = /[ \t\n\r]*/y;
const text = /"(?:[\u0020\u0021\u0023-\u005b\u005d-\u{10ffff}]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/uy;
const unended = 'this text is not ended, or not as JSON has it';
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** The grammar of RFC 8259 by descent; JSON.parse says where only now and then, and in words of its own. */
function findProblem(source: string): { position: number; what: string } | null {
  let position = 0;
  const matches = (pattern: RegExp): boolean => {
    pattern.lastIndex = position;
    if (!pattern.test(source)) return false;
    position = pattern.lastIndex;
    return true;
  };
  const skips = (character: string): boolean => {
    matches(space);
    if (source[position] !== character) return false;
    position += 1;
    return true;
  };
  const fail = (what: string): never => {
    matches(space);
    throw new Wrong(position, position >= source.length ? `${what}; the text ends here` : what);
  };

  function key(): void {
    matches(space);
    if (!matches(text)) fail(source[position] === '"' ? unended : 'a name in double quotes is missing');
    if (!skips(':')) fail('a colon is missing');
  }

  function list(end: string, item: () => void): void {
    if (skips(end)) return;
    do item();
    while (skips(','));
    if (!skips(end)) fail(`a comma or ${end} is missing`);
  }

  function value(depth: number): void {
    if (depth > 500) fail('it is nested too deeply');
    const member = () => {
      key();
      value(depth + 1);
    };
    if (skips('{')) list('}', member);
    else if (skips('[')) list(']', () => value(depth + 1));
    else if (!matches(text) && !matches(scalar)) fail(source[position] === '"' ? unended : 'a value is missing');
  }

  try {
    value(0);
    matches(space);
    if (position < source.length) fail('nothing may stand behind the value');
    return null;
  } catch (thrown) {
    if (thrown instanceof Wrong) return { position: thrown.position, what: thrown.message };
    throw thrown;
  }
}
