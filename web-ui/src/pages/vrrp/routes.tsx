/** Floating addresses of this unit and the other one. */

import type { PageRoute } from '../../application/pages.ts';
import { VrrpPage } from './vrrp-page.tsx';

export const routes: readonly PageRoute[] = [{ path: '/vrrp', title: 'Floating addresses', page: VrrpPage }];
