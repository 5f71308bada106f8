import { newId } from '../../base/ids.ts';
import { characterRuns } from '../../base/searchText.ts';
import type { Migration } from '../migrate.ts';
import type { SchemaHandle } from '../store.ts';

/**
 * Every generation, to be found again, and the prompts that a person saved. `main/services/prompts` writes them.
 * A sequence is the moment in milliseconds times 16, plus a place within it: so the order of the rows is that of time.
 */
export const promptsHistory: Migration = {
  number: 7,
  name: 'prompts-history',
  up(schema) {
    schema.script(`
      CREATE TABLE history_models (
        key INTEGER PRIMARY KEY,
        model_id TEXT,
        name TEXT NOT NULL,
        quantization TEXT NOT NULL,
        sha256 TEXT
      ) STRICT;
      CREATE UNIQUE INDEX history_models_same ON history_models (name, quantization, coalesce(model_id, ''));
      -- Slim, so that all of it stays in the cache: what is sorted and counted by.
      CREATE TABLE history (
        sequence INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        source TEXT NOT NULL CHECK (source IN ('compare', 'playground', 'import')),
        -- What it belongs to (a comparison, a chat) and its place there.
        origin TEXT NOT NULL,
        place TEXT NOT NULL,
        model INTEGER NOT NULL REFERENCES history_models (key),
        state TEXT NOT NULL CHECK (state IN ('done', 'cancelled', 'failed')),
        token_count INTEGER,
        ttft_ms REAL,
        tokens_per_second REAL,
        total_ms REAL,
        has_note INTEGER NOT NULL DEFAULT 0 CHECK (has_note IN (0, 1)),
        -- When a person deleted it, in milliseconds since 1970: hidden since, and gone for good soon after.
        removed_at INTEGER,
        UNIQUE (origin, place)
      ) STRICT;
      CREATE INDEX history_by_model ON history (model);
      CREATE INDEX history_removed ON history (removed_at) WHERE removed_at IS NOT NULL;
      CREATE TABLE history_texts (
        sequence INTEGER PRIMARY KEY REFERENCES history (sequence) ON DELETE CASCADE,
        title TEXT,
        system TEXT,
        prompt TEXT NOT NULL,
        answer TEXT NOT NULL,
        note TEXT,
        -- Names of the tags, one a line.
        tags TEXT,
        -- Runs of scripts without spaces, character by character (main/base/searchText.ts).
        characters TEXT,
        -- Words of private characters for what is filtered by.
        facets TEXT NOT NULL,
        settings_json TEXT NOT NULL,
        stats_json TEXT
      ) STRICT;
      CREATE TABLE history_tags (
        key INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE COLLATE NOCASE
      ) STRICT;
      CREATE TABLE history_tagged (
        tag INTEGER NOT NULL REFERENCES history_tags (key) ON DELETE CASCADE,
        sequence INTEGER NOT NULL REFERENCES history (sequence) ON DELETE CASCADE,
        PRIMARY KEY (tag, sequence)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX history_tagged_rows ON history_tagged (sequence);
      CREATE VIRTUAL TABLE history_index USING fts5(
        title, system, prompt, answer, note, tags, characters, facets,
        content='history_texts', content_rowid='sequence', prefix='2 3', tokenize="unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'"
      );
      -- What is deleted leaves the index at once, and not at some later merge.
      INSERT INTO history_index (history_index, rank) VALUES ('secure-delete', 1);
      CREATE TRIGGER history_texts_added AFTER INSERT ON history_texts BEGIN
        INSERT INTO history_index (rowid, title, system, prompt, answer, note, tags, characters, facets)
        VALUES (new.sequence, new.title, new.system, new.prompt, new.answer, new.note, new.tags, new.characters, new.facets);
      END;
      CREATE TRIGGER history_texts_gone AFTER DELETE ON history_texts BEGIN
        INSERT INTO history_index (history_index, rowid, title, system, prompt, answer, note, tags, characters, facets)
        VALUES ('delete', old.sequence, old.title, old.system, old.prompt, old.answer, old.note, old.tags, old.characters, old.facets);
      END;
      CREATE TRIGGER history_texts_changed AFTER UPDATE ON history_texts BEGIN
        INSERT INTO history_index (history_index, rowid, title, system, prompt, answer, note, tags, characters, facets)
        VALUES ('delete', old.sequence, old.title, old.system, old.prompt, old.answer, old.note, old.tags, old.characters, old.facets);
        INSERT INTO history_index (rowid, title, system, prompt, answer, note, tags, characters, facets)
        VALUES (new.sequence, new.title, new.system, new.prompt, new.answer, new.note, new.tags, new.characters, new.facets);
      END;
      CREATE TABLE history_settings (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        settings_json TEXT NOT NULL
      ) STRICT;
      CREATE TABLE saved_prompts (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        created_at TEXT NOT NULL
      ) STRICT;
      CREATE TABLE saved_prompt_versions (
        prompt TEXT NOT NULL REFERENCES saved_prompts (id) ON DELETE CASCADE,
        version INTEGER NOT NULL,
        created_at TEXT NOT NULL,
        text TEXT NOT NULL,
        system TEXT,
        comment TEXT,
        sha256 TEXT NOT NULL,
        PRIMARY KEY (prompt, version)
      ) STRICT;
    `);
    takeInComparisons(schema);
  },
};

