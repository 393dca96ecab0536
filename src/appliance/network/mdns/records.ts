/** What the unit answers for on one link: its name, and that it has a web interface (RFC 6763). Pure. */
import {
  type DnsRecord,
  nameBytes,
  TYPE_A,
  TYPE_AAAA,
  TYPE_NSEC,
  TYPE_PTR,
  TYPE_SRV,
  TYPE_TXT,
  words,
} from './packet.ts';

/** RFC 6762 section 10: names of hosts, everything else. */
const HOST_TTL = 120;
const OTHER_TTL = 4500;
const SERVICE = '_https._tcp.local';
const ALL_SERVICES = '_services._dns-sd._udp.local';

export interface OwnRecords {
  readonly host: string;
  readonly instance: string;
  /** Nobody else may have them. */
  readonly unique: readonly DnsRecord[];
  readonly shared: readonly DnsRecord[];
}

/**
 * @param name one label
 * @param addresses of the link, 4 or 16 bytes each
 * @param port of the web interface
 */
export function ownRecords(name: string, addresses: readonly Uint8Array[], port: number): OwnRecords {
  const host = `${name.toLowerCase()}.local`;
  const instance = `${name.toLowerCase()}.${SERVICE}`;
  const record = (of: string, type: number, ttl: number, data: Buffer, unique = true): DnsRecord => ({
    ...{ name: of, type, ttl, data, unique },
  });
  const hostRecords = addresses.map((bytes) =>
    record(host, bytes.length === 4 ? TYPE_A : TYPE_AAAA, HOST_TTL, Buffer.from(bytes)),
  );
  const types = [...new Set(hostRecords.map(({ type }) => type))];
  return {
    host,
    instance,
    unique: [
      ...hostRecords,
      // What there is not: who asks for the other kind of address need not wait.
      record(host, TYPE_NSEC, HOST_TTL, Buffer.concat([nameBytes(host), typeBits(types)])),
      record(instance, TYPE_SRV, HOST_TTL, Buffer.concat([words(0, 0, port), nameBytes(host)])),
      record(instance, TYPE_TXT, OTHER_TTL, textData('path=/')),
    ],
    shared: [
      record(SERVICE, TYPE_PTR, OTHER_TTL, nameBytes(instance), false),
      record(ALL_SERVICES, TYPE_PTR, OTHER_TTL, nameBytes(SERVICE), false),
    ],
  };
}

function textData(text: string): Buffer {
  return Buffer.concat([Buffer.of(text.length), Buffer.from(text, 'latin1')]);
}

/** RFC 4034 section 4.1.2, of types below 256: window 0, length, a bit a type. */
function typeBits(types: readonly number[]): Buffer {
  const bits = Buffer.alloc(Math.floor(Math.max(0, ...types) / 8) + 1);
  for (const type of types) bits[type >> 3] = (bits[type >> 3] as number) | (0x80 >> (type & 7));
  return Buffer.concat([Buffer.of(0, bits.length), bits]);
}

/** RFC 6762 section 8.2: class, type, data, as unsigned numbers; the greater of two who ask for a name at once has it. */
export function compareRecords(one: DnsRecord, other: DnsRecord): number {
  return one.type - other.type || Buffer.compare(one.data, other.data);
}
