import type { PageRoute } from '../../application/pages.ts';
import { OverviewPage } from './overview-page.tsx';

export const routes: readonly PageRoute[] = [{ path: '/', title: 'Overview', page: OverviewPage }];
