/** The machine that all of this runs on. */

import type { PageRoute } from '../../application/pages.ts';
import { SystemPage } from './system-page.tsx';

export const routes: readonly PageRoute[] = [{ path: '/system', title: 'System', page: SystemPage }];
