/**
 * Netlink sockets (netlink(7)). Requests are synchronous: the kernel works them off within sendto and has queued its
 * answer when that returns, so the answer is read without ever waiting. Events come on a socket of their own, which
 * the caller's loop watches. Only what the kernel itself sent (port 0) is believed.
 */
import { EAGAIN, EBUSY, EINTR, EMSGSIZE, EPROTO } from './errno.ts';
import { native, nativeAside } from './ffi.ts';
import { allocate, type NativeMemory } from './memory.ts';
import { NetlinkReader, NetlinkWriter } from './netlink-message.ts';
import {
  NETLINK_GET_STRICT_CHK,
  NLM_F_ACK,
  NLM_F_DUMP,
  NLM_F_DUMP_INTR,
  NLM_F_REQUEST,
  NLMSG_DONE,
  NLMSG_ERROR,
  SOL_NETLINK,
} from './rtnetlink-constants.ts';
import {
  ADDRESS_SIZE,
  AF_NETLINK,
  acceptedLength,
  bind,
  close,
  MSG_DONTWAIT,
  MSG_TRUNC,
  recvfrom,
  SO_RCVBUF,
  SO_RCVBUFFORCE,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_RAW,
  SOL_SOCKET,
  sendto,
  setOption,
  socket,
} from './socket.ts';
import { SocketAddress } from './socket-address.ts';

/** struct sockaddr_nl: u16 family, u16, u32 port, u32 groups. */
const NETLINK_ADDRESS_SIZE = 12;
/** A dump's pieces are at most 32 KiB. */
const RECEIVE_SIZE = 65536;
const MONITOR_BUFFER = 1 << 20;
/** A dump that the kernel marks as torn by a change is asked again so many times. */
const DUMP_ATTEMPTS = 5;
/** Pieces of stale answers skipped in search of ours. */
const MOST_STALE = 64;
/** Bounds `discard` against a kernel that talks faster than we read. */
const MOST_DISCARDED = 10_000;

/** Called with each message; the reader is reused. */
export type MessageVisitor = (message: NetlinkReader) => void;

function netlinkAddress(groups: number): SocketAddress {
  const bytes = Buffer.alloc(NETLINK_ADDRESS_SIZE);
  bytes.writeUInt16LE(AF_NETLINK, 0);
  bytes.writeUInt32LE(groups, 8);
  return SocketAddress.fromBytes(bytes, NETLINK_ADDRESS_SIZE);
}

const cPoll = native('int poll(uintptr_t, unsigned long, int)');
const POLLIN = 1;
/** struct pollfd: i32 fd, i16 events, i16 revents. */
const pollDescriptor = allocate(8);
const sendAside = nativeAside('intptr_t sendto(int, uintptr_t, size_t, int, uintptr_t, int)');
const kernel = netlinkAddress(0);
// One a thread for all requests: a visitor that makes another request while a dump is read would meet it (see `dump`).
const answers = allocate(RECEIVE_SIZE);
const sender = allocate(ADDRESS_SIZE);

function openSocket(protocol: number, groups: number): number {
  const fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
  if (fd < 0) return fd;
  const bound = bind(fd, netlinkAddress(groups));
  if (bound < 0) {
    close(fd);
    return bound;
  }
  return fd;
}

/** One datagram of the kernel: its length, 0 for one to be ignored, or `-errno`. */
function receive(fd: number, into: NativeMemory): number {
  const length = recvfrom(fd, into.address, RECEIVE_SIZE, MSG_DONTWAIT | MSG_TRUNC, sender);
  if (length < 0) return length;
  if (acceptedLength() < NETLINK_ADDRESS_SIZE || sender.bytes.readUInt32LE(4) !== 0) return 0;
  return length > RECEIVE_SIZE ? 0 : length;
}

/** Asks the kernel. Write with `writer`, then `request` or `dump`; the socket is made with the first of them. */
export class NetlinkRequests {
  readonly writer = new NetlinkWriter();
  readonly #reader = new NetlinkReader();
  readonly #protocol: number;
  #fd = -1;
  #sequence = 0;
  #closing = false;

  readonly #filtering: boolean;

  /** `filtering`: the head of a dump says what is wanted; a kernel before 4.20 tells all nevertheless. */
  constructor(protocol: number, filtering = false) {
    this.#protocol = protocol;
    this.#filtering = filtering;
  }

