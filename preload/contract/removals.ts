import { z } from 'zod';

/** What was removed is hidden from then on. By `token` it can be brought back until `until`; then nothing of it is left. */
export const removed = z.object({ token: z.number(), until: z.string() });
export type Removed = z.infer<typeof removed>;
export const bringBackRemovedInput = z.object({ token: z.number() });
