import { auditListInput } from '../../../preload/contract/audit.ts';
import { query, router } from '../../base/procedure.ts';
import type { Audit } from './audit.ts';

export function createAuditRouter(audit: Audit) {
  return router({
    /** { before?, limit? } → AuditEntry[], newest first; the next page begins before the last one's sequence. */
    list: query.input(auditListInput).query(({ input }) => audit.list(input)),
    /** → AuditVerdict. What it proves and what not: README.md of services/audit. */
    verify: query.query(() => audit.verify()),
  });
}
