/** What an unclaimed unit shows, and what one shows to somebody who is not logged in. */

import { entrance } from '../../application/session.ts';
import { ClaimPage } from './claim-page.tsx';
import { LoginPage } from './login-page.tsx';

export function Entrance() {
  return entrance.value.kind === 'unclaimed' ? <ClaimPage /> : <LoginPage />;
}
