/**
 * What the kernel tells of processes: begun, became another program, renamed, ended (the proc connector,
 * <linux/connector.h>, <linux/cn_proc.h>). It needs CAP_NET_ADMIN, CONFIG_PROC_EVENTS, and the first network namespace:
 * elsewhere `open` gives an error. Threads are left out.
 *
 *   16 cn_msg: u32 index, u32 value, u32 sequence, u32 ack, u16 length, u16 flags
 *   36 proc_event: u32 what, u32 processor, u64 time, then the event's own
 */
import { ENOBUFS, EOPNOTSUPP } from './errno.ts';
import { HEADER_SIZE, type NetlinkReader, NetlinkWriter } from './netlink-message.ts';
import { NetlinkMonitor } from './netlink-socket.ts';
import { NETLINK_CONNECTOR, NLMSG_DONE } from './rtnetlink-constants.ts';

const CN_IDX_PROC = 1;
const CN_VAL_PROC = 1;
const CN_MESSAGE_SIZE = 20;
const PROC_CN_MCAST_LISTEN = 1;
const PROC_CN_MCAST_IGNORE = 2;

const PROC_EVENT_FORK = 0x1;
const PROC_EVENT_EXEC = 0x2;
const PROC_EVENT_COMM = 0x200;
const PROC_EVENT_EXIT = 0x8000_0000;
/** From what to the event's own. */
const EVENT_HEAD_SIZE = 16;
const NAME_SIZE = 16;

export interface ProcessEventListener {
  /** A process was made; until it executes something it is a copy of its parent. */
  onFork(pid: number, parentPid: number): void;
  /** The process runs another program now. */
  onExec(pid: number): void;
  /** The process gave itself another short name (at most 15 bytes). */
  onName(pid: number, name: string): void;
  onExit(pid: number): void;
  /** Events were lost: what runs has to be read anew. */
  onLost(): void;
}

/** Tells the listener what one message says; anything that is cut or unknown is nothing. Pure. */
export function tellProcessEvent(message: NetlinkReader, listener: ProcessEventListener): void {
  const { bytes, start, end } = message;
  if (message.type !== NLMSG_DONE || end - start < CN_MESSAGE_SIZE + EVENT_HEAD_SIZE + 8) return;
  if (bytes.readUInt32LE(start) !== CN_IDX_PROC || bytes.readUInt32LE(start + 4) !== CN_VAL_PROC) return;
  const what = bytes.readUInt32LE(start + CN_MESSAGE_SIZE);
  const at = start + CN_MESSAGE_SIZE + EVENT_HEAD_SIZE;
  // Each begins with the thread and its process: the parent's in a fork.
  const thread = bytes.readInt32LE(at);
  const pid = bytes.readInt32LE(at + 4);
  if (what === PROC_EVENT_FORK) {
    if (end - at < 16) return;
    const child = bytes.readInt32LE(at + 12);
    if (bytes.readInt32LE(at + 8) === child) listener.onFork(child, pid);
  } else if (what === PROC_EVENT_EXEC) listener.onExec(pid);
  else if (what === PROC_EVENT_EXIT) {
    if (thread === pid) listener.onExit(pid);
  } else if (what === PROC_EVENT_COMM && thread === pid && end - at >= 8 + NAME_SIZE) {
    const name = bytes.subarray(at + 8, at + 8 + NAME_SIZE);
    const length = name.indexOf(0);
    listener.onName(pid, name.toString('latin1', 0, length < 0 ? NAME_SIZE : length));
  }
}

export class ProcessEvents {
  /** To be watched for reading. */
  readonly fd: number;
  readonly #monitor: NetlinkMonitor;

  private constructor(monitor: NetlinkMonitor) {
    this.#monitor = monitor;
    this.fd = monitor.fd;
  }

  /** `-errno` where the kernel has no such thing, or not for us. */
  static open(): ProcessEvents | number {
    const monitor = NetlinkMonitor.open(NETLINK_CONNECTOR, CN_IDX_PROC);
    if (typeof monitor === 'number') return monitor;
    const sent = order(monitor, PROC_CN_MCAST_LISTEN);
    if (sent >= 0) return new ProcessEvents(monitor);
    monitor.close();
    return sent === 0 ? -EOPNOTSUPP : sent;
  }

  /** Tells the events of the next datagram: 0, or `-EAGAIN` when nothing is left, or another `-errno`. */
  read(listener: ProcessEventListener): number {
    const result = this.#monitor.read((message) => tellProcessEvent(message, listener));
    if (result !== -ENOBUFS) return result;
    listener.onLost();
    return 0;
  }

  close(): void {
    order(this.#monitor, PROC_CN_MCAST_IGNORE);
    this.#monitor.close();
  }
}

function order(monitor: NetlinkMonitor, operation: number): number {
  const writer = new NetlinkWriter(64);
  writer.begin(NLMSG_DONE, 0, CN_MESSAGE_SIZE + 4);
  writer.bytes.writeUInt32LE(CN_IDX_PROC, HEADER_SIZE);
  writer.bytes.writeUInt32LE(CN_VAL_PROC, HEADER_SIZE + 4);
  writer.bytes.writeUInt16LE(4, HEADER_SIZE + 16);
  writer.bytes.writeUInt32LE(operation, HEADER_SIZE + CN_MESSAGE_SIZE);
  return monitor.send(writer);
}
