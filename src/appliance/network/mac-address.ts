/**
 * MAC addresses of ports that have none of their own. Boards without an address memory come up with one that is the same on
 * every board, or with another one at each start: a VRRP pair of such units does not work, and DHCP gives them a new
 * address each time. What is made here is the same for ever on one unit, and different on any other. Pure but for the reader.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where boards tell who they are, below /sys, the best first: the processor's number, else the medium's. */
const IDENTITIES = ['firmware/devicetree/base/serial-number', 'devices/soc0/serial_number'];
const MEDIA = 'class/mmc_host';
/** Fewer different characters are no identity: zeros, `ffff`, `Default`. */
const LEAST_DIFFERENT = 4;

/** A text that no other board has, or the unit's id; @param sys where /sys is */
export function boardIdentity(sys: string, unitId: string): string {
  for (const path of IDENTITIES) {
    const text = readText(join(sys, path));
    if (isIdentity(text)) return `serial ${text}`;
  }
  for (const path of mediumIdentities(sys)) {
    const text = readText(path);
    if (isIdentity(text)) return `cid ${text}`;
  }
  return `unit ${unitId}`;
}

function isIdentity(text: string): boolean {
  return text.length >= 8 && new Set(text.toLowerCase()).size >= LEAST_DIFFERENT;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'latin1').replaceAll('\0', '').trim();
  } catch {
    return '';
  }
}

/** Of what is soldered on before what can be taken out, so that another card makes no other unit. */
function mediumIdentities(sys: string): readonly string[] {
  const found: { path: string; removable: boolean }[] = [];
  for (const host of list(join(sys, MEDIA))) {
    for (const card of list(join(sys, MEDIA, host)).filter((name) => name.startsWith(`${host}:`))) {
      const directory = join(sys, MEDIA, host, card);
      found.push({ path: join(directory, 'cid'), removable: readText(join(directory, 'type')) !== 'MMC' });
    }
  }
  return found.sort((one, other) => Number(one.removable) - Number(other.removable)).map(({ path }) => path);
}

function list(path: string): readonly string[] {
  try {
    return readdirSync(path).sort();
  } catch {
    return [];
  }
}

/** Six bytes, locally administered, of one host. */
export function derivedMac(identity: string, port: number): Uint8Array {
  const digest = createHash('sha256').update(`mahalo port ${port} of ${identity}`).digest();
  const mac = Uint8Array.from(digest.subarray(0, 6));
  mac[0] = ((mac[0] as number) & 0xfc) | 0x02;
  return mac;
}

/**
 * What each port's address should be; undefined: it keeps what it has. Ports of a board without addresses of its own all
 * get one; others where the driver made one up, or two ports have the same.
 */
export function macsOf(
  ports: readonly { readonly mac: Uint8Array | undefined; readonly madeUp: boolean }[],
  uniqueAddresses: boolean,
  identity: string,
): readonly (Uint8Array | undefined)[] {
  return ports.map(({ mac, madeUp }, index) => {
    const before = ports.slice(0, index).some((other) => same(other.mac, mac));
    return uniqueAddresses && !madeUp && !before ? undefined : derivedMac(identity, index);
  });
}

function same(one: Uint8Array | undefined, other: Uint8Array | undefined): boolean {
  return one !== undefined && other !== undefined && Buffer.compare(one, other) === 0;
}
