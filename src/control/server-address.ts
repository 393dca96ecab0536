/** `set server <b>/<s> addr <ip> [port <port>]` (management manual 9.3). */

import { isIP } from 'node:net';
import type { Server } from '../proxy/server.ts';
import { AF_INET, AF_INET6 } from '../sys/socket.ts';
import { SocketAddress } from '../sys/socket-address.ts';
import { type CommandAnswer, failure, notice } from './command.ts';

const WARNING = 4;
const BY = " by 'stats socket command'\n";

function withHost(host: string, port: number): SocketAddress {
  return isIP(host) === 6 ? SocketAddress.ipv6(host, port) : SocketAddress.ipv4(host, port);
}

/** Changes where new connections go; those that exist stay, idle ones are closed. */
export function setServerAddress(server: Server, words: readonly string[]): CommandAnswer {
  const host = words[4] ?? '';
  if (host === '') {
    return failure('set server <b>/<s> addr requires an address and optionally a port.\n');
  }
  const report = (text: string): CommandAnswer => notice(WARNING, text + BY);
  if (isIP(host) === 0) {
    return report(
      host.startsWith('/')
        ? 'Update to families other than AF_INET and AF_INET6 supported only through configuration file'
        : `Invalid addr '${host}'`,
    );
  }
  const { address } = server;
  if (address.family !== AF_INET && address.family !== AF_INET6) {
    return report('Update for the current server address family is only supported through configuration file');
  }
  const reports: string[] = [];
  let next = address;
  const wanted = withHost(host, address.port);
  if (wanted.equals(address)) {
    reports.push('no need to change the addr');
  } else {
    reports.push(`IP changed from '${address.host}' to '${host}'`);
    next = wanted;
  }
  if (words[5] === 'port') {
    const text = words[6] ?? '';
    const port = Number.parseInt(text, 10);
    if (Number.isNaN(port)) {
      reports.push(`problem converting port '${text}' to an int`);
    } else if (/^[+-]/.test(text)) {
      return failure("'set server addr' with a port offset is not implemented yet.\n");
    } else if (port === address.port) {
      reports.push('no need to change the port');
    } else {
      reports.push(`port changed from '${address.port}' to '${port}'`);
      next = next.withPort(port & 0xffff);
    }
  }
  if (next !== address) {
    server.address = next;
    server.addressChanges++;
    server.closeIdle();
  }
  return report(reports.join(', '));
}
