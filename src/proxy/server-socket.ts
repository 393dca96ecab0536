/** The socket towards a server: source address and port, options of the server line, then a connect attempt. */
import { EADDRINUSE, EADDRNOTAVAIL, EINPROGRESS } from '../sys/errno.ts';
import { socketIn } from '../sys/netns.ts';
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  bind,
  close,
  connect,
  IP_BIND_ADDRESS_NO_PORT,
  IPPROTO_IP,
  IPPROTO_TCP,
  SO_BINDTODEVICE,
  SO_RCVBUF,
  SO_REUSEADDR,
  SO_SNDBUF,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  SOL_SOCKET,
  setOption,
  setOptionBytes,
  socket,
  TCP_FASTOPEN_CONNECT,
  TCP_NODELAY,
  TCP_QUICKACK,
  TCP_USER_TIMEOUT,
} from '../sys/socket.ts';
import type { SocketAddress } from '../sys/socket-address.ts';
import { keepAlive } from './keep-alive.ts';
import type { Server } from './server.ts';
import type { Stream } from './stream.ts';

/** Opens a socket and starts to connect it. Returns its descriptor or -errno. The attempt ends with an event. */
export function openServerSocket(server: Server, stream: Stream): number {
  const address = destinationOf(server, stream);
  const fd = newServerSocket(server, address.family);
  if (fd < 0) return fd;
  if (address.family === AF_INET || address.family === AF_INET6) setOption(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  if (server.tuned) tune(fd, server, stream);
  const bound = server.source === null ? 0 : bindSource(fd, server, server.source, stream);
  if (bound < 0) {
    close(fd);
    return bound;
  }
  const result = connect(fd, address);
  if (result < 0 && result !== -EINPROGRESS) {
    // The failure of the attempt itself is told like one that comes later: the socket reports it as its pending error.
    if (result === -EADDRNOTAVAIL || result === -EADDRINUSE) {
      close(fd);
      return result;
    }
    stream.connectError = -result;
  }
  return fd;
}

/** Where the connections of a server lead depends on where the client meant to go. */
export function followsClient(server: Server): boolean {
  const model = server.model.address;
  return (model.kind === 'ipv4' || model.kind === 'ipv6') && (model.any || model.portOffset !== 'none');
}

/**
 * Server lines without a port, or with `+n`/`-n`, go to the port the client came to; those of the address 0.0.0.0 to the address
 * it came to, which `set-dst` rules may have replaced.
 */
export function destinationOf(server: Server, stream: Stream): SocketAddress {
  const model = server.model.address;
  if (!followsClient(server) || (model.kind !== 'ipv4' && model.kind !== 'ipv6')) return server.address;
  const wanted = stream.clientDestination;
  const internet = wanted !== null && (wanted.family === AF_INET || wanted.family === AF_INET6);
  const base = model.any && internet ? wanted : server.address;
  if (model.portOffset === 'none') return base.withPort(server.address.port);
  const port = wanted?.port ?? 0;
  const offset = model.portOffset === 'same' ? 0 : model.portOffset === 'plus' ? model.port : -model.port;
  return base.withPort((port + offset) & 0xffff);
}

/** A non-blocking stream socket in the server's network namespace. Returns its descriptor or -errno. */
function newServerSocket(server: Server, family: number): number {
  const type = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
  const { namespaceFd } = server;
  if (namespaceFd === undefined || family === AF_UNIX) return socket(family, type, 0);
  return namespaceFd < 0 ? namespaceFd : socketIn(namespaceFd, family, type, 0);
}

function tune(fd: number, server: Server, stream: Stream): void {
  const model = server.model;
  const tuning = server.proxy.runtime.model.global.tune;
  if (server.proxy.model.options.srvtcpka) keepAlive(fd, server.proxy.model.serverKeepAlive);
  if (tuning.rcvbufServer !== undefined) setOption(fd, SOL_SOCKET, SO_RCVBUF, tuning.rcvbufServer);
  if (tuning.sndbufServer !== undefined) setOption(fd, SOL_SOCKET, SO_SNDBUF, tuning.sndbufServer);
  if (model.tcpUserTimeoutMs !== undefined) setOption(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, model.tcpUserTimeoutMs);
  if (server.proxy.model.options.tcpSmartConnect) {
    // The first data carry the last ACK of the handshake; without data to send that would only be late.
    const hasData = stream.isHttp || stream.client.inputLength > 0 || model.sendProxy !== 'none';
    if (hasData) setOption(fd, IPPROTO_TCP, TCP_QUICKACK, 0);
  }
  if (model.tcpFastOpen) setOption(fd, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, 1);
}

function bindSource(fd: number, server: Server, source: SocketAddress, stream: Stream): number {
  setOption(fd, SOL_SOCKET, SO_REUSEADDR, 1);
  const name = server.sourceInterface;
  if (name !== null) {
    const result = setOptionBytes(fd, SOL_SOCKET, SO_BINDTODEVICE, Buffer.from(`${name}\0`));
    if (result < 0) return result;
  }
  const ports = server.sourcePorts;
  if (ports === null) {
    setOption(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
    return bind(fd, source);
  }
  // Ports taken by others are skipped, at most one round of those that are free.
  for (let attempts = ports.free; attempts > 0; attempts--) {
    const port = ports.take();
    if (port <= 0) break;
    const result = bind(fd, source.withPort(port));
    if (result === 0) {
      stream.sourcePort = port;
      return 0;
    }
    ports.release(port);
    if (result !== -EADDRINUSE) return result;
  }
  return -EADDRNOTAVAIL;
}
