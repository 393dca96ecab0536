/** What the DHCP client's script wrote down (rootfs-overlay/usr/share/udhcpc/mahalo): `name=value` lines. Pure. */
import { addressBytes, addressText, type Prefix, readPrefix } from '../prefix.ts';

export interface Lease {
  readonly address: Prefix;
  readonly gateways: readonly Uint8Array[];
  /** As text. */
  readonly nameServers: readonly string[];
  /** As text. */
  readonly timeServers: readonly string[];
  /** For names without a dot; `''`: none. */
  readonly domain: string;
  /** Who gave it; `''`: not told. */
  readonly server: string;
  readonly seconds: number;
}

/** `none`: the client asks still, or lost it. `unanswered`: it asked several times, nobody answered; it goes on asking. */
export type LeaseState = { readonly kind: 'none' | 'unanswered' } | { readonly kind: 'bound'; readonly lease: Lease };

const NONE: LeaseState = { kind: 'none' };
/** RFC 1035; `_` is often seen. */
const DOMAIN = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/i;
const LONGEST_DOMAIN = 253;
/** A server that names more is not to be trusted with the rest. */
const MOST_SERVERS = 4;

/** A server may send anything: what is no address, or none that a host may have, is left out. */
export function readLease(text: string): LeaseState {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const equals = line.indexOf('=');
    if (equals > 0) values.set(line.slice(0, equals), line.slice(equals + 1));
  }
  const event = values.get('event');
  if (event === 'leasefail') return { kind: 'unanswered' };
  if (event !== 'bound' && event !== 'renew') return NONE;
  const address = readPrefix(`${values.get('ip')}/${values.get('mask') || '32'}`);
  if (address === undefined || address.family !== 4 || !isHost(address.bytes)) return NONE;
  const domain = values.get('domain') ?? '';
  return {
    kind: 'bound',
    lease: {
      address,
      gateways: addresses(values.get('router')).slice(0, 1),
      nameServers: addresses(values.get('dns')).map(addressText),
      timeServers: addresses(values.get('ntpsrv')).map(addressText),
      domain: domain.length <= LONGEST_DOMAIN && DOMAIN.test(domain) ? domain : '',
      server: addresses(values.get('serverid')).map(addressText)[0] ?? '',
      seconds: Number.parseInt(values.get('lease') ?? '', 10) || 0,
    },
  };
}

function addresses(text: string | undefined): Uint8Array[] {
  const found = (text ?? '').split(' ').flatMap((word) => addressBytes(word) ?? []);
  return found.filter((bytes) => bytes.length === 4 && isHost(bytes)).slice(0, MOST_SERVERS);
}

function isHost(bytes: Uint8Array): boolean {
  const first = bytes[0] as number;
  return first !== 0 && first !== 127 && first < 224;
}
