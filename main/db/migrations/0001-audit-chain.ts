import type { Migration } from '../migrate.ts';

/** The hash chain of the audit log, and its head under a MAC: what `main/services/audit` writes. */
export const auditChain: Migration = {
  number: 1,
  name: 'audit-chain',
  up(schema) {
    schema.script(`
      CREATE TABLE audit_chain (
        sequence INTEGER PRIMARY KEY,
        entry TEXT NOT NULL,
        hash BLOB NOT NULL CHECK (length(hash) = 32)
      ) STRICT;
      CREATE TABLE audit_head (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        sequence INTEGER NOT NULL,
        hash BLOB NOT NULL CHECK (length(hash) = 32),
        mac BLOB NOT NULL CHECK (length(mac) = 32)
      ) STRICT;
    `);
  },
};
