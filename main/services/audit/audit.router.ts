import {
  auditCheck,
  auditCheckEvent,
  auditDetail,
  auditExport,
  auditFacets,
  auditHead,
  auditListInput,
  auditPage,
  auditSequenceInput,
  exportAuditInput,
  searchAuditInput,
} from '../../../preload/contract/audit.ts';
import { command, everyone, query, router } from '../../base/procedure.ts';
import type { Audit } from './audit.ts';
import { watchCheck } from './watchCheck.ts';

export function createAuditRouter(audit: Audit) {
  return router({
    /** { before?, limit? } → AuditEntry[], newest first; the next page begins before the last one's sequence. */
    list: query.input(auditListInput).query(({ input }) => audit.list(input)),
    /** { filter, before?, limit? } → a page of what the filter lets through, newest first, and where the next one begins. */
    search: query
      .input(searchAuditInput)
      .output(auditPage)
      .query(({ input }) => audit.search(input)),
    /** { sequence } → one entry with the hash before it, the text that was hashed, and what its command began or ended with. NOT_FOUND. */
    entry: query
      .input(auditSequenceInput)
      .output(auditDetail)
      .query(({ input }) => audit.entry(input.sequence)),
    /** → what can be filtered by. */
    facets: query.output(auditFacets).query(() => audit.facets()),
    /** → number and hash of the last entry. */
    head: query.output(auditHead).query(() => audit.head()),
    /** → AuditVerdict. What it proves and what not: README.md of services/audit. */
    verify: query.query(() => audit.verify()),
    /** The same with progress: reading… and at the end the verdict. */
    check: query.subscription(async function* ({ signal }) {
      for await (const event of watchCheck(audit, signal)) yield auditCheckEvent.parse(event);
    }),
    /** → the last check since the unlock, or null. */
    lastCheck: query.output(auditCheck.nullable()).query(() => audit.lastCheck()),
    /** { to } → { path, entries, head, sizeBytes }: the whole log as JSON Lines. In any role. */
    export: command
      .meta({ facts: ({ to }: { to: string }) => ({ to }), roles: everyone })
      .input(exportAuditInput)
      .output(auditExport)
      .mutation(({ input }) => audit.export(input.to)),
  });
}
