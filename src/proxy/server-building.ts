/** Servers of a backend from its model: resolved addresses, ids, source ports. */
import type { AddressModel, ServerModel } from '../config/model.ts';
import type { Proxy } from './proxy.ts';
import { Server } from './server.ts';
import { ServerCheck } from './server-check.ts';
import { socketAddress } from './server-source.ts';

export function buildServers(proxy: Proxy): void {
  const used = new Set(proxy.model.servers.map((server) => server.id));
  let next = 0;
  proxy.model.servers.forEach((model, index) => {
    let id = model.id;
    if (id === undefined) {
      do next++;
      while (used.has(next));
      id = next;
    }
    const address = socketAddress(model.address);
    const server = new Server(proxy, model, index, id, address, proxy.runtime.reactor.nowMs);
    if (model.check !== undefined) server.check = new ServerCheck(server, model.check);
    proxy.servers.push(server);
  });
  if (proxy.model.direct !== undefined) proxy.direct = buildDirect(proxy, proxy.model.direct);
}

/** An address that everything goes to, treated as a server without limits, checks and idle connections. */
function buildDirect(proxy: Proxy, address: AddressModel): Server {
  const model: ServerModel = {
    place: proxy.model.place,
    // What HAProxy calls a server that is none.
    name: '<NOSRV>',
    id: undefined,
    address,
    addressText: '',
    weight: 1,
    maxconn: 0,
    minconn: 0,
    maxqueue: 0,
    backup: false,
    disabled: false,
    slowstartMs: 0,
    source: proxy.model.source,
    sendProxy: 'none',
    redirectPrefix: undefined,
    cookie: undefined,
    tcpFastOpen: false,
    tcpUserTimeoutMs: undefined,
    namespace: undefined,
    poolMaxConn: 0,
    poolPurgeDelayMs: 0,
    poolLowConn: 0,
    maxReuse: -1,
    onMarkedDown: 'none',
    onMarkedUp: 'none',
    check: undefined,
  };
  return new Server(proxy, model, -1, 0, socketAddress(address), proxy.runtime.reactor.nowMs);
}
