/**
 * Advertisements written by hand, every field settable, right or wrong: RFC 3768 section 5.1, RFC 5798 section 5.1. Own
 * code on purpose: a test that used the agent's codec would believe the code it tests.
 */

const IP_HEADER = 20;
const IP6_HEADER = 40;
const VRRP_HEADER = 8;
const PROTOCOL_VRRP = 112;
const V2_AUTHENTICATION = 8;

/** How the checksum of the VRRP part is made. `default`: v2 plain; v3 with the pseudo-header. */
export type ChecksumStyle = 'default' | 'plain' | 'pseudo' | 'wrong' | 'zero';

export interface PacketFields {
  readonly version: number;
  readonly type: number;
  readonly vrid: number;
  readonly priority: number;
  /** The count field; undefined: the length of `addresses`. */
  readonly count: number | undefined;
  readonly addresses: readonly string[];
  readonly authType: number;
  /** Up to 8 characters, v2. */
  readonly password: string;
  /** Seconds for v2, centiseconds for v3, as it stands in the field. */
  readonly interval: number;
  /** The four bits before the interval of v3. */
  readonly reserved: number;
  readonly checksum: ChecksumStyle;
  readonly ttl: number;
  readonly source: string;
  readonly destination: string;
  /** Bytes cut from the end (negative: zero bytes added) with the IP length told truly ... */
  readonly cut: number;
  /** ... and what the IP length field says more than true. */
  readonly lengthLie: number;
  /** Bytes of IP options (a multiple of 4). */
  readonly options: number;
}

export const NORMAL: PacketFields = {
  version: 2,
  type: 1,
  vrid: 51,
  priority: 200,
  count: undefined,
  addresses: ['10.77.0.100'],
  authType: 0,
  password: '',
  interval: 10,
  reserved: 0,
  checksum: 'default',
  ttl: 255,
  source: '10.77.0.9',
  destination: '224.0.0.18',
  cut: 0,
  lengthLie: 0,
  options: 0,
};

export function addressBytes(text: string): Buffer {
  if (!text.includes(':')) return Buffer.from(text.split('.').map(Number));
  const [left = '', right] = text.split('::');
  const words = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((word) => Number.parseInt(word, 16));
  const head = words(left);
  const tail = right === undefined ? [] : words(right);
  const all = [...head, ...new Array<number>(8 - head.length - tail.length).fill(0), ...tail];
  const bytes = Buffer.alloc(16);
  all.forEach((word, index) => {
    bytes.writeUInt16BE(word, 2 * index);
  });
  return bytes;
}

/** RFC 1071 over all parts joined. */
export function internetChecksum(...parts: readonly Uint8Array[]): number {
  const bytes = Buffer.concat(parts);
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += ((bytes[i] as number) << 8) | (bytes[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

function vrrpPart(fields: PacketFields, source: Buffer, destination: Buffer): Buffer {
  const addresses = Buffer.concat(fields.addresses.map(addressBytes));
  const authentication = Buffer.alloc(fields.version === 2 ? V2_AUTHENTICATION : 0);
  authentication.write(fields.password, 'latin1');
  const bytes = Buffer.concat([Buffer.alloc(VRRP_HEADER), addresses, authentication]);
  bytes[0] = (fields.version << 4) | fields.type;
  bytes[1] = fields.vrid;
  bytes[2] = fields.priority;
  bytes[3] = fields.count ?? fields.addresses.length;
  if (fields.version === 2) {
    bytes[4] = fields.authType;
    bytes[5] = fields.interval;
  } else {
    bytes.writeUInt16BE((fields.reserved << 12) | fields.interval, 4);
  }
  const style = fields.checksum === 'default' ? (fields.version === 2 ? 'plain' : 'pseudo') : fields.checksum;
  if (style === 'zero') return bytes;
  let sum = internetChecksum(bytes);
  if (style === 'pseudo') {
    const pseudo = Buffer.alloc(source.length === 4 ? 4 : 8);
    if (source.length === 4) {
      pseudo[1] = PROTOCOL_VRRP;
      pseudo.writeUInt16BE(bytes.length, 2);
    } else {
      pseudo.writeUInt32BE(bytes.length, 0);
      pseudo[7] = PROTOCOL_VRRP;
    }
    sum = internetChecksum(source, destination, pseudo, bytes);
  }
  bytes.writeUInt16BE(style === 'wrong' ? sum ^ 0x0104 : sum, 6);
  return bytes;
}

/** The whole IP packet (IPv6 when the source is). */
export function craft(change: Partial<PacketFields> = {}): Buffer {
  const fields: PacketFields = { ...NORMAL, ...change };
  const source = addressBytes(fields.source);
  const destination = addressBytes(fields.destination);
  let payload = vrrpPart(fields, source, destination);
  if (fields.cut > 0) payload = payload.subarray(0, Math.max(0, payload.length - fields.cut));
  if (fields.cut < 0) payload = Buffer.concat([payload, Buffer.alloc(-fields.cut)]);
  if (source.length === 16) {
    const header = Buffer.alloc(IP6_HEADER);
    header[0] = 0x6c;
    header.writeUInt16BE(payload.length + fields.lengthLie, 4);
    header[6] = PROTOCOL_VRRP;
    header[7] = fields.ttl;
    header.set(source, 8);
    header.set(destination, 24);
    return Buffer.concat([header, payload]);
  }
  // Options are No-Operation bytes.
  const header = Buffer.concat([Buffer.alloc(IP_HEADER), Buffer.alloc(fields.options, 1)]);
  header[0] = 0x40 | (header.length >> 2);
  header[1] = 0xc0;
  header.writeUInt16BE(header.length + payload.length + fields.lengthLie, 2);
  header[8] = fields.ttl;
  header[9] = PROTOCOL_VRRP;
  header.set(source, 12);
  header.set(destination, 16);
  header.writeUInt16BE(internetChecksum(header), 10);
  return Buffer.concat([header, payload]);
}

/** What an agent put on the wire: its VRRP fields (IPv6 addresses in hex), or undefined for another protocol. `packet` begins with the IP header. */
export interface SeenAdvertisement {
  readonly source: string;
  readonly destination: string;
  readonly version: number;
  readonly vrid: number;
  readonly priority: number;
}

export function readAdvertisement(packet: Buffer): SeenAdvertisement | undefined {
  const six = (packet[0] as number) >> 4 === 6;
  const at = six ? IP6_HEADER : ((packet[0] as number) & 15) << 2;
  if (packet.length < at + VRRP_HEADER || packet[six ? 6 : 9] !== PROTOCOL_VRRP) return undefined;
  return {
    source: six ? packet.subarray(8, 24).toString('hex') : packet.subarray(12, 16).join('.'),
    destination: six ? packet.subarray(24, 40).toString('hex') : packet.subarray(16, 20).join('.'),
    version: (packet[at] as number) >> 4,
    vrid: packet[at + 1] as number,
    priority: packet[at + 2] as number,
  };
}
