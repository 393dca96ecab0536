/** Fetches that ask nothing of proxies or traffic: constants, clocks, the process (manual 7.3.2). */
import { type FetchEntry, type FetchFacts, fetch, type MoreFacts } from './fetch-entry.ts';

function constant(name: string, output: FetchFacts['output'], help: string, more: MoreFacts = {}): FetchEntry {
  return fetch({ name, output, source: 'constant', manual: '7.3.2', help, ...more });
}

function validateBoolean([text = '']: readonly string[]): string | undefined {
  return /^(?:true|false|0|1)$/i.test(text) ? undefined : "Expects 'true', 'false', '0' or '1'";
}

function validateHexadecimal([text = '']: readonly string[]): string | undefined {
  // HAProxy has no words for it.
  if (text === '') return '(null)';
  if (text.length % 2 === 1) return 'an even number of hex digit is expected';
  const wrong = /[^0-9a-fA-F]/.exec(text)?.[0];
  return wrong === undefined ? undefined : `an hex digit is expected (found '${wrong}')`;
}

function validateMethod([text = '']: readonly string[]): string | undefined {
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]*$/.test(text) ? undefined : 'expects valid method.';
}

function validateDate([, unit]: readonly string[]): string | undefined {
  if (unit === undefined || unit === 's' || unit === 'ms' || unit === 'us') return undefined;
  return `expects 's', 'ms' or 'us', got '${unit}'`;
}

function validateUuid([version = '4']: readonly string[]): string | undefined {
  return version === '4' ? undefined : `Unsupported UUID version: '${version}'`;
}

export const CONSTANT_FETCHES: readonly FetchEntry[] = [
  constant('always_true', 'bool', 'Always true.'),
  constant('always_false', 'bool', 'Always false.'),
  constant('bin', 'bin', 'Bytes written in hexadecimal.', {
    arguments: ['string'],
    least: 1,
    validate: validateHexadecimal,
  }),
  constant('bool', 'bool', 'True or false as written.', { arguments: ['string'], least: 1, validate: validateBoolean }),
  constant('int', 'sint', 'The number as written.', { arguments: ['integer'], least: 1 }),
  constant('ipv4', 'ipv4', 'The IPv4 address as written.', { arguments: ['ipv4'], least: 1 }),
  constant('ipv6', 'ipv6', 'The IPv6 address as written.', { arguments: ['ipv6'], least: 1 }),
  constant('meth', 'meth', 'The HTTP method as written.', {
    arguments: ['string'],
    least: 1,
    validate: validateMethod,
  }),
  constant('str', 'str', 'The text as written.', { arguments: ['string'], least: 1 }),
  constant('date', 'sint', 'The date in seconds since 1970 (or ms, us), moved by an offset in that unit.', {
    arguments: ['integer', 'string'],
    validate: validateDate,
  }),
  constant('date_us', 'sint', 'The microseconds of the current second.'),
  constant('env', 'str', 'An environment variable of the process as it was at its start.', {
    arguments: ['string'],
    least: 1,
  }),
  constant('hostname', 'str', 'The name of the machine.'),
  constant('nbproc', 'sint', 'The number of processes: 1.'),
  constant('proc', 'sint', 'The number of the process among them: 1.'),
  constant('rand', 'sint', 'A random number below 2^32, or below the argument.', { arguments: ['integer'] }),
  constant('thread', 'sint', 'The number of the thread that serves the connection, from 0.'),
  constant('unique-id', 'str', 'The ID that unique-id-format gives the request.', { manual: '7.3.6' }),
  constant('uuid', 'str', 'A random UUID of version 4.', {
    arguments: ['integer'],
    validate: validateUuid,
    since: '2.1',
  }),
];
