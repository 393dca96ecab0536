/** The grammar of stick tables (manual 4.2 `stick-table`, 3.5 `table`), which are not implemented yet. */

import { readSize } from '../action.ts';
import { parseTime, readInt32 } from '../numbers.ts';
import type { Statement } from '../statement.ts';
import type { Complaint } from './grammar.ts';

/** What a table may store: needs a period, a number of elements, both, or nothing. */
const DATA_TYPES: ReadonlyMap<string, 'plain' | 'period' | 'array' | 'array-period'> = new Map([
  ...['server_id', 'gpt0', 'gpc0', 'conn_cnt', 'conn_cur', 'sess_cnt', 'http_req_cnt', 'http_err_cnt'].map(
    (name) => [name, 'plain'] as const,
  ),
  ...['bytes_in_cnt', 'bytes_out_cnt', 'gpc1', 'server_key', 'http_fail_cnt'].map((name) => [name, 'plain'] as const),
  ...['gpc0_rate', 'gpc1_rate', 'conn_rate', 'sess_rate', 'http_req_rate', 'http_err_rate', 'http_fail_rate'].map(
    (name) => [name, 'period'] as const,
  ),
  ...['bytes_in_rate', 'bytes_out_rate'].map((name) => [name, 'period'] as const),
  ['gpt', 'array'],
  ['gpc', 'array'],
  ['gpc_rate', 'array-period'],
]);

const WHAT: readonly (readonly [beginning: string, what: string])[] = [
  ['server_id', 'the server by its number'],
  ['server_key', 'the server by its name'],
  ['gpt', 'tags'],
  ['gpc', 'counters that rules raise'],
  ['conn_cur', 'open connections'],
  ['conn', 'connections'],
  ['sess', 'sessions'],
  ['http_req', 'requests'],
  ['http_err', 'wrong requests'],
  ['http_fail', 'failed responses'],
  ['bytes_in', 'bytes of clients'],
  ['bytes_out', 'bytes of servers'],
];

function described(name: string): string {
  const what = WHAT.find(([beginning]) => name.startsWith(beginning))?.[1] ?? '';
  return name.endsWith('_rate') ? `Rate of ${what}.` : `Stores ${what}.`;
}

/** Name, grammar, since and help of each. */
export const TABLE_DATA = [...DATA_TYPES].map(([name, takes]) => {
  const parameters = { plain: '', period: '(<period>)', array: '(<count>)', 'array-period': '(<count>,<period>)' }[
    takes
  ];
  return [name, `${name}${parameters}`, '1.4', described(name)] as const;
});

const KEY_TYPES: ReadonlySet<string> = new Set(['ip', 'ipv6', 'integer', 'string', 'binary']);
const LARGEST_ARRAY = 100;

function checkStored(option: string, stored: Set<string>): string | undefined {
  const match = /^([^(]*)(?:\(([^)]*)(\))?)?/.exec(option);
  const name = match?.[1] ?? '';
  const given = match?.[2];
  if (given !== undefined && match?.[3] === undefined) {
    return `missing closing parenthesis after store option '${name}'.`;
  }
  const kind = DATA_TYPES.get(name);
  if (kind === undefined) return `unknown store option '${name}'.`;
  if (stored.has(name)) return undefined;
  const words = given?.split(',') ?? [];
  if (kind.startsWith('array')) {
    const count = words.shift();
    if (count === undefined) return `missing argument to store option '${name}'.`;
    const size = readInt32(count);
    if (size < 1 || size > LARGEST_ARRAY) {
      return `array size is out of allowed range (1-${LARGEST_ARRAY}) for store option '${name}'.`;
    }
  }
  const [period] = words;
  if (kind.endsWith('period')) {
    if (period === undefined) return `missing argument to store option '${name}'.`;
    if (parseTime(period).kind !== 'value') return `error when processing store option '${name}'.`;
  } else if (period !== undefined) return `unexpected argument to store option '${name}'.`;
  stored.add(name);
  return undefined;
}

