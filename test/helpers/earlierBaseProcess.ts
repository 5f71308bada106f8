import { newId } from '../../main/base/ids.ts';
import { openServices } from './openServices.ts';

/**
 * A process of its own: writes a divergence run of an earlier version into a locked store, which kept nothing by which its base file is
 * known again. Arguments: data folder, base file; the passphrase in ASSAY_PASSPHRASE.
 */
const [folder = '', file = ''] = process.argv.slice(2);
const services = openServices({ folder });
await services.vault.unlock({ kind: 'passphrase', passphrase: process.env.ASSAY_PASSPHRASE ?? '' });
services.vault.store().transaction((write) =>
  write.run(
    `INSERT INTO divergence_runs (id, created_at, settings_json, columns_json, text_kind, text_name, facts_json)
       VALUES (?, '2026-11-01', ?, '[]', 'sample', 'sample', '{"baseWritten":true}')`,
    newId(),
    JSON.stringify({ base: { file, use: 'write' } }),
  ),
);
await services.close();
