import type { PageRoute } from '../../application/pages.ts';
import { WizardPage } from './wizard-page.tsx';

export const routes: readonly PageRoute[] = [{ path: '/wizard', title: 'Add a service', page: WizardPage }];
