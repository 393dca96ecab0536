/** Classic BPF programs on a socket (socket(7), SO_ATTACH_FILTER): the kernel keeps what we would only throw away. */
import { allocate, writeWord } from './memory.ts';
import { setOptionBytes } from './socket.ts';
import { SO_ATTACH_FILTER, SOL_SOCKET } from './socket-constants.ts';

/** struct sock_filter: operation, where to go on true and on false (relative), operand. */
export type FilterInstruction = readonly [code: number, jumpTrue: number, jumpFalse: number, operand: number];

const RETURN = 0x06;
const LOAD_BYTE = 0x30;
const LOAD_HALF = 0x28;
const JUMP_EQUAL = 0x15;
const WHOLE = 0x4_0000;

/** Nothing is ever received: for sockets that only send. */
export const DROP_ALL: readonly FilterInstruction[] = [[RETURN, 0, 0, 0]];

/** Ethernet frames that carry an ICMPv6 neighbour solicitation (135) or advertisement (136) without extension headers. */
export const NEIGHBOUR_MESSAGES: readonly FilterInstruction[] = [
  [LOAD_HALF, 0, 0, 12],
  [JUMP_EQUAL, 0, 6, 0x86dd],
  [LOAD_BYTE, 0, 0, 20],
  [JUMP_EQUAL, 0, 4, 58],
  [LOAD_BYTE, 0, 0, 54],
  [JUMP_EQUAL, 1, 0, 135],
  [JUMP_EQUAL, 0, 1, 136],
  [RETURN, 0, 0, WHOLE],
  [RETURN, 0, 0, 0],
];

/** 0 or `-errno`. The kernel copies the program. */
export function attachFilter(fd: number, program: readonly FilterInstruction[]): number {
  const code = allocate(program.length * 8);
  for (const [index, [operation, jumpTrue, jumpFalse, operand]] of program.entries()) {
    const at = index * 8;
    code.bytes.writeUInt16LE(operation, at);
    code.bytes.writeUInt8(jumpTrue, at + 2);
    code.bytes.writeUInt8(jumpFalse, at + 3);
    code.bytes.writeUInt32LE(operand, at + 4);
  }
  // struct sock_fprog: count, padding, address.
  const head = Buffer.alloc(16);
  head.writeUInt16LE(program.length, 0);
  writeWord(head, 8, code.address);
  const result = setOptionBytes(fd, SOL_SOCKET, SO_ATTACH_FILTER, head);
  code.bytes.fill(0); // still referenced during the call
  return result;
}
