import type { PageRoute } from '../../application/pages.ts';
import { TopologyPage } from './topology-page.tsx';

export const routes: readonly PageRoute[] = [{ path: '/topology', title: 'Map', page: TopologyPage }];
