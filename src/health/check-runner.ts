/**
 * Makes the checks: one timer a server, one non-blocking socket a check in the reactor. Off the data path, hence plain; what a
 * check means is decided in check.ts and server-health.ts, what becomes of the server in the callbacks.
 *
 *   timer -> openSocket -> CheckAttempt <- events, time limit
 *     ^                         | verdict
 *     '--- nextCheckDelay --- ServerHealth.conclude --> callbacks
 */
import type { CheckMethodModel } from '../config/model-checks.ts';
import { type Pollable, type Reactor, STREAM_EVENTS } from '../loop/reactor.ts';
import { Timer, type TimerOwner } from '../loop/timer-wheel.ts';
import { EPOLLERR, EPOLLHUP, EPOLLIN, EPOLLOUT, EPOLLRDHUP } from '../sys/epoll.ts';
import { EADDRINUSE, EADDRNOTAVAIL, EAGAIN, ECONNRESET, EINPROGRESS, errnoMessage } from '../sys/errno.ts';
import { allocate, type NativeMemory } from '../sys/memory.ts';
import { socketIn } from '../sys/netns.ts';
import {
  AF_UNIX,
  bind,
  close,
  connect,
  connectError,
  IPPROTO_TCP,
  localAddress,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  recv,
  SO_BINDTODEVICE,
  SO_REUSEADDR,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  SOL_SOCKET,
  send,
  setLinger,
  setOption,
  setOptionBytes,
  socket,
  TCP_NODELAY,
  TCP_QUICKACK,
} from '../sys/socket.ts';
import type { SocketAddress } from '../sys/socket-address.ts';
import { CheckAttempt, type CheckPort, type CheckSubject, type OpenFailure } from './check.ts';
import { type CheckChain, type ConnectStep, compileChain } from './check-chain.ts';
import {
  type CheckTimings,
  checkInterval,
  connectLimit,
  firstCheckDelay,
  nextCheckDelay,
  startInterval,
} from './schedule.ts';
import type { HealthChange, ServerHealth } from './server-health.ts';

/** A server to be checked. What may change at run time is a method or a field read at each check. */
export interface CheckTarget extends CheckSubject {
  readonly health: ServerHealth;
  readonly timings: CheckTimings;
  readonly method: CheckMethodModel;
  /** The backend's `timeout connect` and `timeout check`. */
  readonly connectTimeoutMs: number | undefined;
  readonly checkTimeoutMs: number | undefined;
  /** Where to connect: the server's address, or the check's own `addr` and `port`. */
  checkAddress(): SocketAddress;
  /** `source`; its port, if any, is not used by checks. */
  readonly source: SocketAddress | null;
  readonly sourceInterface: string | null;
  /** The network namespace of its sockets as a descriptor (-errno if there is none); undefined: our own. */
  readonly namespaceFd: number | undefined;
  /** Its checks begin with a PROXY header (`check-send-proxy`, `send-proxy`) where a connect step asks for no less. */
  readonly sendsProxy: boolean;
  /** The PROXY header of a check made from `local` to `peer`. */
  proxyHeader(local: SocketAddress, peer: SocketAddress): Uint8Array;
  /** The address of a connect step; undefined: `checkAddress()` with the step's port. */
  stepAddress(step: ConnectStep): SocketAddress;
  /** The server is in maintenance, or its backend is stopped: no check is made. */
  readonly paused: boolean;
}

export interface CheckCallbacks<T extends CheckTarget> {
  /** After every check; `target.health` has it all. Log it (`notable` and log-health-checks), then apply `verdict`. */
  onChecked(target: T, change: HealthChange): void;
}

export interface CheckSettings {
  readonly spreadChecksPercent: number;
  readonly maxSpreadChecksMs: number | undefined;
  /** `tune.bufsize`: as much of a response is looked at. */
  readonly bufsize: number;
  readonly random?: () => number;
}

/** Starts checking and returns how to stop. Targets stand in the order of their servers in the configuration. */
export function startChecks<T extends CheckTarget>(
  targets: readonly T[],
  settings: CheckSettings,
  reactor: Reactor,
  callbacks: CheckCallbacks<T>,
): () => void {
  const common = startInterval(targets.map(intervalOf));
  const runners = targets.map((target, position) => {
    const runner = new CheckRunner(target, settings, reactor, callbacks);
    const own = intervalOf(target);
    runner.schedule(firstCheckDelay(common, own, settings.maxSpreadChecksMs, position, targets.length));
    return runner;
  });
  return () => {
    for (const runner of runners) runner.stop();
  };
}

