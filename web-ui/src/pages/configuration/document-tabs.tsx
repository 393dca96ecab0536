/** The texts of a unit, each with its history. */

import { Tabs } from '../../design/page.tsx';
import { CONFIGURATION, KEEPALIVED } from './documents.ts';

const WRITTEN = [CONFIGURATION, KEEPALIVED].map(({ fileName, path }) => ({ label: fileName, path }));
const PAST = WRITTEN.map(({ label, path }) => ({ label, path: `${path}/history` }));

export function DocumentTabs({ past }: { readonly past?: boolean }) {
  return <Tabs label="Texts of this unit" tabs={past === true ? PAST : WRITTEN} />;
}
