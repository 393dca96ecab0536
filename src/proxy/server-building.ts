/** Servers of a backend from its model: resolved addresses, ids, source ports. */
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
}
