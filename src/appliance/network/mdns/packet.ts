/**
 * DNS messages as multicast DNS has them (RFC 1035 section 4, RFC 6762 section 18): what we need to answer and to notice
 * conflicts. Pure; no bytes make the reader throw, and what is not understood gives undefined.
 *
 *   0 id  2 flags  4 counts of questions, answers, authorities, additionals (u16 each) | questions | records
 *   question: name, type, class.  record: name, type, class, ttl (u32), length (u16), data
 *   name: length and letters, ..., 0; or at any label two bytes 11xxxxxx that say where the rest stands
 */
export const TYPE_A = 1;
export const TYPE_PTR = 12;
export const TYPE_TXT = 16;
export const TYPE_AAAA = 28;
export const TYPE_SRV = 33;
export const TYPE_NSEC = 47;
export const TYPE_ANY = 255;
export const CLASS_IN = 1;
/** Of a question's class: answer to me alone. Of a record's: it is the only one of its name and type. */
const TOP_BIT = 0x8000;
const FLAG_RESPONSE = 0x8000;
const FLAG_AUTHORITATIVE = 0x0400;
const OPCODE_AND_CODE = 0x780f;

const HEADER = 12;
const LONGEST_NAME = 255;
const LONGEST_LABEL = 63;
const MOST_JUMPS = 32;
/** Of each kind in a message; real ones have a few dozen. */
const MOST_ENTRIES = 256;

export interface Question {
  /** Labels in small letters, dots between them, dots within a label as `\.`. */
  readonly name: string;
  readonly type: number;
  /** The answer is wanted by whoever asked alone. */
  readonly unicast: boolean;
}

export interface DnsRecord {
  readonly name: string;
  readonly type: number;
  /** There is one set of these only: ours replaces what others remember. */
  readonly unique: boolean;
  readonly ttl: number;
  /** Names within are whole, not shortened. */
  readonly data: Buffer;
}

export interface DnsMessage {
  readonly id: number;
  readonly response: boolean;
  readonly questions: readonly Question[];
  readonly answers: readonly DnsRecord[];
  readonly authorities: readonly DnsRecord[];
}

interface Place {
  readonly name: string;
  readonly end: number;
}

/** Undefined: no message, or one with an operation or an error code, which multicast DNS does not know. */
export function readMessage(bytes: Buffer): DnsMessage | undefined {
  if (bytes.length < HEADER) return undefined;
  const flags = bytes.readUInt16BE(2);
  if ((flags & OPCODE_AND_CODE) !== 0) return undefined;
  const counts = [4, 6, 8].map((at) => bytes.readUInt16BE(at)) as [number, number, number];
  if (counts.some((count) => count > MOST_ENTRIES)) return undefined;
  let at = HEADER;
  const questions: Question[] = [];
  for (let index = 0; index < counts[0]; index++) {
    const place = readName(bytes, at);
    if (place === undefined || place.end + 4 > bytes.length) return undefined;
    const type = bytes.readUInt16BE(place.end);
    const kind = bytes.readUInt16BE(place.end + 2);
    at = place.end + 4;
    if (isInternet(kind)) questions.push({ name: place.name, type, unicast: (kind & TOP_BIT) !== 0 });
  }
  const sections: DnsRecord[][] = [];
  for (const count of [counts[1], counts[2]]) {
    const records: DnsRecord[] = [];
    for (let index = 0; index < count; index++) {
      const place = readName(bytes, at);
      if (place === undefined || place.end + 10 > bytes.length) return undefined;
      const dataAt = place.end + 10;
      const length = bytes.readUInt16BE(place.end + 8);
      if (dataAt + length > bytes.length) return undefined;
      const type = bytes.readUInt16BE(place.end);
      const kind = bytes.readUInt16BE(place.end + 2);
      const data = wholeData(bytes, type, dataAt, length);
      at = dataAt + length;
      if (data === undefined || !isInternet(kind)) continue;
      const ttl = bytes.readUInt32BE(place.end + 4);
      records.push({ name: place.name, type, unique: (kind & TOP_BIT) !== 0, ttl, data });
    }
    sections.push(records);
  }
  const [answers = [], authorities = []] = sections;
  return { id: bytes.readUInt16BE(0), response: (flags & FLAG_RESPONSE) !== 0, questions, answers, authorities };
}

