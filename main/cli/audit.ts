import { exitCode } from './exit.ts';
import type { VaultOptions } from './options.ts';
import type { Work } from './perform.ts';
import { openSession } from './session.ts';

/** `assay audit verify`: exit code 1 when a link of the chain does not hold. */
export async function verifyAudit(options: VaultOptions, work: Work): Promise<number> {
  const session = await openSession(options, work);
  const { output } = work;
  try {
    const verdict = await session.api.audit.verify();
    const { holds, entries, head, broken, unfinished } = verdict;
    output.print(
      holds
        ? `The log holds: ${entries === 1 ? '1 entry' : `${entries} entries`}.\nHead ${head}\n`
        : `The log does not hold${broken ? ` at entry ${broken.sequence}: ${broken.reason}` : '.'}\n`,
    );
    if (unfinished > 0)
      output.print(
        `${unfinished === 1 ? '1 command has' : `${unfinished} commands have`} no outcome: the app ended, or the backup that this store comes from was made, before that.\n`,
      );
    output.document(verdict);
    return holds ? exitCode.done : exitCode.checkFailed;
  } finally {
    await session.close();
  }
}
