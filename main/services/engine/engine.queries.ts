import { z } from 'zod';
import { engineSettings } from '../../../preload/contract/engine.ts';
import { jsonText } from '../../base/jsonText.ts';
import type { ReadHandle, WriteHandle } from '../../db/store.ts';

/** What a person changed; the rest has its default. */
export const changedSettings = engineSettings.partial();
export type ChangedSettings = z.infer<typeof changedSettings>;

const settingsRow = z.object({ settings_json: jsonText.pipe(changedSettings) });

export function selectSettings(read: ReadHandle): ChangedSettings {
  const row = read.get('SELECT settings_json FROM engine_settings WHERE id = 1');
  return row === undefined ? {} : settingsRow.parse(row).settings_json;
}

export function writeSettings(write: WriteHandle, settings: ChangedSettings): void {
  write.run(
    'INSERT INTO engine_settings (id, settings_json) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET settings_json = excluded.settings_json',
    JSON.stringify(settings),
  );
}
