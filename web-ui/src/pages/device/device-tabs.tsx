import { mayAct, type Role } from '../../application/session.ts';
import { Tabs } from '../../design/page.tsx';

const TABS: readonly { readonly label: string; readonly path: string; readonly role: Role }[] = [
  { label: 'Overview', path: '/device', role: 'viewer' },
  { label: 'Network', path: '/device/network', role: 'viewer' },
  { label: 'Update', path: '/device/update', role: 'admin' },
  { label: 'Settings', path: '/device/settings', role: 'operator' },
];

export function DeviceTabs() {
  return <Tabs label="Device" tabs={TABS.filter(({ role }) => mayAct(role))} />;
}
