import { z } from 'zod';

/** Characters of a name. */
export const longestName = 200;

/** What a person calls a prompt, a comparison, a run, a test, a conversation or a preset. */
export const givenName = z.string().trim().min(1).max(longestName);
