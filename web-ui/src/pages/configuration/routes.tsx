/** The pages of this area. */

import './configuration.css';
import type { PageRoute } from '../../application/pages.ts';
import { CONFIGURATION, KEEPALIVED } from './documents.ts';
import { EditorPage } from './editor-page.tsx';
import { HistoryPage } from './history-page.tsx';
import { TemplatePage } from './template-form.tsx';
import { TemplatesPage } from './templates-page.tsx';

export const routes: readonly PageRoute[] = [
  { path: '/configuration', title: 'Configuration', page: () => <EditorPage document={CONFIGURATION} /> },
  { path: '/configuration/templates', title: 'Templates', page: TemplatesPage },
  { path: '/configuration/templates/:id', title: 'Template', page: TemplatePage },
  { path: '/configuration/history', title: 'History', page: () => <HistoryPage document={CONFIGURATION} /> },
  { path: KEEPALIVED.path, title: KEEPALIVED.title, page: () => <EditorPage document={KEEPALIVED} /> },
  { path: `${KEEPALIVED.path}/history`, title: 'History', page: () => <HistoryPage document={KEEPALIVED} /> },
];
