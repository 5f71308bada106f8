export { createAuditRouter } from './audit.router.ts';
export { type Audit, createAudit, type Outcome } from './audit.ts';
