/** MQTT packets CONNECT and CONNACK of versions 3.1, 3.1.1 and 5.0 (manual 7.3.1, `mqtt_is_valid`, `mqtt_field_value`). */
import { mqttFieldName, mqttPacketType } from '../../config/keywords/mqtt-fields.ts';
import type { Converter } from '../converter.ts';
import { BIN, BOOL, type Sample, STR } from '../sample.ts';

const CONNECT = 1;
const CONNACK = 2;
/** The low four bits of the first byte, by type of packet. */
const FIRST_BYTE_FLAGS = [-1, 0, 0, 15, 0, 0, 2, 0, 2, 0, 2, 0, 0, 0, 0, 0];

const VERSION_5 = 5;
const WILL = 0x04;
const WILL_QOS = 0x18;
const WILL_RETAIN = 0x20;
const PASSWORD = 0x40;
const USER_NAME = 0x80;

/** A number, or where a text lies. */
type Value = number | { readonly start: number; readonly end: number };

type Verdict = 'more' | 'wrong' | ReadonlyMap<string, Value>;

/** The packet is wrong in a way that only shows deep within it. */
class Malformed extends Error {}

class PacketReader {
  readonly bytes: Buffer;
  at: number;
  end: number;
  readonly fields = new Map<string, Value>();

  constructor(bytes: Buffer, at: number, end: number) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  number(size: 1 | 2 | 4): number {
    if (this.end - this.at < size) throw new Malformed();
    const value = this.bytes.readUIntBE(this.at, size);
    this.at += size;
    return value;
  }

  /** A number of up to four bytes with seven bits each. */
  varint(): number {
    let value = 0;
    for (let count = 0; count < 4; count++) {
      // As HAProxy does: bytes that are not there end it.
      if (this.at >= this.end) return value;
      const byte = this.bytes[this.at++] as number;
      value += (byte & 127) * 128 ** count;
      if (byte < 128) return value;
    }
    throw new Malformed();
  }

  text(): { readonly start: number; readonly end: number } {
    const length = this.number(2);
    const start = this.at;
    if (this.end - start < length) throw new Malformed();
    this.at += length;
    return { start, end: this.at };
  }

  keepText(name: string): void {
    this.fields.set(name, this.text());
  }
}

/** How a property is written, and which values of it are wrong. */
interface Property {
  readonly kind: 1 | 2 | 4 | 'text' | 'pair';
  readonly most?: number;
  readonly notZero?: boolean;
}

const FLAG: Property = { kind: 1, most: 1 };
const TEXT: Property = { kind: 'text' };
const PAIR: Property = { kind: 'pair' };

const CONNECT_PROPERTIES: ReadonlyMap<number, Property> = new Map<number, Property>([
  [17, { kind: 4 }],
  [21, TEXT],
  [22, TEXT],
  [23, FLAG],
  [25, FLAG],
  [33, { kind: 2, notZero: true }],
  [34, { kind: 2 }],
  [38, PAIR],
  [39, { kind: 4, notZero: true }],
]);

const WILL_PROPERTIES: ReadonlyMap<number, Property> = new Map<number, Property>([
  [1, FLAG],
  [2, { kind: 4 }],
  [3, TEXT],
  [8, TEXT],
  [9, TEXT],
  [24, { kind: 4 }],
  [38, PAIR],
]);

const CONNACK_PROPERTIES: ReadonlyMap<number, Property> = new Map<number, Property>([
  [17, { kind: 4 }],
  [18, { kind: 'text', notZero: true }],
  [19, { kind: 2 }],
  [21, TEXT],
  [22, TEXT],
  [26, TEXT],
  [28, TEXT],
  [31, TEXT],
  [33, { kind: 2, notZero: true }],
  [34, { kind: 2 }],
  [36, FLAG],
  [37, FLAG],
  [38, PAIR],
  [39, { kind: 4, notZero: true }],
  [40, FLAG],
  [41, FLAG],
  [42, FLAG],
]);

/** Reads a property's value, and gives what counts as its size for "not zero". */
function readProperty(reader: PacketReader, id: number, { kind, most }: Property): number {
  if (kind === 'pair') {
    reader.text();
    reader.text();
    return 1;
  }
  if (kind === 'text') {
    const text = reader.text();
    reader.fields.set(String(id), text);
    return text.end - text.start;
  }
  const value = reader.number(kind);
  if (most !== undefined && value > most) throw new Malformed();
  reader.fields.set(String(id), value);
  return value;
}

/** A list of properties, each at most once apart from those of users. False for one that is not known here. */
function readProperties(packet: PacketReader, known: ReadonlyMap<number, Property>): boolean {
  const length = packet.varint();
  if (packet.end - packet.at < length) throw new Malformed();
  const { end } = packet;
  packet.end = packet.at + length;
  const seen = new Set<number>();
  while (packet.at < packet.end) {
    const id = packet.number(1);
    const property = known.get(id);
    if (property === undefined) return false;
    if (property.kind !== 'pair' && seen.has(id)) throw new Malformed();
    seen.add(id);
    if (readProperty(packet, id, property) === 0 && property.notZero) throw new Malformed();
  }
  packet.end = end;
  return true;
}

