import { userInfo } from 'node:os';

/** The name of the account that Assay runs under: who the audit log says acted. */
export function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown'; // An account without an entry in the list of users, as containers have it.
  }
}