function checkTogether(stored: ReadonlySet<string>): string | undefined {
  const refuse = (one: string, others: string): string =>
    `simultaneous usage of '${one}' and '${others}' in a same table is not permitted as '${one}' overrides '${others}'.`;
  if (stored.has('gpt') && stored.has('gpt0')) return refuse('gpt', 'gpt0');
  if (stored.has('gpc') && (stored.has('gpc0') || stored.has('gpc1'))) return refuse('gpc', 'gpc[0/1]');
  if (stored.has('gpc_rate') && (stored.has('gpc0_rate') || stored.has('gpc1_rate'))) {
    return refuse('gpc_rate', 'gpc[0/1]_rate');
  }
  return undefined;
}

/** Splits at commas that are not within parentheses. */
function splitOptions(text: string): readonly string[] {
  return text.match(/[^,(]*(?:\([^)]*\)?[^,]*)?(?:,|$)/g)?.map((part) => part.replace(/,$/, '')) ?? [];
}

function checkExpiry(statement: Statement, at: number): Complaint | undefined {
  const text = statement.word(at);
  const time = parseTime(text);
  const name = statement.keyword;
  const limits = { over: 'overflow', under: 'underflow' };
  const bounds = { over: 'maximum value is 2147483647 ms (~24.8 days)', under: 'minimum non-null value is 1 ms' };
  switch (time.kind) {
    case 'value':
      return undefined;
    case 'character':
      return {
        message: `${name}: unexpected character '${time.character}' in argument of 'expire'.`,
        index: at,
      };
    default: {
      const message = `${name}: timer ${limits[time.kind]} in argument <${text}> to <expire>, ${bounds[time.kind]}.`;
      return { message, style: 'tight', index: at };
    }
  }
}

/** Checks the words of a table from `start` on; `inPeers`: as a `table` line of a peers section. */
export function checkStickTable(statement: Statement, start: number, inPeers: boolean): Complaint | undefined {
  const name = statement.keyword;
  const stored = new Set<string>();
  let size = 0;
  let typed = false;
  const complain = (message: string, index: number): Complaint => ({ message: `${name}: ${message}`, index });
  for (let at = start; statement.word(at) !== ''; at++) {
    const word = statement.word(at);
    const value = statement.word(at + 1);
    if (word === 'nopurge') continue;
    if (word === 'size' || word === 'expire' || (word === 'peers' && !inPeers)) {
      if (value === '') return complain(`missing argument after '${word}'.`, at);
      if (word === 'size') {
        const read = /^\d/.test(value) ? readSize(value) : { error: `unexpected character '${value.charAt(0)}'` };
        if (typeof read !== 'number') return complain(`${read.error} in argument of 'size'.`, at + 1);
        size = read;
      } else if (word === 'expire') {
        const complaint = checkExpiry(statement, at + 1);
        if (complaint !== undefined) return complaint;
      }
      at++;
    } else if (word === 'type') {
      if (!KEY_TYPES.has(value)) return complain(`unknown type '${value}'.`, at + 1);
      typed = true;
      at++;
      if ((value === 'string' || value === 'binary') && statement.word(at + 1) === 'len') {
        at += 2;
        if (readInt32(statement.word(at)) === 0) return complain(`unknown type '${statement.word(at)}'.`, at);
      }
    } else if (word === 'store') {
      for (const option of splitOptions(value).filter((part) => part !== '')) {
        const wrong = checkStored(option, stored);
        if (wrong !== undefined) return complain(wrong, at + 1);
      }
      const clash = checkTogether(stored);
      if (clash !== undefined) return complain(clash, at + 1);
      at++;
    } else if (word === 'srvkey') {
      if (value !== 'name' && value !== 'addr') {
        return { message: `${name} : unknown server key type '${value}'.`, index: at + 1 };
      }
      at++;
    } else return complain(`unknown argument '${word}'.`, at);
  }
  if (size === 0) return complain('missing size.', 0);
  return typed ? undefined : complain('missing type.', 0);
}
