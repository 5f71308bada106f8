export { createAuditRouter } from './audit.router.ts';
export { type Audit, type AuditOptions, type AuditVault, createAudit, type Outcome } from './audit.ts';
