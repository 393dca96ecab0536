/**
 * Server connections that belong to one client (`http-reuse never`): between two of its requests they wait here, no other
 * client gets them, and they end with its connection.
 */
import type { Connection } from '../net/connection.ts';
import type { ConnectionUser } from '../net/connection-user.ts';
import type { SocketAddress } from '../sys/socket-address.ts';
import type { Proxy } from './proxy.ts';
import type { Server } from './server.ts';

/** HAProxy's default of `max-session-srv-conns`. */
const MOST = 5;

interface Held {
  readonly connection: Connection;
  readonly server: Server;
}

export class ClientServers implements ConnectionUser {
  readonly #held: Held[] = [];

  /** A connection to `server` (to `destination`, if not all lead to one address) for the client's next request, or null. */
  take(server: Server, destination: SocketAddress | null): Connection | null {
    const at = this.#held.findIndex(
      ({ server: held, connection }) =>
        held === server &&
        !connection.readableNow &&
        (destination === null || connection.destination?.equals(destination) === true),
    );
    if (at < 0) return null;
    const [held] = this.#held.splice(at, 1);
    return held?.connection ?? null;
  }

  /** A server of `backend` that could take the client's next request on a connection held here (`prefer-last-server`). */
  find(backend: Proxy): Server | null {
    return this.#held.find(({ server }) => server.proxy === backend && server.usable)?.server ?? null;
  }

  /** Returns false if there are enough already (the caller closes). */
  give(connection: Connection, server: Server): boolean {
    if (this.#held.length >= MOST || connection.endSeen) return false;
    this.#held.push({ connection, server });
    connection.user = this;
    connection.releaseInput();
    connection.startReading();
    return true;
  }

  /** The client leaves. */
  closeAll(): void {
    for (const held of this.#held.splice(0)) {
      held.server.pool.countEnd();
      held.connection.abort();
    }
  }

  #forget(connection: Connection): void {
    const at = this.#held.findIndex((one) => one.connection === connection);
    const [held] = at < 0 ? [] : this.#held.splice(at, 1);
    held?.server.pool.countEnd();
    connection.close();
  }

  // As in the server's own pool: nothing but an end can come.
  onInput(connection: Connection): void {
    this.#forget(connection);
  }

  onFailure(connection: Connection): void {
    this.#forget(connection);
  }

  onDrained(): void {}

  onConnected(): void {}
}
