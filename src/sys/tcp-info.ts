/** What the kernel knows of a TCP connection (tcp(7), TCP_INFO; struct tcp_info of linux/tcp.h). */
import { getOptionBytes } from './socket.ts';

const IPPROTO_TCP = 6;
const TCP_INFO = 11;

/** Offsets of 32-bit figures; times are microseconds. */
const OFFSETS = {
  unacked: 24,
  sacked: 28,
  lost: 32,
  retrans: 36,
  fackets: 40,
  rtt: 68,
  rttvar: 72,
  reordering: 88,
} as const;

const SIZE = 104;

/** A figure, or -1 if the socket is no TCP connection. */
export function readTcpInfo(fd: number, figure: keyof typeof OFFSETS): number {
  const info = getOptionBytes(fd, IPPROTO_TCP, TCP_INFO, SIZE);
  const offset = OFFSETS[figure];
  return typeof info === 'number' || info.length < offset + 4 ? -1 : info.readUInt32LE(offset);
}