  /** 0 or `-errno`; open twice is once. */
  open(): number {
    if (this.#fd >= 0) return 0;
    const fd = openSocket(this.#protocol, 0);
    if (fd < 0) return fd;
    this.#fd = fd;
    if (this.#filtering) setOption(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1);
    return 0;
  }

  close(): void {
    // Another thread may be about to use the descriptor.
    this.#closing = this.busy;
    if (this.busy) return;
    if (this.#fd >= 0) close(this.#fd);
    this.#fd = -1;
  }

  /**
   * Sends what the writer holds and takes the kernel's verdict: 0 or `-errno`. Two system calls. What the kernel says
   * besides (the object that was asked for) goes to `visit`, who makes no request.
   */
  request(visit?: MessageVisitor): number {
    const sent = this.#send(NLM_F_REQUEST | NLM_F_ACK);
    return sent < 0 ? sent : this.#answer(visit);
  }

  #answer(visit?: MessageVisitor): number {
    const reader = this.#reader;
    for (let tries = 0; tries < MOST_STALE; tries++) {
      const length = receive(this.#fd, answers);
      if (length === -EINTR) continue;
      if (length < 0) return length === -EAGAIN ? -EPROTO : length;
      reader.reset(answers.bytes, length);
      while (reader.next()) {
        if (reader.sequence !== this.#sequence) continue;
        if (reader.type === NLMSG_ERROR) return reader.status;
        visit?.(reader);
      }
    }
    return -EPROTO;
  }

  /**
   * Sends the writer's question and visits every answer; 0 or `-errno`. A change meanwhile makes the kernel mark the
   * dump as torn: it is asked again, so a visitor sees objects twice. -EBUSY when that never ends. Visitors make no
   * request on any netlink socket.
   */
  dump(visit: MessageVisitor): number {
    for (let attempt = 0; attempt < DUMP_ATTEMPTS; attempt++) {
      const sent = this.#send(NLM_F_REQUEST | NLM_F_DUMP);
      if (sent < 0) return sent;
      const result = this.#readDump(visit);
      if (result !== -EBUSY) return result;
    }
    return -EBUSY;
  }

  /** A request of `requestAside` is under way: the writer is not to be touched. */
  busy = false;

  /**
   * As `request`, on another thread: the kernel's lock of all network configuration may be held by others for tens of
   * milliseconds, which a caller that keeps time cannot wait for. `done` is told 0 or `-errno` by Node's loop; the
   * caller sees to it that `busy` is false before.
   */
  requestAside(done: (status: number) => void): void {
    const prepared = this.#prepare(NLM_F_REQUEST | NLM_F_ACK);
    if (prepared < 0) {
      done(prepared);
      return;
    }
    this.busy = true;
    const { writer } = this;
    sendAside(
      (sent) => {
        this.busy = false;
        done(sent < 0 ? -EPROTO : this.#answer());
        if (this.#closing) this.close();
      },
      this.#fd,
      writer.address,
      writer.length,
      0,
      kernel.address,
      kernel.length,
    );
  }

  /** Waits until the kernel has worked off the request of `requestAside`, if one is under way; 0: it has not in time. */
  waitForAside(timeoutMs: number): number {
    if (!this.busy) return 1;
    pollDescriptor.bytes.writeInt32LE(this.#fd, 0);
    pollDescriptor.bytes.writeInt32LE(POLLIN, 4);
    return cPoll(pollDescriptor.address, 1, timeoutMs);
  }

  #send(flags: number): number {
    const prepared = this.#prepare(flags);
    return prepared < 0 ? prepared : sendto(this.#fd, this.writer.address, this.writer.length, 0, kernel);
  }

  #prepare(flags: number): number {
    const opened = this.open();
    if (opened < 0) return opened;
    const writer = this.writer;
    if (writer.overflown) return -EMSGSIZE;
    this.#sequence = (this.#sequence + 1) >>> 0;
    writer.bytes.writeUInt16LE(writer.bytes.readUInt16LE(6) | flags, 6);
    writer.bytes.writeUInt32LE(this.#sequence, 8);
    return 0;
  }

  #readDump(visit: MessageVisitor): number {
    const reader = this.#reader;
    let torn = false;
    let stale = 0;
    for (;;) {
      const length = receive(this.#fd, answers);
      if (length === -EINTR) continue;
      if (length < 0) return length === -EAGAIN ? -EPROTO : length;
      reader.reset(answers.bytes, length);
      let ours = false;
      while (reader.next()) {
        if (reader.sequence !== this.#sequence) continue;
        ours = true;
        if ((reader.flags & NLM_F_DUMP_INTR) !== 0) torn = true;
        if (reader.type === NLMSG_DONE || reader.type === NLMSG_ERROR) {
          return reader.status < 0 ? reader.status : torn ? -EBUSY : 0;
        }
        visit(reader);
      }
      if (!ours && ++stale > MOST_STALE) return -EPROTO;
    }
  }
}

/** Hears the kernel's events; `fd` is watched by the caller's loop, who calls `read` when something came. */
export class NetlinkMonitor {
  readonly fd: number;
  readonly #reader = new NetlinkReader();
  readonly #received = allocate(RECEIVE_SIZE);
  #open = true;

  private constructor(fd: number) {
    this.fd = fd;
  }

  /** `groups` as RTMGRP_* or CN_IDX_* bits; `-errno` when it cannot be had. */
  static open(protocol: number, groups: number): NetlinkMonitor | number {
    const fd = openSocket(protocol, groups);
    if (fd < 0) return fd;
    if (setOption(fd, SOL_SOCKET, SO_RCVBUFFORCE, MONITOR_BUFFER) < 0) {
      setOption(fd, SOL_SOCKET, SO_RCVBUF, MONITOR_BUFFER);
    }
    return new NetlinkMonitor(fd);
  }

  /** Sends a message to the kernel on this socket, unacknowledged (the connector's way to begin); bytes or `-errno`. */
  send(writer: NetlinkWriter): number {
    return writer.overflown ? -EMSGSIZE : sendto(this.fd, writer.address, writer.length, 0, kernel);
  }

  /**
   * Visits the messages of the next datagram: 0, `-EAGAIN` when nothing is left, `-ENOBUFS` when the kernel had to
   * drop some (the caller asks for the whole anew). A visitor must not read again.
   */
  read(visit: MessageVisitor): number {
    const length = receive(this.fd, this.#received);
    if (length < 0) return length;
    this.#reader.reset(this.#received.bytes, length);
    while (this.#reader.next()) visit(this.#reader);
    return 0;
  }

  /** Throws away what is queued, up to now: older than the dump that follows. */
  discard(): void {
    for (let reads = 0; reads < MOST_DISCARDED; reads++) {
      const length = receive(this.fd, this.#received);
      if (length === -EAGAIN) return;
    }
  }

  close(): void {
    if (this.#open) close(this.fd);
    this.#open = false;
  }
}
