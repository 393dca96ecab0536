/**
 * Hostile advertisements as whole Ethernet frames: every way an advertisement can be wrong, each from an invented
 * source. Own code, not the agent's codec. Seeded: the same storm comes again.
 */
import { internetChecksum } from './oracle-packet.ts';

export const STORM_KINDS = [
  'truncated',
  'length',
  'ttl',
  'version',
  'type',
  'vrid',
  'authentication',
  'interval',
  'count',
  'checksum',
  'addresses',
  'zeroInterval',
  'garbage',
] as const;
/** `lower`: nothing is wrong with it but that it comes fifty thousand times, of a priority that always loses. */
export type StormKind = (typeof STORM_KINDS)[number] | 'lower';

/** The kinds that are wrong for a version: v3 has no password, and takes another's interval for its own. */
export function stormKinds(version: 2 | 3): readonly StormKind[] {
  return version === 2 ? STORM_KINDS : STORM_KINDS.filter((kind) => kind !== 'authentication' && kind !== 'interval');
}

/** The router that is stormed: what a right packet would look like. */
export interface StormTarget {
  readonly version: 2 | 3;
  readonly vrid: number;
  /** Seconds (v2) or centiseconds (v3), as in the packet. */
  readonly interval: number;
  readonly addresses: readonly string[];
  readonly password: string;
}

export interface StormFrame {
  readonly kind: StormKind;
  readonly bytes: Buffer;
}

const IP = 20;
const MULTICAST_MAC = [0x01, 0x00, 0x5e, 0x00, 0x00, 0x12];
const GROUP = [224, 0, 0, 18];

/** xorshift32: small, and the same everywhere. */
export function seededRandom(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 0x1_0000_0000;
  };
}

/** `count` frames of the kinds in turn. */
export function stormFrames(
  target: StormTarget,
  kinds: readonly StormKind[],
  count: number,
  seed: number,
): StormFrame[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, index) => {
    const kind = kinds[index % kinds.length] as StormKind;
    return { kind, bytes: frameOf(target, kind, random) };
  });
}

function frameOf(target: StormTarget, kind: StormKind, random: () => number): Buffer {
  const between = (low: number, high: number): number => low + Math.floor(random() * (high - low + 1));
  const source = [10, 77, 0, between(10, 250)];
  const body = kind === 'garbage' ? garbage(between(0, 120), random) : bodyOf(target, kind, source, between);
  const header = Buffer.alloc(IP);
  header[0] = 0x45;
  header[1] = 0xc0;
  header.writeUInt16BE(IP + body.length, 2);
  header.writeUInt16BE(between(1, 65535), 4);
  header[8] = kind === 'ttl' ? between(1, 254) : 255;
  header[9] = 112;
  header.set(source, 12);
  header.set(GROUP, 16);
  header.writeUInt16BE(internetChecksum(header), 10);
  const ethernet = Buffer.from([...MULTICAST_MAC, 2, 0, 0, ...source.slice(1), 0x08, 0x00]);
  return Buffer.concat([ethernet, header, body]);
}

/** Random bytes that are no valid advertisement: the version is one that does not exist. */
function garbage(length: number, random: () => number): Buffer {
  const bytes = Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)));
  if (length > 0) bytes[0] = ((bytes[0] as number) & 0x8f) | 0x70;
  return bytes;
}

function bodyOf(
  target: StormTarget,
  kind: StormKind,
  source: readonly number[],
  between: (low: number, high: number) => number,
): Buffer {
  const real = target.addresses.map((text) => Buffer.from(text.split('.').map(Number)));
  const wrong = real.map(() => real[0] as Buffer);
  // One address only: a list of the same length that is another.
  if (real.length === 1) wrong[0] = Buffer.from([10, 66, between(0, 255), between(0, 255)]);
  const addresses = kind === 'addresses' ? wrong : real;
  if (kind === 'count') addresses.push(Buffer.from([10, 66, 0, 1]));
  const authentication = Buffer.alloc(target.version === 2 ? 8 : 0);
  const wrongPassword = kind === 'authentication' && target.password !== '';
  authentication.write(wrongPassword ? `not${between(1000, 9999)}` : target.password, 'latin1');
  let body = Buffer.concat([Buffer.alloc(8), ...addresses, authentication]);
  const version = kind === 'version' ? 5 - target.version : target.version;
  body[0] = (version << 4) | (kind === 'type' ? between(2, 15) : 1);
  body[1] = kind === 'vrid' ? (target.vrid + between(1, 200)) % 256 || 255 : target.vrid;
  body[2] = kind === 'lower' ? between(1, 20) : between(1, 254);
  body[3] = addresses.length;
  if (target.version === 2) {
    body[4] = target.password === '' ? 0 : 1;
    if (kind === 'authentication' && target.password === '') body[4] = between(3, 255);
    body[5] = kind === 'interval' ? (target.interval + between(1, 100)) % 256 : target.interval;
  } else {
    body.writeUInt16BE(target.interval, 4);
  }
  if (kind === 'zeroInterval') body.writeUInt16BE(target.version === 2 ? (body[4] as number) << 8 : 0, 4);
  if (kind === 'length') body = Buffer.concat([body, Buffer.alloc(between(40, 60))]);
  if (kind === 'truncated') return body.subarray(0, between(0, 7));
  const pseudo = Buffer.from([...source, ...GROUP, 0, 112, 0, body.length]);
  let sum = target.version === 3 ? internetChecksum(pseudo, body) : internetChecksum(body);
  if (kind === 'checksum') sum ^= between(1, 0xfffe);
  body.writeUInt16BE(sum, 6);
  return body;
}
