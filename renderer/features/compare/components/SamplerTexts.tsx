import { Textarea } from '@mantine/core';
import { problemOfAnswerSchema } from '../../../../preload/contract/answerSchema.ts';

/** Texts that end an answer, one a line. */
export function StopTexts({ stop, onStop }: { stop: readonly string[]; onStop(stop: string[]): void }) {
  return (
    <Textarea
      label="Stop texts"
      description="One a line; the answer ends before it."
      value={stop.join('\n')}
      onChange={(event) =>
        onStop(event.currentTarget.value === '' ? [] : event.currentTarget.value.split('\n').slice(0, 16))
      }
      onBlur={() => onStop(stop.filter((text) => text !== ''))}
      autosize
      minRows={1}
      maxRows={4}
      classNames={{ input: 'mono' }}
    />
  );
}

/** A JSON schema that answers must obey; what is wrong with it is said as it is typed. */
export function SchemaField({ schema, onSchema }: { schema: string; onSchema(schema: string): void }) {
  return (
    <Textarea
      label="JSON schema"
      description="The answers must obey it; empty: free text."
      value={schema}
      onChange={(event) => onSchema(event.currentTarget.value)}
      error={schemaProblem(schema)}
      autosize
      minRows={1}
      maxRows={6}
      classNames={{ input: 'mono' }}
      spellCheck={false}
    />
  );
}

/** What is wrong, as a sentence; null when nothing is. */
export function schemaProblem(schema: string): string | null {
  const problem = schema.trim() === '' ? null : problemOfAnswerSchema(schema);
  return problem === null ? null : `It cannot be used: ${problem}.`;
}