function intervalOf(target: CheckTarget): number {
  return checkInterval(target.timings, target.health.position(target.stopped));
}

/** Where responses are received: a verdict never needs the bytes of an earlier read. */
const input = allocate(16_384);

class CheckRunner<T extends CheckTarget> implements TimerOwner, Pollable, CheckPort {
  readonly #target: T;
  readonly #settings: CheckSettings;
  readonly #reactor: Reactor;
  readonly #callbacks: CheckCallbacks<T>;
  readonly #chain: CheckChain;
  /** The next check, or the end of the present one's patience. */
  readonly #timer = new Timer(this);
  #attempt: CheckAttempt | null = null;
  #fd = -1;
  #output: NativeMemory | null = null;
  #outputStart = 0;
  #peerEnded = false;
  /** The connection that there is was asked for by it. */
  #step: ConnectStep | null = null;
  #peer: SocketAddress | null = null;
  #stopped = false;

  constructor(target: T, settings: CheckSettings, reactor: Reactor, callbacks: CheckCallbacks<T>) {
    this.#target = target;
    this.#settings = settings;
    this.#reactor = reactor;
    this.#callbacks = callbacks;
    this.#chain = compileChain(target.method);
  }

  schedule(delayMs: number): void {
    this.#reactor.timers.arm(this.#timer, this.#reactor.nowMs + delayMs);
  }

  stop(): void {
    this.#stopped = true;
    this.#reactor.timers.cancel(this.#timer);
    if (this.#attempt !== null) this.#target.health.abandon();
    this.#attempt = null;
    this.close();
  }

  onTimer(): void {
    if (this.#attempt !== null) {
      this.#attempt.onTimeout();
      this.#conclude();
    } else if (this.#target.paused) this.schedule(this.#target.timings.interMs);
    else this.#begin();
  }

  #begin(): void {
    this.#target.health.begin(this.#reactor.nowMs);
    this.#attempt = new CheckAttempt(this.#chain, this, this.#target, this.#settings.bufsize);
    this.#attempt.start();
    this.#conclude();
  }

  connect(step: ConnectStep): void {
    const attempt = this.#attempt;
    if (attempt === null) return;
    this.close();
    this.#output = null;
    this.#outputStart = 0;
    this.#peerEnded = false;
    this.#step = step;
    const { timings, connectTimeoutMs, checkTimeoutMs } = this.#target;
    this.schedule(connectLimit(timings.interMs, connectTimeoutMs, checkTimeoutMs));
    this.#open(attempt, step);
  }

  #open(attempt: CheckAttempt, step: ConnectStep): void {
    const target = this.#target;
    const peer = target.stepAddress(step);
    this.#peer = peer;
    const local = peer.family === AF_UNIX;
    const failed = (failure: OpenFailure, result: number) => attempt.openFailed(failure, errnoMessage(-result), local);
    const type = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
    const { namespaceFd } = target;
    const fd =
      namespaceFd === undefined || local
        ? socket(peer.family, type, 0)
        : namespaceFd < 0
          ? namespaceFd
          : socketIn(namespaceFd, peer.family, type, 0);
    if (fd < 0) {
      attempt.openFailed('socket', errnoMessage(-fd), true);
      return;
    }
    this.#fd = fd;
    if (!local) {
      setOption(fd, IPPROTO_TCP, TCP_NODELAY, 1);
      // With nothing to say, the handshake's last packet is held back, and the reset on close takes its place: the server
      // never wakes up for a connection that brings nothing.
      if (this.#chain.protocol === 'none' && !step.listensNext) setOption(fd, IPPROTO_TCP, TCP_QUICKACK, 0);
      const bound = this.#bindSource(fd);
      if (bound < 0) {
        failed('bind', bound);
        return;
      }
    }
    const result = connect(fd, peer);
    if (result < 0 && result !== -EINPROGRESS) {
      const ports = !local && (result === -EADDRNOTAVAIL || result === -EADDRINUSE || result === -EAGAIN);
      failed(ports ? 'ports' : 'connect', result);
      return;
    }
    const added = this.#reactor.add(fd, this, STREAM_EVENTS);
    if (added < 0) failed('socket', added);
  }

  #bindSource(fd: number): number {
    const { source, sourceInterface } = this.#target;
    if (source === null) return 0;
    setOption(fd, SOL_SOCKET, SO_REUSEADDR, 1);
    if (sourceInterface !== null) {
      const result = setOptionBytes(fd, SOL_SOCKET, SO_BINDTODEVICE, Buffer.from(`${sourceInterface}\0`));
      if (result < 0) return result;
    }
    return bind(fd, source.withPort(0));
  }

