/** The network of a device over the API, with the real appliance role in a network of its own: checked, on trial, kept, taken back. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { cannotUnshare } from '../vrrp/network/namespace.ts';
import { type Answer, type Browser, PASSWORD, until } from './admin-process.ts';
import { DeviceUnit, FIRST_ADDRESS, unitWithPorts } from './device-unit.ts';

const OTHER_ADDRESS = '10.1.0.3';

/** As it is at first, with another address. */
function settingsWith(address: string, gateway?: string): object {
  const ipv4 = { address: `${address}/24`, ...(gateway === undefined ? {} : { gateway }) };
  return {
    mode: 'two-arm',
    ports: {
      eth0: { ipv4, ipv6: 'link-local' },
      eth1: { ipv4: { address: '10.2.0.2/24' }, ipv6: 'link-local' },
    },
    nameServers: [],
  };
}

t.setTimeout(600_000);
const why = cannotUnshare();
if (why) t.pass('network namespaces', { skip: why });
else {
  const device = new DeviceUnit(unitWithPorts());
  t.teardown(() => device.close());
  await device.start();
  const owner = await device.claim();
  await owner.call('POST', '/api/users', { body: { name: 'second', role: 'admin', password: PASSWORD } });
  const second = device.browser();
  await second.logIn('second');
  const people = await device.people(owner);
  const post = (path: string, body: object, browser: Browser = owner): Promise<Answer> =>
    browser.call('POST', `/api/device/network/${path}`, { body });
  const addresses = async (): Promise<string> => {
    const { ports } = (await owner.call('GET', '/api/device')).json;
    return JSON.stringify(ports.map((port: { addresses: unknown }) => port.addresses));
  };
  const kept = (): string => readFileSync(join(device.unit.paths.data, 'appliance.json'), 'utf8');
  const trialNow = async () => {
    const { documents } = (await people.get('viewer')?.call('GET', '/api/trials'))?.json ?? {};
    return documents.find((one: { document: string }) => one.document === 'device-network');
  };

  await t.test('as it is: ports, addresses, settings, nothing on trial', async (t) => {
    await until('the first address is there', async () => (await addresses()).includes(`${FIRST_ADDRESS}/24`));
    const { json } = await (people.get('viewer') as Browser).call('GET', '/api/device/network');
    t.match(json, { settings: settingsWith(FIRST_ADDRESS), trial: null });
    const { ports } = (await owner.call('GET', '/api/device')).json;
    t.match(ports, [{ name: 'eth0', label: 'WAN', link: true, role: 'arm' }, { name: 'eth1' }]);
    t.match(await trialNow(), { base: '/api/device/network', trial: null });
  });

  await t.test('what is wrong is told with its place, and not applied', async (t) => {
    const network = settingsWith(OTHER_ADDRESS, '10.9.9.9');
    const { issues } = (await post('check', { network })).json;
    t.match(issues, [{ path: 'network.ports.eth0.ipv4.gateway', message: /could not be reached/ }]);
    t.same((await post('check', { network: settingsWith(OTHER_ADDRESS) })).json, { issues: [] });
    const refused = await post('apply', { network });
    t.match([refused.status, refused.json.error.code], [422, 'bad-settings']);
    t.equal((await post('apply', { network: { mode: 'no such mode' } })).status, 400);
    t.equal((await trialNow()).trial, null);
  });

  await t.test('on trial: told to everybody, kept by its author only, and noted', async (t) => {
    const applied = await post('apply', { network: settingsWith(OTHER_ADDRESS) });
    t.equal(applied.status, 200, applied.text);
    const { revision } = applied.json;
    t.match(applied.json, { author: 'owner', serving: true });
    await until('the other address is there', async () => (await addresses()).includes(`${OTHER_ADDRESS}/24`));
    t.match((await trialNow()).trial, { revision, author: 'owner' });
    t.match((await post('apply', { network: settingsWith('10.1.0.4') }, second)).json.error.code, 'trial');
    t.match((await post('confirm', { revision }, second)).json.error, { code: 'not-yours', message: /only owner/ });
    t.match((await post('confirm', { revision: revision - 1 })).json.error.code, 'no-trial');
    t.notMatch(kept(), OTHER_ADDRESS);
    t.equal((await post('confirm', { revision })).status, 200);
    t.match(kept(), OTHER_ADDRESS);
    t.equal((await trialNow()).trial, null);
    const noted = (await owner.call('GET', '/api/audit?action=device.network')).json;
    t.match(noted, [
      { actor: 'owner', action: 'device.network-confirm', outcome: 'done' },
      { actor: 'owner', action: 'device.network-apply', outcome: 'done', detail: OTHER_ADDRESS },
      { actor: 'owner', action: 'device.network-apply', outcome: 'failed' },
    ]);
  });

  await t.test('taken back by any admin: what was before is in force again', async (t) => {
    const { revision } = (await post('apply', { network: settingsWith(FIRST_ADDRESS) })).json;
    await until('it is tried', async () => (await addresses()).includes(`${FIRST_ADDRESS}/24`));
    t.equal((await post('return', { revision }, people.get('operator'))).status, 403);
    t.equal((await post('return', { revision }, second)).status, 200);
    await until('it is taken back', async () => (await addresses()).includes(`${OTHER_ADDRESS}/24`));
    t.match(kept(), OTHER_ADDRESS);
    t.equal((await post('return', { revision }, second)).status, 409);
  });

  await t.test('the unit answers at its addresses, and to its name, also when they are new', async (t) => {
    const answers = async (host: string): Promise<number> =>
      (await owner.call('GET', '/api/claim', { headers: { host: `${host}:${device.port}` } })).status;
    t.equal(await answers(OTHER_ADDRESS), 200);
    t.equal(await answers(FIRST_ADDRESS), 421, 'an address of somebody else by now');
    t.equal((await owner.call('PUT', '/api/device/settings', { body: { hostname: 'pocket-7' } })).status, 200);
    t.equal((await owner.call('GET', '/api/device')).json.hostname, 'pocket-7');
  });
}
