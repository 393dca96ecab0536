/**
 * Many datagrams with one call: recvmmsg(2) and sendmmsg(2) over slots in one block of memory, made once. What belongs
 * to one message is read by its index; nothing is allocated per call.
 *
 *   struct mmsghdr, 64 bytes: 0 name  8 name length  16 iovec  24 iovec count  32 control  40 control length
 *                             48 flags  56 bytes received or sent
 *   struct iovec, 16 bytes: 0 address  8 length
 */
import { native, settle } from './ffi.ts';
import { allocate, type NativeMemory, writeWord } from './memory.ts';
import { MSG_DONTWAIT } from './socket-constants.ts';

const cReceive = native('int recvmmsg(int, uintptr_t, unsigned int, int, uintptr_t)');
const cSend = native('int sendmmsg(int, uintptr_t, unsigned int, int)');

const HEADER_SIZE = 64;
const VECTOR_SIZE = 16;
/** sizeof(struct sockaddr_in6), rounded up: the largest name of an IP datagram. */
const NAME_SIZE = 32;
/** In 32-bit words of a header. */
const NAME_LENGTH_WORD = 2;
const CONTROL_LENGTH_WORD = 10;
const FLAGS_WORD = 12;
const RECEIVED_WORD = 14;
const HEADER_WORDS = HEADER_SIZE / 4;

const MSG_TRUNC = 0x20;

export class MessageBatch {
  readonly count: number;
  readonly slotSize: number;
  readonly controlSize: number;
  /** All slots, then all names, then all control areas: see the `...At` methods. */
  readonly bytes: Buffer;

  readonly #block: NativeMemory;
  readonly #headers: NativeMemory;
  readonly #words: Uint32Array;
  readonly #namesAt: number;
  readonly #controlsAt: number;

  /** `count` messages of up to `slotSize` bytes; `controlSize` 0: neither names nor control data are wanted. */
  constructor(count: number, slotSize: number, controlSize: number) {
    this.count = count;
    this.slotSize = slotSize;
    this.controlSize = controlSize;
    this.#namesAt = count * slotSize;
    this.#controlsAt = this.#namesAt + count * NAME_SIZE;
    this.#block = allocate(this.#controlsAt + count * controlSize);
    this.bytes = this.#block.bytes;
    this.#headers = allocate(count * (HEADER_SIZE + VECTOR_SIZE));
    this.#words = new Uint32Array(this.#headers.bytes.buffer, 0, count * HEADER_WORDS);
    for (let index = 0; index < count; index++) this.#layHeader(index);
  }

  #layHeader(index: number): void {
    const headers = this.#headers.bytes;
    const header = index * HEADER_SIZE;
    const vector = this.count * HEADER_SIZE + index * VECTOR_SIZE;
    writeWord(headers, header + 16, this.#headers.address + vector);
    writeWord(headers, header + 24, 1);
    writeWord(headers, vector, this.#block.address + this.slotAt(index));
    writeWord(headers, vector + 8, this.slotSize);
    if (this.controlSize === 0) return;
    writeWord(headers, header, this.#block.address + this.nameAt(index));
    writeWord(headers, header + 32, this.#block.address + this.controlAt(index));
    this.#resetLengths(index);
  }

  #resetLengths(index: number): void {
    const words = index * HEADER_WORDS;
    this.#words[words + NAME_LENGTH_WORD] = NAME_SIZE;
    this.#words[words + CONTROL_LENGTH_WORD] = this.controlSize;
  }

  /** Messages received (they wait in the slots), or `-errno`: -EAGAIN when there is none. Never waits. */
  receive(fd: number): number {
    const received = settle(cReceive(fd, this.#headers.address, this.count, MSG_DONTWAIT, 0));
    return received;
  }

  /** To be called with what `receive` gave once its messages are done with: the kernel wrote over their room. */
  release(received: number): void {
    if (this.controlSize === 0) return;
    for (let index = 0; index < received; index++) this.#resetLengths(index);
  }

  /** Sends the first `count` slots, each `length(index)` bytes as set by `setLength`; how many went, or `-errno`. */
  send(fd: number, count: number): number {
    return settle(cSend(fd, this.#headers.address, count, MSG_DONTWAIT));
  }

  /** How much of the slot is sent. */
  setLength(index: number, length: number): void {
    writeWord(this.#headers.bytes, this.count * HEADER_SIZE + index * VECTOR_SIZE + 8, length);
  }

  /** Where each message goes: a sockaddr that stays referenced by the caller, for all of them. */
  setDestination(address: number, length: number): void {
    for (let index = 0; index < this.count; index++) {
      writeWord(this.#headers.bytes, index * HEADER_SIZE, address);
      this.#words[index * HEADER_WORDS + NAME_LENGTH_WORD] = length;
    }
  }

  /** Bytes received in a slot. */
  length(index: number): number {
    return this.#words[index * HEADER_WORDS + RECEIVED_WORD] as number;
  }

  /** The message was longer than the slot. */
  truncated(index: number): boolean {
    return ((this.#words[index * HEADER_WORDS + FLAGS_WORD] as number) & MSG_TRUNC) !== 0;
  }

  controlLength(index: number): number {
    return this.#words[index * HEADER_WORDS + CONTROL_LENGTH_WORD] as number;
  }

  /** Offset of the message in `bytes`. */
  slotAt(index: number): number {
    return index * this.slotSize;
  }

  /** Offset of the sender's sockaddr. */
  nameAt(index: number): number {
    return this.#namesAt + index * NAME_SIZE;
  }

  controlAt(index: number): number {
    return this.#controlsAt + index * this.controlSize;
  }
}
