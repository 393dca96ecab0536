/**
 * A server's idle connections (`http-reuse`, `pool-max-conn`, `pool-low-conn`, `pool-purge-delay`): who may have which, how many
 * are kept, and what happens to them when they end. A connection that has carried one request only is "idle" in HAProxy's words,
 * after that "safe": that the server keeps connections open has been seen.
 *
 *            safe              aggressive          always
 *        1st   later           1st   later         1st   later    request of the client
 *  safe   -      2              1      2            1      2      = order of choice
 *  idle   -      1              -      1            2      1
 *
 * Connections made under `http-reuse never` belong to one client: see client-servers.ts.
 */
import type { ServerModel } from '../config/model.ts';
import type { Connection } from '../net/connection.ts';
import type { ConnectionUser } from '../net/connection-user.ts';
import type { SocketAddress } from '../sys/socket-address.ts';
import type { ProxyRuntime } from './proxy-runtime.ts';

export class IdlePool implements ConnectionUser {
  readonly #runtime: ProxyRuntime;
  readonly #model: ServerModel;
  readonly #mode: 'never' | 'safe' | 'aggressive' | 'always';
  /** Each most recently used last. */
  readonly #idle: Connection[] = [];
  readonly #safe: Connection[] = [];
  /** Connections that serve a request now, the most since the last purge, and how many are likely to be needed. */
  used = 0;
  mostUsed = 0;
  needed = 0;

  constructor(runtime: ProxyRuntime, model: ServerModel, mode: 'never' | 'safe' | 'aggressive' | 'always') {
    this.#runtime = runtime;
    this.#model = model;
    this.#mode = mode;
  }

  get idleCount(): number {
    return this.#idle.length;
  }

  get safeCount(): number {
    return this.#safe.length;
  }

  get length(): number {
    return this.#idle.length + this.#safe.length;
  }

  /** A connection serves a request from now on. */
  countUse(): void {
    this.used++;
    if (this.used > this.mostUsed) this.mostUsed = this.used;
    if (this.used > this.needed) this.needed = this.used;
  }

  /** A connection in use was closed. */
  countEnd(): void {
    this.used--;
  }

  /**
   * The connection to use for a request, or null.
   * @param client tells clients apart; a connection whose PROXY header named one is for no other
   * @param destination where it has to lead, if not all lead to one address
   */
  take(firstRequest: boolean, client: number, destination: SocketAddress | null = null): Connection | null {
    if (this.#idle.length + this.#safe.length === 0) return null;
    let connection: Connection | null = null;
    const pick = (list: Connection[]) => this.#pick(list, client, destination);
    if (!firstRequest) connection = pick(this.#idle) ?? pick(this.#safe);
    else if (this.#mode === 'aggressive') connection = pick(this.#safe);
    else if (this.#mode === 'always') connection = pick(this.#safe) ?? pick(this.#idle);
    if (connection !== null) this.countUse();
    return connection;
  }

  #pick(list: Connection[], client: number, destination: SocketAddress | null): Connection | null {
    // Something unread: an end, or bytes that must not be taken for the next answer. It is dealt with in its own time.
    const anyone = this.#model.sendProxy === 'none';
    if (anyone && destination === null) {
      return list.at(-1)?.readableNow === false ? (list.pop() as Connection) : null;
    }
    for (let i = list.length - 1; i >= 0; i--) {
      const connection = list[i] as Connection;
      if ((!anyone && connection.namedClient !== client) || connection.readableNow) continue;
      if (destination !== null && connection.destination?.equals(destination) !== true) continue;
      list.splice(i, 1);
      return connection;
    }
    return null;
  }

  /** Keeps a connection whose response was complete. Returns false if it is not wanted (the caller closes). */
  give(connection: Connection): boolean {
    const isSafe = connection.requests > 1;
    if (connection.endSeen || !this.#wants(isSafe)) return false;
    this.used--;
    connection.user = this;
    connection.releaseInput();
    connection.sinceMs = connection.context.reactor.nowMs;
    (isSafe ? this.#safe : this.#idle).push(connection);
    this.#runtime.idleConnectionKept(this.#model.poolPurgeDelayMs);
    connection.startReading();
    return true;
  }

  /** HAProxy's measure (srv_add_to_idle_list): one at least, else no more than were needed of late, and few when descriptors get scarce. */
  #wants(isSafe: boolean): boolean {
    const limit = this.#model.poolMaxConn;
    if (this.#model.poolPurgeDelayMs <= 0 || this.#mode === 'never') return false;
    if (limit >= 0 && this.length >= limit) return false;
    const runtime = this.#runtime;
    if (runtime.descriptorsScarce) return false;
    if (this.#safe.length === 0 && (isSafe || this.#idle.length === 0)) return true;
    return (
      !runtime.descriptorsLow && this.used + this.length <= Math.max(this.used, this.needed) + this.#model.poolLowConn
    );
  }

  /** Descriptors are scarce and a new connection is needed: an idle one makes room. */
  giveUpOne(): void {
    (this.#idle.shift() ?? this.#safe.shift())?.abort();
  }

  /** After `pool-purge-delay`: closes half of what is more than the most that was in use since the last time. */
  purge(): void {
    const excess = this.used + this.length - Math.max(this.mostUsed, this.needed);
    this.needed = Math.max(Math.floor((this.needed + this.mostUsed) / 2), this.mostUsed);
    this.mostUsed = this.used;
    if (excess <= 0) return;
    for (let closing = Math.ceil(excess / 2) + 1; closing > 0; closing--) this.giveUpOne();
  }

  closeAll(): void {
    for (const connection of this.#idle.splice(0)) connection.abort();
    for (const connection of this.#safe.splice(0)) connection.abort();
  }

  #forget(connection: Connection): void {
    for (const list of [this.#idle, this.#safe]) {
      const at = list.indexOf(connection);
      if (at >= 0) list.splice(at, 1);
    }
    if (connection.endSeen) connection.close();
    else connection.abort();
  }

  // An idle connection may only end; bytes nobody asked for make it useless as well.
  onInput(connection: Connection): void {
    this.#forget(connection);
  }

  onFailure(connection: Connection): void {
    this.#forget(connection);
  }

  onDrained(): void {}

  onConnected(): void {}
}
