/** Everybody's own: password, second factor, sessions, API tokens. Admins see the sessions and tokens of all. */

import type { PageRoute } from '../../application/pages.ts';
import { AccountPage } from './account-page.tsx';
import { ApiPage } from './api-page.tsx';
import { SessionsPage } from './sessions-page.tsx';
import { TokensPage } from './tokens-page.tsx';

export const routes: readonly PageRoute[] = [
  { path: '/account', title: 'My account', page: AccountPage },
  { path: '/account/sessions', title: 'Sessions', page: SessionsPage },
  { path: '/account/tokens', title: 'API tokens', page: TokensPage },
  { path: '/account/api', title: 'The API', page: ApiPage },
];
