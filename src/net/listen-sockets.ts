/**
 * The listening sockets of one `bind` line: made, bound and listening, or why not, in HAProxy's words (`cannot bind
 * socket (Address already in use) for [127.0.0.1:80]`). Knows no frontend and no event loop; who opens, closes.
 */
import { chmodSync, chownSync, linkSync, renameSync, unlinkSync } from 'node:fs';
import type { AddressModel, BindModel } from '../config/model.ts';
import { EADDRINUSE, ENOENT, errnoMessage } from '../sys/errno.ts';
import { openNamespace, socketIn } from '../sys/netns.ts';
import * as net from '../sys/socket.ts';
import { SocketAddress } from '../sys/socket-address.ts';

export interface ListenSocket {
  readonly fd: number;
  /** What it is bound to; the kernel's choice where the port was 0. */
  readonly address: SocketAddress;
  /** It came as `fd@N`: others may hold it too. */
  readonly inherited: boolean;
}

export interface ListenFault {
  /** HAProxy prints `[ALERT] Binding [file:line] for frontend x: <text>`; an alert means that the start fails. */
  readonly severity: 'alert' | 'warning';
  readonly phase: 'Binding' | 'Starting';
  readonly text: string;
  /** It may work once another process lets go of the address. */
  readonly retryable: boolean;
}

/** What came of a bind line. */
export interface ListenOutcome {
  readonly sockets: readonly ListenSocket[];
  readonly faults: readonly ListenFault[];
  /** The first alert's text: the line cannot serve as written. Null when there is none (warnings there may be). */
  readonly error: string | null;
}

export interface ListenOptions {
  /** `option nolinger` of the frontend: connections are reset rather than closed slowly. */
  readonly noLinger?: boolean;
  /** `option tcp-smart-accept`: the first ACK is held back for the answer. */
  readonly noQuickAck?: boolean;
  /** False with `noreuseport`. */
  readonly reusePort?: boolean;
  /** A descriptor of this very address from the process before us (`-x`). */
  readonly inherit?: (address: SocketAddress) => number | undefined;
}

/** HAProxy's choice: the bind line's backlog, the frontend's, the bind line's maxconn, the frontend's, or 1024. */
export function listenBacklog(bind: BindModel, backlog: number | undefined, maxconn: number | undefined): number {
  return bind.backlog || backlog || bind.maxconn || maxconn || 1024;
}

/**
 * Opens every address and port of the line, with at most `backlog` connections waiting (see `listenBacklog`). Sockets
 * that succeeded are returned beside the faults: the caller closes them.
 */
export function openListenSockets(bind: BindModel, backlog: number, options: ListenOptions = {}): ListenOutcome {
  const sockets: ListenSocket[] = [];
  const faults: ListenFault[] = [];
  for (const address of bind.addresses) {
    for (const target of targetsOf(address, faults)) {
      const socket = openOne(bind, target, backlog, options, faults);
      if (socket !== null) sockets.push(socket);
    }
  }
  return { sockets, faults, error: faults.find((fault) => fault.severity === 'alert')?.text ?? null };
}

export function closeListenSockets(sockets: readonly ListenSocket[]): void {
  for (const { fd } of sockets) net.close(fd);
}

interface Target {
  readonly address: SocketAddress;
  /** >= 0: exists already. */
  readonly fd: number;
}

/** One target a port; an address that cannot be one becomes a fault. */
function targetsOf(model: AddressModel, faults: ListenFault[]): Target[] {
  try {
    switch (model.kind) {
      case 'fd': {
        const address = net.localAddress(model.fd);
        if (address !== null) return [{ address, fd: model.fd }];
        // getsockname failed: ask for the reason with a call that cannot do harm.
        const errno = -net.getOption(model.fd, net.SOL_SOCKET, net.SO_TYPE);
        throw new RangeError(`cannot use file descriptor '${model.fd}' : ${errnoMessage(errno)}.`);
      }
      case 'unix':
        return [{ address: SocketAddress.unix(model.path), fd: -1 }];
      case 'abstract':
        return [{ address: SocketAddress.abstract(model.path, true), fd: -1 }];
      default: {
        const make = model.kind === 'ipv4' ? SocketAddress.ipv4 : SocketAddress.ipv6;
        const host = model.any ? (model.kind === 'ipv4' ? '0.0.0.0' : '::') : model.host;
        const first = make(host, model.port);
        const targets: Target[] = [{ address: first, fd: -1 }];
        for (let port = model.port + 1; port <= model.portEnd; port++) {
          targets.push({ address: first.withPort(port), fd: -1 });
        }
        return targets;
      }
    }
  } catch (error) {
    // Only the RangeErrors of addresses that do not fit: the message says what is wrong with them.
    faults.push({ severity: 'alert', phase: 'Binding', text: (error as Error).message, retryable: false });
    return [];
  }
}

