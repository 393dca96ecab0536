/** Fetches that ask nothing of proxies or traffic: constants, clocks, the process (manual 7.3.2). */
import { randomInt, randomUUID } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { hostname } from 'node:os';
import { methodNumber } from '../../http/methods.ts';
import { SocketAddress } from '../../sys/socket-address.ts';
import { readIpv4 } from '../casts.ts';
import { type CompiledFetch, type FetchMaker, simple } from '../fetch.ts';
import { BIN, BOOL, IPV4, IPV6, METH, type Sample, SINT, STR } from '../sample.ts';

/** Where the address begins in sockaddr_in6. */
const IPV6_AT = 8;
const TWO_32 = 2 ** 32;

function one(type: number, read: (sample: Sample) => boolean): CompiledFetch {
  return { type, read: (_context, sample) => read(sample), next: null };
}

function bytesOf(type: typeof STR | typeof BIN, bytes: Buffer): CompiledFetch {
  return one(type, (sample) => sample.setBytes(type, bytes, 0, bytes.length));
}

function text(value: string): CompiledFetch {
  return bytesOf(STR, Buffer.from(value, 'latin1'));
}

function constantMethod([name = '']: readonly string[]): CompiledFetch {
  const bytes = Buffer.from(name, 'latin1');
  const number = methodNumber(bytes, 0, bytes.length);
  return one(METH, (sample) => {
    sample.type = METH;
    sample.integer = number;
    sample.set(bytes, 0, bytes.length);
    return true;
  });
}

function constantIpv4([address = '']: readonly string[]): CompiledFetch {
  const bytes = Buffer.from(address, 'latin1');
  const value = isIPv4(address) ? readIpv4(bytes, 0, bytes.length) : 0;
  return one(IPV4, (sample) => sample.setIpv4(value));
}

function constantIpv6([address = '']: readonly string[]): CompiledFetch {
  const { bytes } = SocketAddress.ipv6(address, 0);
  return one(IPV6, (sample) => sample.setIpv6(bytes, IPV6_AT));
}

/** Wall time in microseconds since 1970. */
function nowMicroseconds(): number {
  return Math.floor((performance.timeOrigin + performance.now()) * 1000);
}

const UNITS: Readonly<Record<string, number>> = { s: 1_000_000, ms: 1000, us: 1 };

/** The next evaluation gives another value. */
function changing(sample: Sample): void {
  sample.mayChange = true;
}

function date([offset = '0', unit = 's']: readonly string[]): CompiledFetch {
  const moved = BigInt(offset);
  const divisor = UNITS[unit] ?? 1;
  return one(SINT, (sample) => {
    changing(sample);
    return sample.setInteger(BigInt(Math.floor(nowMicroseconds() / divisor)) + moved);
  });
}

/** The environment as it was when the expression was compiled: nobody changes it afterwards. */
function environmentVariable([name = '']: readonly string[]): CompiledFetch {
  const value = process.env[name];
  return value === undefined ? one(STR, () => false) : bytesOf(STR, Buffer.from(value, 'utf8'));
}

function random([range]: readonly string[]): CompiledFetch {
  const limit = range === undefined ? undefined : BigInt.asUintN(64, BigInt(range));
  return one(SINT, (sample) => {
    changing(sample);
    const value = randomInt(TWO_32);
    if (limit === undefined) return sample.setInteger(value);
    return sample.setInteger(BigInt.asIntN(64, BigInt.asUintN(64, BigInt(value) * limit) >> 32n));
  });
}

const HOSTNAME = text(hostname());
const ONE = one(SINT, (sample) => sample.setInteger(1));

export const CONSTANT_FETCHES: readonly (readonly [string, FetchMaker])[] = [
  ['always_true', simple(BOOL, (_context, sample) => sample.setBoolean(true))],
  ['always_false', simple(BOOL, (_context, sample) => sample.setBoolean(false))],
  ['bin', ([digits = '']) => bytesOf(BIN, Buffer.from(digits, 'hex'))],
  ['bool', ([value = '']) => one(BOOL, (sample) => sample.setBoolean(/^(?:true|1)$/i.test(value)))],
  ['int', ([value = '0']) => one(SINT, (sample) => sample.setInteger(BigInt(value)))],
  ['ipv4', constantIpv4],
  ['ipv6', constantIpv6],
  ['meth', constantMethod],
  ['str', ([value = '']) => text(value)],
  ['date', date],
  [
    'date_us',
    simple(SINT, (_context, sample) => {
      changing(sample);
      return sample.setInteger(nowMicroseconds() % 1_000_000);
    }),
  ],
  ['env', environmentVariable],
  ['hostname', () => HOSTNAME],
  ['nbproc', () => ONE],
  ['proc', () => ONE],
  ['rand', random],
  ['thread', simple(SINT, (_context, sample) => sample.setInteger(0))],
  [
    'uuid',
    simple(STR, (_context, sample) => {
      changing(sample);
      return sample.setText(randomUUID());
    }),
  ],
];
