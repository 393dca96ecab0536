/** The samples that come with Debian's keepalived load; what they have besides VRRP is refused by name, and only that. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { type Host, thisHost } from '../../../src/vrrp/config/host.ts';
import { loadKeepalived } from '../../../src/vrrp/config/load.ts';

const DIRECTORY = '/usr/share/doc/keepalived/samples';

function samples(): string[] {
  try {
    return readdirSync(DIRECTORY).filter((name) => name.startsWith('keepalived.conf'));
  } catch {
    return []; // the package is not installed: the test says so
  }
}

/** A machine that has what the samples speak of. */
const host: Host = {
  ...thisHost(),
  interface: (name) => ({ name, mtu: 1500, loopback: false, multicast: true, ethernet: true }),
  programExists: () => true,
  user: () => ({ uid: 0, gid: 0 }),
  group: () => 0,
};

/** What a text has that Mahalo refuses, found without its parser. */
function refusedWords(text: string): string[] {
  const code = text.replace(/[!#].*/g, '');
  const found = new Set<string>();
  for (const match of code.matchAll(/^\s*(virtual_server_group|virtual_server)\s/gm)) found.add(match[1] ?? '');
  if (/auth_type\s+AH\b/.test(code)) found.add('auth_type');
  return [...found].sort();
}

/** What the samples of 2.2.7 do that 2.2.7 itself complains about, and is not fatal there either. */
const COMPLAINTS = [
  /^Unknown keyword 'VI_[23]'$/, // vrrp.lvs_syncd: members outside of `group { }`
  /has no virtual router\(s\)\. removing/, // of the same
  /^Missing '\{'/,
  /"(gw|or)" for routes is deprecated/,
  /cannot track route/,
  /has no preference/,
  /invalid IP 192\.168\.\d+\.\/24/,
  /^Invalid rule to address/,
  /nopreempt will not work/,
  /has only 1 virtual router/,
  /is not used$/,
  /^No script set for vrrp_script check_VI_0/, // conditional_conf: of three machines' names none is given
  /track script check_VI_0 not found/,
  /does not support authentication/,
  /No VIP specified/,
  /the virtual router id must be set/,
];

const names = samples();
const skip = names.length === 0 ? 'keepalived is not installed: it has no samples to read' : false;

t.test('samples of the package', { skip }, async (test) => {
  test.ok(names.length >= 20, `${names.length} samples`);
  let running = 0;
  for (const name of names) {
    const path = join(DIRECTORY, name);
    const { model, diagnostics } = loadKeepalived(path, { host, configId: 'main' });
    const refused = refusedWords(readFileSync(path, 'utf8'));
    const fatal = diagnostics.list.filter((one) => one.fatal);
    test.same([...new Set(fatal.map((one) => one.keyword))].sort(), refused, `${name}: refused is what is not VRRP`);
    test.equal(model !== undefined, refused.length === 0, `${name}: there is a model where nothing is refused`);
    const others = diagnostics.list.filter((one) => one.severity === 'alert' && !one.fatal);
    const unexpected = others.filter((one) => !COMPLAINTS.some((complaint) => complaint.test(one.message)));
    test.same(
      unexpected.map((one) => `${one.text}`),
      [],
      `${name}: nothing is complained about that keepalived takes`,
    );
    if (model !== undefined) running++;
  }
  test.ok(running >= 7, `${running} of them run`);
});
