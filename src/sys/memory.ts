/**
 * Memory that system calls may write to: Buffers outside V8's heap, whose address never changes while they live.
 * Offsets into them are plain additions on the address, so no view is made per call.
 */
import koffi from 'koffi';

/** A buffer and where it lies. Whoever passes `address` to a call keeps `bytes` referenced until the call is over. */
export interface NativeMemory {
  readonly bytes: Buffer;
  readonly address: number;
  /** The same bytes, for whoever reads several at a time. */
  readonly view: DataView;
}

/** Zero-filled memory of `size` bytes (at least 1), page or malloc aligned. */
export function allocate(size: number): NativeMemory {
  // An explicit ArrayBuffer: V8 keeps typed arrays of up to 64 bytes inside its moving heap.
  const bytes = Buffer.from(new ArrayBuffer(Math.max(size, 1)));
  return { bytes, address: addressOf(bytes), view: new DataView(bytes.buffer) };
}

/** Where the bytes lie. They must not be empty, and stay referenced as long as the address is used. */
export function addressOf(bytes: Uint8Array): number {
  return Number(koffi.address(bytes));
}

/** Memory that somebody else owns, such as a structure the C library returned. Copy what is needed before it goes. */
export function memoryAt(address: number, size: number): Buffer {
  return Buffer.from(koffi.view(address, size));
}

/** Writes a 64-bit address or size at `offset` (little endian, both our architectures) without a BigInt. */
export function writeWord(bytes: Buffer, offset: number, value: number): void {
  bytes.writeUInt32LE(value >>> 0, offset);
  bytes.writeUInt32LE(Math.floor(value / 0x1_0000_0000) >>> 0, offset + 4);
}

/** Reads a 64-bit size at `offset`; exact below 2^53. */
export function readWord(bytes: Buffer, offset: number): number {
  return bytes.readUInt32LE(offset) + bytes.readUInt32LE(offset + 4) * 0x1_0000_0000;
}

/** A NUL-terminated path or name for a call; keep it referenced during the call. */
export function cString(text: string): NativeMemory {
  const encoded = Buffer.from(text, 'utf8');
  const memory = allocate(encoded.length + 1);
  encoded.copy(memory.bytes);
  return memory;
}
