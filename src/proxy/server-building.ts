/** Servers of a backend from its model: resolved addresses, ids, source ports. */
import type { AddressModel } from '../config/model.ts';
import { SocketAddress } from '../sys/socket-address.ts';
import type { Proxy } from './proxy.ts';
import { Server } from './server.ts';

/** The socket address of a server or check line; any-addresses stand for the loopback, as connect(2) treats them. */
export function socketAddress(address: AddressModel): SocketAddress {
  switch (address.kind) {
    case 'ipv4':
      return SocketAddress.ipv4(address.any ? '0.0.0.0' : address.host, address.portOffset === 'none' ? address.port : 0);
    case 'ipv6':
      return SocketAddress.ipv6(address.any ? '::' : address.host, address.portOffset === 'none' ? address.port : 0);
    case 'unix':
      return SocketAddress.unix(address.path);
    case 'abstract':
      return SocketAddress.abstract(address.path);
    case 'fd':
      throw new Error(`a server cannot be reached by descriptor fd@${address.fd}`);
  }
}

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
    proxy.servers.push(new Server(proxy, model, index, id, address, proxy.runtime.reactor.nowMs));
  });
}