function isInternet(kind: number): boolean {
  const plain = kind & ~TOP_BIT;
  return plain === CLASS_IN || plain === TYPE_ANY;
}

function readName(bytes: Buffer, start: number): Place | undefined {
  const labels: string[] = [];
  let at = start;
  let end = -1;
  let length = 0;
  for (let jumps = 0; jumps <= MOST_JUMPS; ) {
    const size = bytes[at];
    if (size === undefined) return undefined;
    if (size === 0) return { name: labels.join('.'), end: end < 0 ? at + 1 : end };
    if (size > LONGEST_LABEL) {
      const low = bytes[at + 1];
      if ((size & 0xc0) !== 0xc0 || low === undefined) return undefined;
      if (end < 0) end = at + 2;
      at = ((size & 0x3f) << 8) | low;
      jumps++;
      continue;
    }
    length += size + 1;
    if (at + 1 + size > bytes.length || length > LONGEST_NAME) return undefined;
    const label = bytes.toString('utf8', at + 1, at + 1 + size);
    labels.push(label.toLowerCase().replaceAll('\\', '\\\\').replaceAll('.', '\\.'));
    at += 1 + size;
  }
  return undefined;
}

/** Data that may hold a shortened name, with that name whole; undefined when it is broken. */
function wholeData(bytes: Buffer, type: number, at: number, length: number): Buffer | undefined {
  const fixed = type === TYPE_SRV ? 6 : 0;
  if (type !== TYPE_SRV && type !== TYPE_PTR) return Buffer.from(bytes.subarray(at, at + length));
  const place = length <= fixed ? undefined : readName(bytes, at + fixed);
  return place === undefined ? undefined : Buffer.concat([bytes.subarray(at, at + fixed), nameBytes(place.name)]);
}

/** The name on the wire, never shortened. */
export function nameBytes(name: string): Buffer {
  const labels = name.match(/(?:\\.|[^.\\])+/gsu) ?? [];
  const parts = labels.flatMap((label) => {
    const text = Buffer.from(label.replace(/\\(.)/gsu, '$1'), 'utf8').subarray(0, LONGEST_LABEL);
    return [Buffer.of(text.length), text];
  });
  return Buffer.concat([...parts, Buffer.of(0)]);
}

export interface OutgoingMessage {
  readonly id?: number;
  readonly response: boolean;
  readonly questions?: readonly Question[];
  readonly answers?: readonly DnsRecord[];
  readonly authorities?: readonly DnsRecord[];
  readonly additionals?: readonly DnsRecord[];
  /** For a resolver that knows no multicast DNS: no top bits, and times to live of at most this (RFC 6762 section 6.7). */
  readonly legacyTtl?: number;
}

export function writeMessage(message: OutgoingMessage): Buffer {
  const { questions = [], answers = [], authorities = [], additionals = [], legacyTtl } = message;
  const header = Buffer.alloc(HEADER);
  header.writeUInt16BE(message.id ?? 0, 0);
  header.writeUInt16BE(message.response ? FLAG_RESPONSE | FLAG_AUTHORITATIVE : 0, 2);
  [questions, answers, authorities, additionals].forEach((list, index) => {
    header.writeUInt16BE(list.length, 4 + 2 * index);
  });
  const records = [...answers, ...authorities, ...additionals];
  return Buffer.concat([
    header,
    ...questions.map(({ name, type, unicast }) => {
      const bits = legacyTtl === undefined && unicast ? TOP_BIT : 0;
      return Buffer.concat([nameBytes(name), words(type, CLASS_IN | bits)]);
    }),
    ...records.map(({ name, type, unique, ttl, data }) => {
      const bits = legacyTtl === undefined && unique ? TOP_BIT : 0;
      const head = Buffer.alloc(6);
      head.writeUInt32BE(Math.min(ttl, legacyTtl ?? ttl), 0);
      head.writeUInt16BE(data.length, 4);
      return Buffer.concat([nameBytes(name), words(type, CLASS_IN | bits), head, data]);
    }),
  ]);
}

export function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length);
  values.forEach((value, index) => {
    bytes.writeUInt16BE(value, 2 * index);
  });
  return bytes;
}
