/** The device itself: how it is, its network, its software, and what can be done to it as a whole. */

import type { PageRoute } from '../../application/pages.ts';
import { NetworkPage } from './network-page.tsx';
import { OverviewPage } from './overview-page.tsx';
import { SettingsPage } from './settings-page.tsx';
import { UpdatePage } from './update-page.tsx';

export const routes: readonly PageRoute[] = [
  { path: '/device', title: 'Device', page: OverviewPage },
  { path: '/device/network', title: 'Network of the device', page: NetworkPage },
  { path: '/device/update', title: 'Update of the device', page: UpdatePage, role: 'admin' },
  { path: '/device/settings', title: 'Settings of the device', page: SettingsPage, role: 'operator' },
];
