import { z } from 'zod';
import {
  type ConnectionAttempt,
  connectionAttempt,
  keptAttempts,
  type listConnectionsInput,
  networkSettings,
} from '../../../preload/contract/network.ts';
import { jsonText } from '../../base/jsonText.ts';
import type { ReadHandle, WriteHandle } from '../../db/store.ts';

const changed = networkSettings.partial();
const settingsRow = z.object({ settings_json: jsonText.pipe(changed) });

/** What a person changed; the rest has its default. */
export function selectSettings(read: ReadHandle): z.infer<typeof changed> {
  const row = read.get('SELECT settings_json FROM network_settings WHERE id = 1');
  return row === undefined ? {} : settingsRow.parse(row).settings_json;
}

export function writeSettings(write: WriteHandle, settings: z.infer<typeof changed>): void {
  write.run(
    'INSERT INTO network_settings (id, settings_json) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET settings_json = excluded.settings_json',
    JSON.stringify(settings),
  );
}

export type NewAttempt = Pick<
  ConnectionAttempt,
  'at' | 'purpose' | 'host' | 'port' | 'path' | 'proxy' | 'outcome' | 'reason'
>;

/** Returns its id. */
export function insertAttempt(write: WriteHandle, attempt: NewAttempt): number {
  const { lastInsertRowid } = write.run(
    `INSERT INTO network_connections (at, purpose, host, port, path, proxy, outcome, reason, ended_at)
     VALUES (@at, @purpose, @host, @port, @path, @proxy, @outcome, @reason, iif(@outcome = 'under way', NULL, @at))`,
    { ...attempt },
  );
  const id = Number(lastInsertRowid);
  write.run('DELETE FROM network_connections WHERE sequence <= ?', id - keptAttempts);
  return id;
}

export function settleAttempt(
  write: WriteHandle,
  id: number,
  end: Pick<ConnectionAttempt, 'outcome' | 'reason' | 'status' | 'receivedBytes' | 'endedAt'>,
): void {
  write.run(
    `UPDATE network_connections SET outcome = @outcome, reason = @reason, status = @status,
       received_bytes = @receivedBytes, ended_at = @endedAt WHERE sequence = @id`,
    { ...end, id },
  );
}

export type AttemptFilter = Pick<z.output<typeof listConnectionsInput>, 'outcome' | 'text'>;

const columns = `sequence AS id, at, purpose, host, port, path, proxy, outcome, reason, status,
  received_bytes AS receivedBytes, ended_at AS endedAt`;

/** Newest first. */
export function selectAttempts(
  read: ReadHandle,
  before: number | null,
  limit: number,
  { outcome, text }: AttemptFilter = {},
): ConnectionAttempt[] {
  const rows = read.all(
    `SELECT ${columns} FROM network_connections
     WHERE (@before IS NULL OR sequence < @before)
       AND (@outcome IS NULL OR outcome = @outcome)
       AND (@text IS NULL OR instr(lower(host || ':' || port || path || ' ' || purpose), @text) > 0)
     ORDER BY sequence DESC LIMIT @limit`,
    { before, limit, outcome: outcome ?? null, text: text?.trim().toLowerCase() || null },
  );
  return rows.map((row) => connectionAttempt.parse(row));
}

/** How many left and how many were refused from a moment on, and how many there are in all. */
export function countAttempts(
  read: ReadHandle,
  since: string,
): { connections: number; refused: number; recorded: number } {
  const counts = read.get<{ connections: number; refused: number; recorded: number }>(
    `SELECT count(*) FILTER (WHERE at >= @since AND outcome <> 'refused') AS connections,
       count(*) FILTER (WHERE at >= @since AND outcome = 'refused') AS refused, count(*) AS recorded
     FROM network_connections`,
    { since },
  );
  return counts ?? { connections: 0, refused: 0, recorded: 0 };
}
