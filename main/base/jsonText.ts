import { z } from 'zod';

/** A text that holds JSON, as columns of the store and parts of files do; pipe it into the schema of what it says. */
export const jsonText = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : 'not JSON' });
    return z.NEVER;
  }
});
