/** What the reader asks the machine: its interfaces, its accounts, its programs. Tests hand in another machine. */

import { accessSync, constants, readFileSync, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { groupByName, userByName } from '../../sys/credentials.ts';

export interface InterfaceFacts {
  readonly name: string;
  readonly mtu: number;
  readonly loopback: boolean;
  readonly multicast: boolean;
  readonly ethernet: boolean;
}

export interface Host {
  /** undefined: there is none of the name. */
  interface(name: string): InterfaceFacts | undefined;
  /** For hints. */
  interfaceNames(): readonly string[];
  user(name: string): { readonly uid: number; readonly gid: number } | undefined;
  group(name: string): number | undefined;
  /** Whether a program is there, by its path or in PATH. */
  programExists(name: string): boolean;
  readonly processors: number;
  /** A file of iproute2's names (`rt_tables` ...), undefined when there is none. */
  routingNames(file: string): string | undefined;
}

const FLAG_MULTICAST = 0x1000;
const HARDWARE_ETHERNET = 1;
const HARDWARE_LOOPBACK = 772;

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Not there, or not ours to read: both mean that nothing is known.
    return undefined;
  }
}

/** /proc/net is of our network namespace, wherever /sys was mounted. */
function interfaceNames(): readonly string[] {
  const lines = (readText('/proc/net/dev') ?? '').split('\n').slice(2);
  return lines.flatMap((line) => /^\s*([^\s:]+):/.exec(line)?.[1] ?? []);
}

function facts(name: string): InterfaceFacts | undefined {
  if (!interfaceNames().includes(name)) return undefined;
  const read = (file: string) => readText(join('/sys/class/net', name, file))?.trim();
  const type = Number(read('type') ?? (name === 'lo' ? HARDWARE_LOOPBACK : HARDWARE_ETHERNET));
  const flags = Number(read('flags') ?? FLAG_MULTICAST);
  return {
    name,
    mtu: Number(read('mtu') ?? 1500),
    loopback: type === HARDWARE_LOOPBACK,
    multicast: (flags & FLAG_MULTICAST) !== 0,
    ethernet: type === HARDWARE_ETHERNET,
  };
}

function programExists(name: string): boolean {
  const paths = name.includes('/') ? [name] : (process.env.PATH ?? '').split(delimiter).map((path) => join(path, name));
  return paths.some((path) => {
    try {
      realpathSync(path);
      if (!name.includes('/')) accessSync(path, constants.X_OK);
      return true;
    } catch {
      // Of the candidates in PATH most are not there.
      return false;
    }
  });
}

export function thisHost(): Host {
  return {
    interface: facts,
    interfaceNames,
    user(name) {
      const account = userByName(name);
      return typeof account === 'number' ? undefined : account;
    },
    group(name) {
      const gid = groupByName(name);
      return gid < 0 ? undefined : gid;
    },
    programExists,
    processors: navigator.hardwareConcurrency,
    routingNames: (file) => readText(join('/etc/iproute2', file)),
  };
}
