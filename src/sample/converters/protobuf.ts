/** `protobuf` and `ungrpc` (manual 7.3.1): fields of protocol buffers messages, by the path of their numbers. */
import type { Converter } from '../converter.ts';
import { BIN, type Sample } from '../sample.ts';

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

/** Bytes of a message, of which some are read. */
class Reader {
  bytes: Buffer = Buffer.alloc(0);
  at = 0;
  end = 0;

  get left(): number {
    return this.end - this.at;
  }

  /** A number of up to ten bytes, of which the last ones are lost past 64 bits; undefined when it does not end. */
  varint(): number | bigint | undefined {
    let value = 0;
    let wide = 0n;
    // As in HAProxy, no bytes at all are a 0.
    for (let count = 0; this.at < this.end; count++) {
      if (count === 10) return undefined;
      const byte = this.bytes[this.at++] as number;
      if (count < 7) value += (byte & 127) * 2 ** (7 * count);
      else wide |= BigInt(byte & 127) << BigInt(7 * count);
      if (byte < 128) break;
      if (this.at === this.end) return undefined;
    }
    return wide === 0n ? value : BigInt.asUintN(64, BigInt(value) + wide);
  }

  skip(length: number): boolean {
    if (this.left < length) return false;
    this.at += length;
    return true;
  }
}

const reader = new Reader();

type Store = (sample: Sample) => boolean;

function storeBytes(sample: Sample, length: number): boolean {
  return reader.left >= length && sample.setBytes(BIN, reader.bytes, reader.at, reader.at + length);
}

function storeVarint(decode: (value: bigint) => bigint): Store {
  return (sample) => {
    const value = reader.varint();
    return value !== undefined && sample.setInteger(BigInt.asIntN(64, decode(BigInt(value))));
  };
}

const plainVarint = storeVarint((value) => value);
const zigzag = storeVarint((value) => (value >> 1n) ^ -(value & 1n));

function storeFixed(size: 4 | 8, read: (bytes: Buffer, at: number) => number | bigint): Store {
  return (sample) => reader.left >= size && sample.setInteger(read(reader.bytes, reader.at));
}

const TWO_63 = 2 ** 63;

/** What is no whole number to 64 bits, as x86's instructions do it where C leaves it open. */
function wholeNumber(value: number): bigint {
  if (value >= 2 * TWO_63) return 0n;
  if (Number.isNaN(value) || value < -TWO_63) return -(1n << 63n);
  return BigInt.asIntN(64, BigInt(Math.trunc(value)));
}

/** The same to 32 bits. */
function wholeNumber32(value: number): number {
  if (Number.isNaN(value) || Math.abs(value) >= TWO_63) return 0;
  return Number(BigInt.asUintN(32, BigInt(Math.trunc(value))));
}

const STORES: Readonly<Record<string, { readonly wire: number; readonly store: Store }>> = {
  int32: { wire: VARINT, store: plainVarint },
  uint32: { wire: VARINT, store: plainVarint },
  int64: { wire: VARINT, store: plainVarint },
  uint64: { wire: VARINT, store: plainVarint },
  bool: { wire: VARINT, store: plainVarint },
  enum: { wire: VARINT, store: plainVarint },
  sint32: { wire: VARINT, store: zigzag },
  sint64: { wire: VARINT, store: zigzag },
  fixed32: { wire: FIXED32, store: storeFixed(4, (bytes, at) => bytes.readUInt32LE(at)) },
  sfixed32: { wire: FIXED32, store: storeFixed(4, (bytes, at) => bytes.readInt32LE(at)) },
  float: { wire: FIXED32, store: storeFixed(4, (bytes, at) => wholeNumber32(bytes.readFloatLE(at))) },
  fixed64: { wire: FIXED64, store: storeFixed(8, (bytes, at) => bytes.readBigInt64LE(at)) },
  sfixed64: { wire: FIXED64, store: storeFixed(8, (bytes, at) => bytes.readBigInt64LE(at)) },
  double: { wire: FIXED64, store: storeFixed(8, (bytes, at) => wholeNumber(bytes.readDoubleLE(at))) },
};

