/**
 * A listening socket of a frontend: accepts, within `maxconn` of the process and the frontend, and starts streams. When a
 * limit is reached it stops accepting (the kernel's backlog queues the rest) until a connection ends.
 */
import type { BindModel } from '../config/model.ts';
import type { Pollable } from '../loop/reactor.ts';
import { Connection } from '../net/connection.ts';
import { EPOLLIN } from '../sys/epoll.ts';
import { EAGAIN, ECONNABORTED, EINTR, EMFILE, ENFILE, ENOBUFS, ENOMEM } from '../sys/errno.ts';
import { allocate } from '../sys/memory.ts';
import {
  AF_INET,
  AF_INET6,
  accept,
  acceptedLength,
  close,
  SO_RCVBUF,
  SO_SNDBUF,
  SOL_SOCKET,
  setOption,
} from '../sys/socket.ts';
import { SocketAddress } from '../sys/socket-address.ts';
import { CONN_TOT, createCounters, type RateCounter, raise, SCUR, SMAX, STOT } from './counters.ts';
import { keepAlive } from './keep-alive.ts';
import type { Proxy } from './proxy.ts';
import { awaitsHeaders, readHeaders } from './proxy-header.ts';
import type { ProxyRuntime } from './proxy-runtime.ts';
import { Stream } from './stream.ts';
import { admitConnection } from './tcp-rules-request.ts';

/** Connections accepted at most in one go, so that a flood of them does not starve those that exist; see `tune.maxaccept`. */
const ACCEPT_BATCH = 64;
/** How long accepting rests when the process is out of descriptors or memory, ms. */
const REST_MS = 100;

const addressMemory = allocate(128);
/** What a unix socket's client is called in logs. */
const NAMELESS = null;

/** How long to rest, ms, when `limit` a second is reached; 0: not at all. */
function restOf(counter: RateCounter, limit: number, now: number): number {
  return limit > 0 && counter.rate(now) >= limit ? Math.max(1, 1000 / limit) : 0;
}

