import { Tabs } from '../../design/page.tsx';

const TABS = [
  { label: 'My account', path: '/account' },
  { label: 'Sessions', path: '/account/sessions' },
  { label: 'API tokens', path: '/account/tokens' },
  { label: 'The API', path: '/account/api' },
];

export function AccountTabs() {
  return <Tabs label="My account" tabs={TABS} />;
}
