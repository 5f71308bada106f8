import { problemOfAnswerSchema } from '../../../../preload/contract/answerSchema.ts';
import { Fault } from '../../../base/fault.ts';

export function requireSchema(schema: string | undefined): void {
  const problem = schema === undefined ? null : problemOfAnswerSchema(schema);
  if (problem !== null)
    throw new Fault('BAD_INPUT', `The JSON schema cannot be used: ${problem}. Correct the schema or leave it away.`);
}

export function notHere(why: string): Fault {
  return new Fault('BAD_INPUT', `That cannot be put there: ${why}.`);
}

export function underWay(): Fault {
  return new Fault('CONFLICT', 'An answer of this conversation is under way. Stop it or wait for its end.');
}
