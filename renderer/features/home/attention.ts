import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../api/index.ts';
import { counted, moment } from '../../lib/numbers.ts';
import { go } from '../../ui-state/index.ts';
import { failedBackup } from './failedBackup.ts';

/** Something that is not a job and still waits for a person. */
export interface Attention {
  id: string;
  severity: 'failed' | 'caution';
  title: string;
  words: string;
  verb: string;
  act(): void;
}

/** A log that does not hold, a key file that was exchanged, a backup that failed, models whose files are gone; the gravest first. */
export function useAttention(): Attention[] {
  const { options } = useApi();
  const check = useQuery(options.audit.lastCheck.queryOptions()).data;
  const vault = useQuery(options.vault.status.queryOptions()).data;
  const backups = useQuery(options.backups.status.queryOptions()).data;
  const library = useQuery(options.models.library.queryOptions()).data;
  const found: Attention[] = [];
  if (check && !check.verdict.holds) {
    const broken = check.verdict.broken;
    found.push({
      id: 'audit',
      severity: 'failed',
      title: 'The audit log does not hold',
      words: `${broken ? `Entry ${counted(broken.sequence)}: ${broken.reason} ` : ''}${moment(check.at)}`,
      verb: 'Open the log',
      act: () => go({ screen: 'audit', entry: broken?.sequence ?? null }),
    });
  }
  if (vault?.keyFileExchangedAt) {
    found.push({
      id: 'keyFile',
      severity: 'failed',
      title: 'The key file was exchanged',
      words: `An older passphrase or recovery code may have opened the store: its key file was not the one written last. If you put a copy back, change the passphrase and renew the recovery code. If you did not, someone else has such a copy. ${moment(vault.keyFileExchangedAt)}`,
      verb: 'Open keys',
      act: () => go({ screen: 'settings', section: 'store' }),
    });
  }
  const failed = backups && failedBackup(backups);
  if (failed) {
    found.push({
      id: 'backups',
      severity: 'failed',
      title: 'The last scheduled backup failed',
      words: `${failed.problem} ${moment(failed.at)}${
        backups.lastGood ? `; the last good one is of ${moment(backups.lastGood.at)}` : '; there is no good one yet'
      }`,
      verb: 'Open backups',
      act: () => go({ screen: 'settings', section: 'backups' }),
    });
  }
  const missing = (library?.families ?? [])
    .flatMap((family) => family.variants)
    .filter((variant) => variant.state === 'missing');
  const [first] = missing;
  if (first !== undefined) {
    const others = missing.length - 1;
    found.push({
      id: 'models',
      severity: 'caution',
      title:
        missing.length === 1
          ? 'The file of a model is missing'
          : `The files of ${counted(missing.length)} models are missing`,
      words: `${first.path}${others > 0 ? ` and ${counted(others)} more` : ''}`,
      verb: 'Open models',
      act: () => go({ screen: 'models', id: null, other: null }),
    });
  }
  return found;
}