/** A fault that ends the attempt at one address. */
class Refusal extends Error {
  readonly retryable: boolean;
  readonly phase: ListenFault['phase'];

  constructor(text: string, retryable: boolean, phase: ListenFault['phase'] = 'Binding') {
    super(text);
    this.retryable = retryable;
    this.phase = phase;
  }
}

function openOne(
  bind: BindModel,
  target: Target,
  backlog: number,
  options: ListenOptions,
  faults: ListenFault[],
): ListenSocket | null {
  const offered = target.fd >= 0 ? target.fd : (options.inherit?.(target.address) ?? -1);
  const inherited = offered >= 0;
  const unix = target.address.family === net.AF_UNIX;
  const place = unix ? `[${unixText(target, inherited)}]` : `[${target.address.host}:${target.address.port}]`;
  const warn = (phase: ListenFault['phase'], text: string): void => {
    faults.push({ severity: 'warning', phase, text: `${text} for ${place}`, retryable: false });
  };
  let fd = offered;
  try {
    if (!inherited) fd = createSocket(target.address.family, unix ? undefined : bind.namespace);
    if (net.setNonBlocking(fd) < 0) throw new Refusal('cannot make socket non-blocking', false);
    if (!inherited && unix) bindUnix(fd, target.address, bind);
    if (!inherited && !unix) bindInternet(fd, target.address, bind, options, warn);
    if (!unix) setTcpOptions(fd, bind, backlog, options, inherited, warn);
    const listening = net.getOption(fd, net.SOL_SOCKET, net.SO_ACCEPTCONN) === 1;
    if (!listening && net.listen(fd, backlog) < 0) {
      throw new Refusal(unix ? 'cannot listen to UNIX socket' : 'cannot listen to socket', !unix, 'Starting');
    }
    if (!unix) net.setOption(fd, net.IPPROTO_TCP, net.TCP_QUICKACK, options.noQuickAck === true ? 0 : 1);
    const address = unix ? target.address : (net.localAddress(fd) ?? target.address);
    return { fd, address, inherited };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (fd >= 0) net.close(fd);
    const text = unix && error.phase === 'Binding' ? `${error.message} ${place}` : `${error.message} for ${place}`;
    faults.push({ severity: 'alert', phase: error.phase, text, retryable: error.retryable });
    return null;
  }
}

/** HAProxy prints the path as it lies in memory: nothing before the NUL that begins an abstract name. */
function unixText(target: Target, inherited: boolean): string {
  if (inherited) return `fd ${target.fd}`;
  return target.address.isAbstract ? '' : target.address.host;
}

function createSocket(family: number, namespace: string | undefined): number {
  const type = net.SOCK_STREAM | net.SOCK_NONBLOCK | net.SOCK_CLOEXEC;
  let fd: number;
  if (namespace === undefined) {
    fd = net.socket(family, type, 0);
  } else {
    const namespaceFd = openNamespace(namespace);
    fd = namespaceFd < 0 ? namespaceFd : socketIn(namespaceFd, family, type, 0);
    if (namespaceFd >= 0) net.close(namespaceFd);
  }
  if (fd < 0) throw new Refusal(`cannot create receiving socket (${errnoMessage(-fd)})`, true);
  return fd;
}

function bindInternet(
  fd: number,
  address: SocketAddress,
  bind: BindModel,
  options: ListenOptions,
  warn: (phase: ListenFault['phase'], text: string) => void,
): void {
  if (net.setOption(fd, net.SOL_SOCKET, net.SO_REUSEADDR, 1) < 0) throw new Refusal('cannot do so_reuseaddr', false);
  // So that the next process can listen before this one stops.
  if (options.reusePort !== false) net.setOption(fd, net.SOL_SOCKET, net.SO_REUSEPORT, 1);
  const ipv6 = address.family === net.AF_INET6;
  if (bind.transparent) {
    const foreign = ipv6
      ? net.setOption(fd, net.IPPROTO_IPV6, net.IPV6_TRANSPARENT, 1) === 0
      : net.setOption(fd, net.IPPROTO_IP, net.IP_TRANSPARENT, 1) === 0 ||
        net.setOption(fd, net.IPPROTO_IP, net.IP_FREEBIND, 1) === 0;
    if (!foreign) throw new Refusal('cannot make receiving socket transparent', false);
  }
  if (bind.interface !== undefined) {
    const result = net.setOptionBytes(fd, net.SOL_SOCKET, net.SO_BINDTODEVICE, Buffer.from(`${bind.interface}\0`));
    if (result < 0) {
      warn('Binding', `cannot bind receiver to device '${bind.interface}' (${errnoMessage(-result)})`);
    }
  }
  // v6only wins over v4v6; with neither, the system's default (net.ipv6.bindv6only) is already set.
  if (ipv6 && (bind.v6only || bind.v4v6)) {
    net.setOption(fd, net.IPPROTO_IPV6, net.IPV6_V6ONLY, bind.v6only ? 1 : 0);
  }
  const result = net.bind(fd, address);
  if (result < 0) throw new Refusal(`cannot bind socket (${errnoMessage(-result)})`, true);
}