  onEvents(events: number): void {
    const attempt = this.#attempt;
    if (attempt === null) return;
    if (!attempt.connected) this.#finishConnecting(attempt, events);
    if (attempt.connected && (events & EPOLLOUT) !== 0) this.#flush(attempt);
    if (attempt.connected && (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) !== 0) this.#read(attempt);
    // What was read may have made it say more.
    if (attempt.connected) this.#flush(attempt);
    this.#conclude();
  }

  #finishConnecting(attempt: CheckAttempt, events: number): void {
    if ((events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) === 0) return;
    const peer = this.#peer;
    const error = connectErrorOnce(this.#fd, events);
    // Only an established connection can be reset: peer and reset came in one event.
    if (error !== 0 && error !== ECONNRESET) {
      attempt.onError(errnoMessage(error));
      return;
    }
    const { checkTimeoutMs } = this.#target;
    if (checkTimeoutMs !== undefined) this.schedule(checkTimeoutMs);
    const local = localAddress(this.#fd);
    const step = this.#step;
    const proxied = step !== null && (step.sendProxy || (step.asServer && this.#target.sendsProxy));
    attempt.onConnected(local === null || peer === null || !proxied ? null : this.#target.proxyHeader(local, peer));
    if (error !== 0) attempt.onError(errnoMessage(error));
  }

  send(bytes: Uint8Array): void {
    const waiting = this.#output?.bytes.subarray(this.#outputStart) ?? Buffer.alloc(0);
    const output = allocate(waiting.length + bytes.length);
    output.bytes.set(waiting);
    output.bytes.set(bytes, waiting.length);
    this.#output = output;
    this.#outputStart = 0;
  }

  close(): void {
    if (this.#fd < 0) return;
    // A peer that has not ended its side gets a reset, which leaves nothing behind in either kernel.
    if (!this.#peerEnded && this.#step?.linger !== true) setLinger(this.#fd, 0);
    this.#reactor.remove(this.#fd);
    close(this.#fd);
    this.#fd = -1;
  }

  #flush(attempt: CheckAttempt): void {
    while (this.#output !== null && this.#fd >= 0) {
      const { address, bytes } = this.#output;
      const start = this.#outputStart;
      const result = send(this.#fd, address + start, bytes.length - start, MSG_DONTWAIT | MSG_NOSIGNAL);
      if (result === -EAGAIN) return;
      if (result < 0) {
        attempt.onError(errnoMessage(-result));
        return;
      }
      this.#outputStart += result;
      if (this.#outputStart < bytes.length) continue;
      this.#output = null;
      attempt.onSent();
    }
  }

  #read(attempt: CheckAttempt): void {
    const fd = this.#fd;
    while (attempt.verdict === null && this.#fd === fd) {
      const result = recv(fd, input.address, input.bytes.length, MSG_DONTWAIT);
      if (result === -EAGAIN) return;
      if (result > 0) attempt.onBytes(input.bytes.subarray(0, result));
      else if (result === 0) {
        this.#peerEnded = true;
        attempt.onEnd();
        return;
      } else attempt.onError(errnoMessage(-result));
    }
  }

  /** Once there is a verdict: tells it, and plans the next check. */
  #conclude(): void {
    const verdict = this.#attempt?.verdict ?? null;
    if (verdict === null) return;
    this.#attempt = null;
    const target = this.#target;
    const change = target.health.conclude(verdict, this.#reactor.nowMs);
    this.#callbacks.onChecked(target, change);
    if (this.#stopped) return;
    const random = (this.#settings.random ?? Math.random)();
    this.schedule(nextCheckDelay(intervalOf(target), this.#settings.spreadChecksPercent, random));
  }
}

/** The errno that ended a connect attempt, 0 if it succeeded. Asked only if something is wrong: reading it clears it. */
function connectErrorOnce(fd: number, events: number): number {
  return (events & (EPOLLERR | EPOLLHUP)) === 0 ? 0 : connectError(fd);
}
