/**
 * Descriptors over a unix socket (SCM_RIGHTS, unix(7)): how a new process takes the listeners of an old one over, and
 * how `fd@` addresses of scripted tests arrive. Control path: allocates, returns `-errno` on failure.
 */
import { EINVAL, EPROTO } from './errno.ts';
import { native, settle } from './ffi.ts';
import { addressOf, allocate, writeWord } from './memory.ts';
import { MSG_CMSG_CLOEXEC, MSG_NOSIGNAL, SOL_SOCKET } from './socket-constants.ts';

/** The kernel refuses more in one message (SCM_MAX_FD). */
export const MOST_DESCRIPTORS = 253;
const SCM_RIGHTS = 1;
const CONTROL_HEADER = 16;
const MESSAGE_HEADER = 56;
const VECTOR_SIZE = 16;
const MSG_CTRUNC = 0x8;

const cSendMessage = native('intptr_t sendmsg(int, uintptr_t, int)');
const cReceiveMessage = native('intptr_t recvmsg(int, uintptr_t, int)');
const cClose = native('int close(int)');

export interface ReceivedDescriptors {
  /** Close-on-exec; the caller closes them. */
  readonly fds: readonly number[];
  /** The bytes that came with them; empty at the end of the stream. */
  readonly data: Buffer;
}

function message(dataAddress: number, dataLength: number, controlAddress: number, controlLength: number) {
  const memory = allocate(MESSAGE_HEADER + VECTOR_SIZE);
  writeWord(memory.bytes, 16, memory.address + MESSAGE_HEADER);
  writeWord(memory.bytes, 24, 1);
  writeWord(memory.bytes, 32, controlAddress);
  writeWord(memory.bytes, 40, controlLength);
  writeWord(memory.bytes, MESSAGE_HEADER, dataAddress);
  writeWord(memory.bytes, MESSAGE_HEADER + 8, dataLength);
  return memory;
}

/** Sends the descriptors with `data` (at least one byte, or a stream socket would carry nothing); bytes sent. */
export function sendDescriptors(fd: number, fds: readonly number[], data: Uint8Array): number {
  if (data.length === 0 || fds.length === 0 || fds.length > MOST_DESCRIPTORS) return -EINVAL;
  const payload = CONTROL_HEADER + 4 * fds.length;
  const control = allocate(Math.ceil(payload / 8) * 8);
  writeWord(control.bytes, 0, payload);
  control.bytes.writeInt32LE(SOL_SOCKET, 8);
  control.bytes.writeInt32LE(SCM_RIGHTS, 12);
  for (const [index, descriptor] of fds.entries()) control.bytes.writeInt32LE(descriptor, CONTROL_HEADER + 4 * index);
  const header = message(addressOf(data), data.length, control.address, control.bytes.length);
  return settle(cSendMessage(fd, header.address, MSG_NOSIGNAL));
}

/**
 * The next message: up to `most` descriptors and `dataSize` bytes. -EPROTO when more descriptors came than asked for:
 * the kernel dropped the rest, and those that did arrive are closed.
 */
export function receiveDescriptors(
  fd: number,
  most: number = MOST_DESCRIPTORS,
  dataSize = 4096,
): ReceivedDescriptors | number {
  const control = allocate(CONTROL_HEADER + Math.ceil(most / 2) * 8);
  const data = allocate(dataSize);
  const header = message(data.address, dataSize, control.address, control.bytes.length);
  const length = settle(cReceiveMessage(fd, header.address, MSG_CMSG_CLOEXEC));
  if (length < 0) return length;
  const fds: number[] = [];
  const end = header.bytes.readUInt32LE(40);
  for (let at = 0; at + CONTROL_HEADER <= end; ) {
    const size = control.bytes.readUInt32LE(at);
    if (size < CONTROL_HEADER) break;
    if (control.bytes.readInt32LE(at + 8) === SOL_SOCKET && control.bytes.readInt32LE(at + 12) === SCM_RIGHTS) {
      for (let item = at + CONTROL_HEADER; item + 4 <= at + size; item += 4) fds.push(control.bytes.readInt32LE(item));
    }
    at += Math.ceil(size / 8) * 8;
  }
  if ((header.bytes.readUInt32LE(48) & MSG_CTRUNC) !== 0) {
    for (const descriptor of fds) cClose(descriptor);
    return -EPROTO;
  }
  return { fds, data: data.bytes.subarray(0, length) };
}