/** The bytes of a number, up to the one that ends it. */
function storeVarintBytes(sample: Sample): boolean {
  const start = reader.at;
  if (reader.varint() === undefined) return false;
  return sample.setBytes(BIN, reader.bytes, start, reader.at);
}

function store(sample: Sample, type: string | undefined, wire: number, length: number): boolean {
  if (type !== undefined) {
    const known = STORES[type];
    return known !== undefined && known.wire === wire && known.store(sample);
  }
  switch (wire) {
    case VARINT:
      return storeVarintBytes(sample);
    case FIXED32:
      return storeBytes(sample, 4);
    case FIXED64:
      return storeBytes(sample, 8);
    default:
      return storeBytes(sample, length);
  }
}

/** Goes over a field whose number is not wanted. */
function skipField(wire: number, length: number): boolean {
  if (wire === VARINT) return reader.varint() !== undefined;
  return reader.skip(wire === FIXED32 ? 4 : wire === FIXED64 ? 8 : length);
}

/**
 * Looks for the field with the numbers of `path`, from where the reader stands. A message within a message is entered
 * when its number fits; when its bytes are over, the search begins again at the path's start.
 */
function lookUp(sample: Sample, path: readonly number[], type: string | undefined): boolean {
  let length = 0;
  let step = 0;
  while (step < path.length) {
    if (reader.left <= 0) return false;
    let before = reader.left;
    const key = reader.varint();
    if (key === undefined) return false;
    const wide = BigInt(key);
    const wire = Number(wide & 7n);
    const found = Number(BigInt.asUintN(32, wide >> 3n)) === path[step];
    if (wire === LENGTH_DELIMITED) {
      const announced = reader.varint();
      if (announced === undefined || announced > reader.left) return false;
      length = Number(announced);
      before = reader.left;
    } else if (wire !== VARINT && wire !== FIXED32 && wire !== FIXED64) return false;
    if (!found && !skipField(wire, length)) return false;
    if (found && step === path.length - 1) return store(sample, type, wire, length);
    if (length > 0) length -= before - reader.left;
    if (found) step++;
    else if (length <= 0) step = 0;
  }
  return false;
}

function begin(sample: Sample): void {
  reader.bytes = sample.bytes;
  reader.at = sample.start;
  reader.end = sample.end;
}

function pathOf(text: string): readonly number[] {
  return text === '' ? [] : text.split('.').map(Number);
}

const PROTOBUF: Converter = {
  input: BIN,
  output: BIN,
  make: (args) => {
    const path = pathOf(args[0] ?? '');
    return (sample) => {
      begin(sample);
      return lookUp(sample, path, args[1]);
    };
  },
};

/** A flag for compression, then the length of the message (gRPC over HTTP/2, "Length-Prefixed-Message"). */
const GRPC_HEADER = 5;

const UNGRPC: Converter = {
  input: BIN,
  output: BIN,
  make: (args) => {
    const path = pathOf(args[0] ?? '');
    return (sample) => {
      const { start, end, bytes } = sample;
      let left = end - start;
      begin(sample);
      while (left > GRPC_HEADER && reader.at + GRPC_HEADER <= end) {
        const length = bytes.readUInt32BE(reader.at + 1);
        left -= GRPC_HEADER;
        if (left < length) return false;
        reader.at += GRPC_HEADER;
        reader.end = Math.min(reader.at + length, end);
        if (lookUp(sample, path, args[1])) return true;
        left -= length;
        reader.end = end;
      }
      return false;
    };
  },
};

export const PROTOBUF_CONVERTERS: readonly (readonly [string, Converter])[] = [
  ['protobuf', PROTOBUF],
  ['ungrpc', UNGRPC],
];
