import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { makeFolder } from '../base/makeFolder.ts';
import { log } from './log.ts';

/** What the shell must know before any store is open: how the window lay and its theme. Nothing that a person typed. */
const preferences = z.object({
  bounds: z.object({ x: z.int(), y: z.int(), width: z.int(), height: z.int() }).nullable().default(null),
  maximized: z.boolean().default(false),
  theme: z.enum(['system', 'light', 'dark']).default('system'),
});
export type Preferences = z.infer<typeof preferences>;

export interface PreferencesFile {
  readonly current: Preferences;
  /** Writes at once and whole: what a killed app leaves behind is the old file or the new one. Where it cannot write, it says so in the log. */
  change(part: Partial<Preferences>): void;
}

/** A missing or damaged file gives the defaults: nothing in it is worth an error. */
export function openPreferences(file: string): PreferencesFile {
  let current = read(file);
  return {
    get current() {
      return current;
    },
    change(part) {
      current = { ...current, ...part };
      try {
        makeFolder(dirname(file), 0o700);
        writeFileSync(`${file}.new`, JSON.stringify(current), { mode: 0o600 });
        renameSync(`${file}.new`, file);
      } catch (error) {
        log('the place of the window and its theme could not be kept', error);
      }
    },
  };
}

function read(file: string): Preferences {
  const defaults = preferences.parse({});
  try {
    return preferences.catch(defaults).parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    if (error instanceof SyntaxError || (error instanceof Error && 'code' in error)) return defaults;
    throw error;
  }
}
