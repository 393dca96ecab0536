/** Who may do what here, who did what, and by what this unit proves that it is itself. */

import type { PageRoute } from '../../application/pages.ts';
import { AuditPage } from './audit-page.tsx';
import { CertificatePage } from './certificate-page.tsx';
import { UsersPage } from './users-page.tsx';

export const routes: readonly PageRoute[] = [
  { path: '/people', title: 'Users', page: UsersPage },
  { path: '/people/audit', title: 'Audit log', page: AuditPage },
  { path: '/people/certificate', title: 'Certificate', page: CertificatePage },
];
