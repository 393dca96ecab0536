/** A shell on the unit, in this page. */

import type { PageRoute } from '../../application/pages.ts';
import { TerminalPage } from './terminal-page.tsx';

export const routes: readonly PageRoute[] = [{ path: '/terminal', title: 'Terminal', page: TerminalPage }];
