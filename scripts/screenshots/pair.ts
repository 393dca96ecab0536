/** Two units on one screen: VRRP in network namespaces (as root), paired, with a rehearsal behind them. */

import type { Browser } from 'playwright-core';
import { UnitPair } from '../../test/admin/unit-pair.ts';
import type { Look } from '../../test/browser/visitor.ts';
import { Visitor } from '../../test/browser/visitor.ts';
import { labMissing } from '../../test/interop/vrrp/lab/lab.ts';
import type { Camera } from './camera.ts';

/** Why there can be no pair here, or false. */
export const pairMissing = (): string | false => labMissing('socat');

/** By the API, as the pages would. */
async function prepare({ a, b }: UnitPair): Promise<void> {
  const [owner, neighbour] = await Promise.all([a.claim('rack 4'), b.claim('rack 5')]);
  const { token } = (
    await neighbour.call('POST', '/api/tokens', { body: { name: 'rack 4', role: 'operator', days: 0 } })
  ).json;
  const address = `${b.address}:${b.admin.port}`;
  const { fingerprint } = (await owner.call('POST', '/api/vrrp/peer/look', { body: { address } })).json;
  await owner.call('PUT', '/api/vrrp/peer', { body: { address, fingerprint, token } });
  await owner.call('POST', '/api/vrrp/rehearsal', { body: { unit: 'this', instance: 'VI_1', confirmed: true } });
}

/** @param looks by the name of the picture: with `pair-` at its front, also why the backup is not master */
export async function takePair(
  camera: Camera,
  chromium: Browser,
  looks: Readonly<Record<string, Look>>,
): Promise<void> {
  const units = await UnitPair.open();
  try {
    await prepare(units);
    for (const [name, look] of Object.entries(looks)) {
      const visitor = await Visitor.come(chromium, units.a.origin, look);
      const { page } = visitor;
      await visitor.logIn('owner');
      await visitor.show('/vrrp');
      await page.getByText('rack 4 has the address; the other unit would take over.').waitFor();
      await page.getByRole('region', { name: 'Rehearsals' }).getByText('passed').waitFor();
      const why = page.getByRole('article', { name: 'VI_1 on rack 5' }).getByText(/Why is it not master/);
      if (name.startsWith('pair-')) await why.click();
      await camera.takeWhole(visitor, name);
      await visitor.leave();
    }
  } finally {
    await units.close();
  }
}