export class FrontendListener implements Pollable {
  readonly runtime: ProxyRuntime;
  readonly frontend: Proxy;
  readonly model: BindModel;
  readonly address: SocketAddress;
  readonly name: string;
  readonly id: number;
  readonly counters = createCounters();
  fd: number;
  /** Waiting for a connection to end. */
  full = false;
  /** Told to accept nothing (`disable frontend`). */
  #suspended = false;
  maxconn: number;
  readonly #internet: boolean;
  readonly #tuned: boolean;
  readonly #batch: number;
  /** Some limit of a rate may hold. */
  get #rated(): boolean {
    const { runtime, frontend } = this;
    return frontend.sessionRateLimit > 0 || runtime.maxSessionRate > 0 || runtime.maxConnectionRate > 0;
  }

  constructor(frontend: Proxy, model: BindModel, fd: number, address: SocketAddress, id: number) {
    this.runtime = frontend.runtime;
    this.frontend = frontend;
    this.model = model;
    this.fd = fd;
    this.address = address;
    this.id = id;
    this.name = model.name ?? `sock-${id}`;
    this.maxconn = model.maxconn ?? 0;
    this.#internet = address.family === AF_INET || address.family === AF_INET6;
    const tune = this.runtime.model.global.tune;
    const batch = tune.maxaccept || ACCEPT_BATCH;
    this.#batch = batch < 0 ? Number.POSITIVE_INFINITY : batch;
    this.#tuned = frontend.model.options.clitcpka || tune.rcvbufClient !== undefined || tune.sndbufClient !== undefined;
  }

  /** Connections it has now. */
  get connections(): number {
    return this.counters[SCUR] as number;
  }

  /** Begins to accept. Returns 0 or -errno. */
  start(): number {
    return this.fd < 0 ? 0 : this.runtime.reactor.add(this.fd, this, EPOLLIN);
  }

  onEvents(): void {
    for (let i = 0; i < this.#batch && this.fd >= 0; i++) {
      if (this.#limited()) return;
      const fd = accept(this.fd, addressMemory);
      if (fd < 0) {
        if (fd === -EAGAIN) return;
        if (fd === -EINTR || fd === -ECONNABORTED) continue;
        if (fd === -EMFILE || fd === -ENFILE || fd === -ENOBUFS || fd === -ENOMEM) {
          this.runtime.countAcceptFailure();
          this.#pause();
          this.runtime.resumeLater(REST_MS);
        }
        return;
      }
      this.#accepted(fd);
    }
  }

  #limited(): boolean {
    const frontend = this.frontend;
    const full =
      this.runtime.full ||
      (frontend.maxconn > 0 && (frontend.frontendCounters[SCUR] as number) >= frontend.maxconn) ||
      (this.maxconn > 0 && (this.counters[SCUR] as number) >= this.maxconn);
    if (full) this.#pause();
    else if (this.#rated) return this.#overRate();
    return full;
  }

  /** `rate-limit sessions`, `maxconnrate`, `maxsessrate`: accepting rests until the rate has gone down. */
  #overRate(): boolean {
    const { runtime, frontend } = this;
    const now = runtime.reactor.nowMs;
    let restMs = Math.max(
      restOf(runtime.sessionRate, runtime.maxSessionRate, now),
      restOf(runtime.connectionRate, runtime.maxConnectionRate, now),
    );
    restMs = Math.max(restMs, restOf(frontend.sessionRate, frontend.sessionRateLimit, now));
    if (restMs === 0) return false;
    this.#pause();
    runtime.resumeLater(restMs);
    return true;
  }

  #accepted(fd: number): void {
    const runtime = this.runtime;
    const frontend = this.frontend;
    const now = runtime.reactor.nowMs;
    if (this.#tuned) this.#tune(fd);
    const connection = new Connection(runtime.context, fd, runtime.unassigned);
    connection.peer = this.#internet ? SocketAddress.fromBytes(addressMemory.bytes, acceptedLength()) : NAMELESS;
    if (connection.open(false) < 0) {
      close(fd);
      runtime.countAcceptFailure();
      return;
    }
    const counters = frontend.frontendCounters;
    counters[CONN_TOT] = (counters[CONN_TOT] as number) + 1;
    raise(counters, SCUR, SMAX);
    this.counters[CONN_TOT] = (this.counters[CONN_TOT] as number) + 1;
    raise(this.counters, SCUR, SMAX);
    frontend.connectionRate.hit(now);
    runtime.connectionOpened(now);
    const stream = new Stream(runtime, this, connection);
    runtime.addStream(stream);
    if (frontend.tcpRules !== null && !admitConnection(stream)) return;
    if (awaitsHeaders(stream)) readHeaders(stream);
    else stream.start();
  }

  /** A session begins: its connection was let in and has told its addresses. */
  countSession(now: number): void {
    const counters = this.frontend.frontendCounters;
    counters[STOT] = (counters[STOT] as number) + 1;
    this.counters[STOT] = (this.counters[STOT] as number) + 1;
    this.frontend.sessionRate.hit(now);
    this.runtime.sessionRate.hit(now);
  }

  #tune(fd: number): void {
    const tune = this.runtime.model.global.tune;
    const { options, clientKeepAlive } = this.frontend.model;
    if (options.clitcpka) keepAlive(fd, clientKeepAlive);
    if (tune.rcvbufClient !== undefined) setOption(fd, SOL_SOCKET, SO_RCVBUF, tune.rcvbufClient);
    if (tune.sndbufClient !== undefined) setOption(fd, SOL_SOCKET, SO_SNDBUF, tune.sndbufClient);
  }

  #pause(): void {
    if (this.full || this.fd < 0) return;
    this.full = true;
    this.runtime.reactor.modify(this.fd, 0);
    this.runtime.fullListeners.add(this);
  }

  /** A connection ended: accepts again if no limit holds any longer. */
  resume(): void {
    if (!this.full || this.fd < 0 || this.frontend.stopped) return;
    this.full = false;
    this.runtime.fullListeners.delete(this);
    if (!this.#suspended) this.runtime.reactor.modify(this.fd, EPOLLIN);
  }

  /** `disable frontend`: accepts nothing, but keeps the socket. */
  suspend(): void {
    this.#suspended = true;
    if (this.fd >= 0) this.runtime.reactor.modify(this.fd, 0);
  }

  /** `enable frontend`. */
  restore(): void {
    this.#suspended = false;
    if (this.fd >= 0 && !this.full) this.runtime.reactor.modify(this.fd, EPOLLIN);
  }

  /** A stream of this listener ended. */
  release(stream: Stream): void {
    const counters = this.frontend.frontendCounters;
    counters[SCUR] = (counters[SCUR] as number) - 1;
    this.counters[SCUR] = (this.counters[SCUR] as number) - 1;
    this.runtime.removeStream(stream);
  }

  /** Before it stops for good: the kernel would reset what it has connected and we have not taken yet. */
  takeWaiting(): void {
    for (let before = -1; this.fd >= 0 && !this.full && !this.#suspended && before !== this.counters[CONN_TOT]; ) {
      before = this.counters[CONN_TOT] as number;
      this.onEvents();
    }
  }

  /** Closes the socket; streams go on. */
  stop(): void {
    if (this.fd < 0) return;
    this.runtime.fullListeners.delete(this);
    this.runtime.reactor.remove(this.fd);
    close(this.fd);
    this.fd = -1;
  }
}
