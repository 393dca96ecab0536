/** The way back for an owner who forgot the password: only from the console of the unit. */

import type { AuditLog } from '../store/audit-log.ts';
import type { Claim } from './claim.ts';
import type { UserStore } from './users.ts';

/** The people go, the configuration stays. Returns the new claim code. */
export function unclaim(claim: Claim, users: UserStore, audit: AuditLog): string {
  // First the door, then the keys: in between the unit is unclaimed, and nobody's key opens it.
  const code = claim.unclaim();
  users.removeAll();
  audit.add({ actor: 'console', source: '', action: 'unclaim', outcome: 'done' });
  return code;
}
