import type { z } from 'zod';
import { Fault } from '../base/fault.ts';

type Issue = z.core.$ZodIssue;

/** What a command was given, as its schema reads it. BAD_INPUT says what is wrong by the option that the person typed. */
export function parseInput<T extends z.ZodType>(
  schema: T,
  given: unknown,
  optionOf: (path: readonly PropertyKey[]) => string,
): z.output<T> {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Fault(
    'BAD_INPUT',
    issue === undefined ? 'The options were not understood.' : inWords(optionOf(issue.path), issue, at(given, issue)),
  );
}

/** `--top-k` for `topK`; names that differ stand in `names`. */
export function optionNamed(word: PropertyKey | undefined, names: Record<string, string> = {}): string {
  const name = String(word ?? 'options');
  return `--${names[name] ?? name.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)}`;
}

function inWords(option: string, issue: Issue, given: unknown): string {
  switch (issue.code) {
    case 'too_big':
      if (Array.isArray(given))
        return `${option} may be given ${issue.maximum} times at most, and here there are ${given.length}.`;
      if (typeof given === 'string')
        return `${option} takes ${issue.maximum} characters at most and was given ${given.length}.`;
      return `${option} takes ${issue.maximum} at most and was given ${given}.`;
    case 'too_small':
      if (Array.isArray(given)) return `${option} must be given ${issue.minimum} times at least.`;
      if (typeof given === 'string')
        return given === '' ? `${option} is empty.` : `${option} takes ${issue.minimum} characters at least.`;
      return `${option} takes ${issue.minimum} at least and was given ${given}.`;
    case 'invalid_value':
      return `${option} takes ${issue.values.map(String).join(', ')} and was given ${JSON.stringify(given)}.`;
    case 'custom':
      return `${option}: ${issue.message.replace(/\.$/, '')}.`;
    default:
      return `${option} was not understood. \`assay COMMAND --help\` says what it takes.`;
  }
}

/** The value that an issue is about. */
function at(given: unknown, { path }: Issue): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    given,
  );
}