function setTcpOptions(
  fd: number,
  bind: BindModel,
  backlog: number,
  options: ListenOptions,
  inherited: boolean,
  warn: (phase: ListenFault['phase'], text: string) => void,
): void {
  const set = (option: number, value: number): boolean => net.setOption(fd, net.IPPROTO_TCP, option, value) === 0;
  // Linux hands it on to every socket accepted here, which saves a call for each.
  set(net.TCP_NODELAY, 1);
  if (options.noLinger === true) net.setLinger(fd, 0);
  else if (inherited) net.setLinger(fd, -1);
  if (bind.mss !== undefined && bind.mss > 0 && !set(net.TCP_MAXSEG, bind.mss)) {
    warn('Starting', `cannot set MSS to ${bind.mss}`);
  }
  if (bind.tcpUserTimeoutMs !== undefined) {
    if (!set(net.TCP_USER_TIMEOUT, bind.tcpUserTimeoutMs)) warn('Starting', 'cannot set TCP User Timeout');
  } else if (inherited) {
    set(net.TCP_USER_TIMEOUT, 0);
  }
  // One second: longer, and a client that waits for us to speak first would notice.
  if (bind.deferAccept) {
    if (!set(net.TCP_DEFER_ACCEPT, 1)) warn('Starting', 'cannot enable DEFER_ACCEPT');
  } else if (inherited) {
    set(net.TCP_DEFER_ACCEPT, 0);
  }
  if (bind.tcpFastOpen) {
    if (!set(net.TCP_FASTOPEN, backlog)) warn('Starting', 'cannot enable TCP_FASTOPEN');
  } else if (inherited && net.getOption(fd, net.IPPROTO_TCP, net.TCP_FASTOPEN) > 0) {
    if (!set(net.TCP_FASTOPEN, 0)) warn('Starting', 'cannot disable TCP_FASTOPEN');
  }
}

/**
 * Binds beside the path, sets owner and mode, and renames: at every moment the path leads to a socket that listens or
 * to the one of the process before us.
 */
function bindUnix(fd: number, address: SocketAddress, bind: BindModel): void {
  if (address.isAbstract) {
    throwUnlessBound(net.bind(fd, address));
    return;
  }
  const path = address.host;
  const temporary = `${path}.${process.pid}.tmp`;
  const backup = `${path}.${process.pid}.bak`;
  let temporaryAddress: SocketAddress;
  try {
    temporaryAddress = SocketAddress.unix(temporary);
  } catch {
    throw new Refusal('name too long for UNIX socket (limit usually 97)', false);
  }
  attempt('error when trying to unlink previous UNIX socket', () => unlinkSync(temporary), ENOENT);
  attempt('error when trying to unlink previous UNIX socket', () => unlinkSync(backup), ENOENT);
  attempt('error when trying to preserve previous UNIX socket', () => linkSync(path, backup), ENOENT);
  try {
    throwUnlessBound(net.bind(fd, temporaryAddress));
    attempt('cannot change UNIX socket ownership', () => {
      if (bind.uid !== undefined || bind.gid !== undefined) chownSync(temporary, bind.uid ?? -1, bind.gid ?? -1);
      if (bind.mode !== undefined && bind.mode !== 0) chmodSync(temporary, bind.mode);
    });
    attempt('cannot switch final and temporary UNIX sockets', () => renameSync(temporary, path));
  } catch (error) {
    attempt('error when trying to unlink previous UNIX socket', () => unlinkSync(temporary), ENOENT);
    throw error;
  } finally {
    attempt('error when trying to unlink previous UNIX socket', () => unlinkSync(backup), ENOENT);
  }
}

function throwUnlessBound(result: number): void {
  if (result === -EADDRINUSE) throw new Refusal('cannot bind UNIX socket (already in use)', true);
  if (result < 0) throw new Refusal(`cannot bind UNIX socket (${errnoMessage(-result)})`, false);
}

/** Runs a file operation; a failure other than `tolerated` is a refusal with the reason. */
function attempt(what: string, action: () => void, tolerated = 0): void {
  try {
    action();
  } catch (error) {
    const { errno: negated } = error as NodeJS.ErrnoException;
    if (negated === undefined) throw error; // no system call failed: a mistake of ours
    const errno = -negated;
    if (errno !== tolerated) throw new Refusal(`${what} (${errnoMessage(errno)})`, false);
  }
}
