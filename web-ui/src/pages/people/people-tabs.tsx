import { Tabs } from '../../design/page.tsx';

const TABS = [
  { label: 'Users', path: '/people' },
  { label: 'Audit log', path: '/people/audit' },
  { label: 'Certificate', path: '/people/certificate' },
];

export function PeopleTabs() {
  return <Tabs label="People and trust" tabs={TABS} />;
}
