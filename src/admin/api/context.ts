/** What the routes work on: built once by the role, handed to every group of routes. */

import type { Claim } from '../people/claim.ts';
import type { SessionStore } from '../people/sessions.ts';
import type { UserStore } from '../people/users.ts';
import type { CertificateStore } from '../security/certificate-store.ts';
import type { KnownBrowsers } from '../security/known-browsers.ts';
import type { LoginLimiter } from '../security/login-limiter.ts';
import type { AuditLog } from '../store/audit-log.ts';

export interface AdminContext {
  readonly version: string;
  readonly claim: Claim;
  readonly users: UserStore;
  readonly sessions: SessionStore;
  readonly audit: AuditLog;
  readonly certificate: CertificateStore;
  readonly browsers: KnownBrowsers;
  readonly limiter: LoginLimiter;
  /** Host names we answer to, beside the addresses of the device. */
  readonly names: readonly string[];
  readonly limits: AdminLimits;
  /** The unit is a device of ours: an appliance role looks after it. */
  readonly isDevice: boolean;
  nowMs(): number;
}

export interface AdminLimits {
  /** A request's body, bytes. */
  readonly bodyBytes: number;
  /** A request has to be there as a whole after this time. */
  readonly requestMs: number;
  readonly connections: number;
  readonly connectionsOfASource: number;
}

export const LIMITS: AdminLimits = {
  bodyBytes: 1024 * 1024,
  requestMs: 20_000,
  connections: 256,
  connectionsOfASource: 64,
};
