import type { PageRoute } from '../../application/pages.ts';
import { LogPage } from './log-page.tsx';

export const routes: readonly PageRoute[] = [{ path: '/log', title: 'Log', page: LogPage }];