interface EarlierAnswer {
  comparison: string;
  created_at: string;
  settings_json: string;
  columns_json: string;
  prompt: number;
  model_column: number;
  state: string;
  stats_json: string | null;
  question: string;
  answer: string;
}

interface EarlierColumn {
  reference: string;
  modelId: string | null;
  name: string;
  quantization: string;
}

interface EarlierStats {
  tokenCount: number;
  ttftMs: number | null;
  tokensPerSecond: number | null;
  totalMs: number;
}

/** What was generated before there was a history. When each answer was given is not known any more: the comparison's moment stands for it. */
function takeInComparisons(schema: SchemaHandle): void {
  const models = new Map<string, number>();
  let last = 0;
  const earlier = schema.iterate<EarlierAnswer>(
    `SELECT comparisons.id AS comparison, comparisons.created_at, settings_json, columns_json, cell.prompt, cell.model_column, cell.state,
       cell.stats_json, question.text AS question, cell.text AS answer
     FROM comparison_cells AS cell
     JOIN comparisons ON comparisons.sequence = cell.comparison
     JOIN comparison_prompts AS question ON question.comparison = cell.comparison AND question.position = cell.prompt
     WHERE cell.pinned = 0 AND (cell.state = 'done' OR cell.text <> '')
     ORDER BY comparisons.created_at, comparisons.sequence, cell.prompt, cell.model_column`,
  );
  for (const row of [...earlier]) {
    const columns: EarlierColumn[] = JSON.parse(row.columns_json);
    const column = columns[row.model_column];
    if (column === undefined) continue;
    const settings: { system?: string } = JSON.parse(row.settings_json);
    const stats: EarlierStats | null = row.stats_json === null ? null : JSON.parse(row.stats_json);
    const at = Date.parse(row.created_at);
    last = Math.max(last + 1, at * 16);
    const model = modelKey(schema, models, column);
    schema.run(
      `INSERT INTO history (sequence, id, source, origin, place, model, state, token_count, ttft_ms, tokens_per_second, total_ms)
       VALUES (?, ?, 'compare', ?, ?, ?, ?, ?, ?, ?, ?)`,
      last,
      newId(at),
      row.comparison,
      `${row.prompt}/${row.model_column}`,
      model,
      row.state,
      stats?.tokenCount ?? null,
      stats?.ttftMs ?? null,
      stats?.tokensPerSecond ?? null,
      stats?.totalMs ?? null,
    );
    const system = settings.system ?? null;
    schema.run(
      `INSERT INTO history_texts (sequence, system, prompt, answer, characters, facets, settings_json, stats_json)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      last,
      system,
      row.question,
      row.answer,
      characterRuns(system, row.question, row.answer),
      `\ue001${model} \ue004compare`,
      row.settings_json,
      row.stats_json,
    );
  }
}

function modelKey(schema: SchemaHandle, known: Map<string, number>, column: EarlierColumn): number {
  const { modelId, name, quantization } = column;
  const same = JSON.stringify([modelId, name, quantization]);
  const key =
    known.get(same) ??
    Number(
      schema.run(
        'INSERT INTO history_models (model_id, name, quantization) VALUES (?, ?, ?)',
        modelId,
        name,
        quantization,
      ).lastInsertRowid,
    );
  known.set(same, key);
  return key;
}
