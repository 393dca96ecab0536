import type { PageRoute } from '../../application/pages.ts';
import { BackendPage } from './backend-page.tsx';
import { FrontendPage } from './frontend-page.tsx';
import { ServerPage } from './server-page.tsx';
import { ServicesPage } from './services-page.tsx';

export const routes: readonly PageRoute[] = [
  { path: '/services', title: 'Services', page: ServicesPage },
  { path: '/services/frontend/:name', title: 'Frontend', page: FrontendPage },
  { path: '/services/backend/:name', title: 'Backend', page: BackendPage },
  { path: '/services/backend/:backend/:server', title: 'Server', page: ServerPage },
];
