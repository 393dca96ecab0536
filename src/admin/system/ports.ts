/** Network ports as /sys/class/net tells them: link, speed, counters. Reading it starts no program. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { Port } from '../answers/system.ts';

const CLASS = '/sys/class/net';

/** `''`: there is no such file, or it has nothing to say while the port is down. */
function readText(...parts: readonly string[]): string {
  try {
    return readFileSync(join(CLASS, ...parts), 'utf8').trim();
  } catch {
    return '';
  }
}

function portNamed(name: string, addresses: readonly string[]): Port {
  const counter = (file: string): number => Number(readText(name, 'statistics', file));
  const carrier = readText(name, 'carrier');
  const speed = Number(readText(name, 'speed') || '0');
  const duplex = readText(name, 'duplex');
  return {
    name,
    physical: existsSync(join(CLASS, name, 'device')),
    state: readText(name, 'operstate') || 'unknown',
    carrier: carrier === '' ? null : carrier === '1',
    megabitsPerSecond: speed > 0 ? speed : null,
    duplex: duplex === 'full' || duplex === 'half' ? duplex : null,
    mac: readText(name, 'address'),
    mtu: Number(readText(name, 'mtu')),
    addresses,
    receivedBytes: counter('rx_bytes'),
    sentBytes: counter('tx_bytes'),
    receivedPackets: counter('rx_packets'),
    sentPackets: counter('tx_packets'),
    receiveErrors: counter('rx_errors'),
    sendErrors: counter('tx_errors'),
    receiveDrops: counter('rx_dropped'),
    sendDrops: counter('tx_dropped'),
  };
}

/** Without the loopback; physical ones first. */
export function readPorts(): readonly Port[] {
  const addresses = networkInterfaces();
  const names = existsSync(CLASS) ? readdirSync(CLASS) : [];
  return names
    .filter((name) => name !== 'lo' && existsSync(join(CLASS, name, 'operstate')))
    .map((name) =>
      portNamed(
        name,
        (addresses[name] ?? []).flatMap(({ cidr }) => cidr ?? []),
      ),
    )
    .sort((one, other) => Number(other.physical) - Number(one.physical) || one.name.localeCompare(other.name));
}