/** Where HAProxy has no value because none was sent, numbers are 0. */
function fillNumbers(packet: PacketReader, known: ReadonlyMap<number, Property>): void {
  for (const [id, { kind }] of known) {
    if (typeof kind === 'number' && !packet.fields.has(String(id))) packet.fields.set(String(id), 0);
  }
}

function lengthOf(value: Value | undefined): number {
  return typeof value === 'object' ? value.end - value.start : 0;
}

function readConnect(packet: PacketReader): void {
  const { fields, bytes } = packet;
  const name = packet.text();
  if (!/^(?:mqtt|mqisdp)$/i.test(bytes.toString('latin1', name.start, name.end))) throw new Malformed();
  fields.set('protocol_name', name);
  const version = packet.number(1);
  if (version < 3 || version > VERSION_5) throw new Malformed();
  fields.set('protocol_version', version);
  const flags = packet.number(1);
  if ((flags & 1) !== 0 || (flags & (WILL | WILL_QOS | WILL_RETAIN)) === WILL_QOS) throw new Malformed();
  fields.set('flags', flags);
  fields.set('keepalive', packet.number(2));
  if (version === VERSION_5) {
    if (!readProperties(packet, CONNECT_PROPERTIES)) throw new Malformed();
    fillNumbers(packet, CONNECT_PROPERTIES);
    if (lengthOf(fields.get('21')) === 0 && lengthOf(fields.get('22')) > 0) throw new Malformed();
  }
  packet.keepText('client_identifier');
  if ((flags & WILL) !== 0) {
    if (version === VERSION_5) {
      if (!readProperties(packet, WILL_PROPERTIES)) throw new Malformed();
      fillNumbers(packet, WILL_PROPERTIES);
    }
    packet.keepText('will_topic');
    packet.keepText('will_payload');
  }
  if ((flags & USER_NAME) !== 0) packet.keepText('username');
  if ((flags & PASSWORD) !== 0) packet.keepText('password');
}

/** False where HAProxy says that it needs more data: a property that is not known. */
function readConnack(packet: PacketReader): boolean {
  const { fields } = packet;
  const version = packet.end - packet.at === 2 ? 4 : VERSION_5;
  fields.set('protocol_version', version);
  const flags = packet.number(1);
  if ((flags & 0xfe) !== 0) throw new Malformed();
  fields.set('flags', flags);
  fields.set('reason_code', packet.number(1));
  if (version !== VERSION_5) return true;
  if (!readProperties(packet, CONNACK_PROPERTIES)) return false;
  fillNumbers(packet, CONNACK_PROPERTIES);
  return true;
}

/** The fields of a packet of the given type (0: either); 'wrong' for another type or what is no such packet. */
function readPacket({ bytes, start, end }: Sample, wanted: number): Verdict {
  if (end - start < 2) return 'more';
  const first = bytes[start] as number;
  const type = first >> 4;
  if (type === 0 || (first & 15) !== FIRST_BYTE_FLAGS[type]) return 'wrong';
  const packet = new PacketReader(bytes, start + 1, end);
  try {
    const length = packet.varint();
    if (end - packet.at < length) return 'more';
    // HAProxy reads all the bytes there are, and then compares with what was announced.
    const announcedEnd = packet.at + length;
    if (type === CONNECT) readConnect(packet);
    else if (type !== CONNACK) return 'wrong';
    else if (!readConnack(packet)) return 'more';
    return packet.at === announcedEnd && (wanted === 0 || wanted === type) ? packet.fields : 'wrong';
  } catch (problem) {
    if (problem instanceof Malformed) return 'wrong';
    throw problem;
  }
}

const MQTT_IS_VALID: Converter = {
  input: BIN,
  output: BOOL,
  make: () => (sample) => {
    const verdict = readPacket(sample, 0);
    sample.mayChange = verdict === 'more';
    return verdict !== 'more' && sample.setBoolean(verdict !== 'wrong');
  },
};

const MQTT_FIELD_VALUE: Converter = {
  input: BIN,
  output: STR,
  make: (args) => {
    const type = mqttPacketType(args[0] ?? '');
    const name = mqttFieldName(type, args[1] ?? '') ?? '';
    return (sample) => {
      const verdict = readPacket(sample, type);
      sample.mayChange = verdict === 'more';
      if (typeof verdict === 'string') return false;
      const value = verdict.get(name);
      if (value === undefined) return false;
      if (typeof value === 'number') return sample.setText(String(value));
      return value.start < value.end && sample.setBytes(STR, sample.bytes, value.start, value.end);
    };
  },
};

export const MQTT_CONVERTERS: readonly (readonly [string, Converter])[] = [
  ['mqtt_is_valid', MQTT_IS_VALID],
  ['mqtt_field_value', MQTT_FIELD_VALUE],
];
