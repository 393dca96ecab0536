/** Converters that look their input up in a stick table (manual 7.3.1): declared, and refused until there are some. */

import { type ConverterEntry, converter } from './converter.ts';

const TABLE = { arguments: ['table'], least: 1, implemented: false } as const;
const INDEXED = { arguments: ['integer', 'table'], least: 2, implemented: false, since: '2.5' } as const;
const DEFAULTED = { arguments: ['table', 'integer'], least: 1, implemented: false, since: '2.6' } as const;

const WHAT: Readonly<Record<string, string>> = {
  bytes_in_rate: 'Bytes per period from the client',
  bytes_out_rate: 'Bytes per period to the client',
  conn_cnt: 'Connections so far',
  conn_cur: 'Connections now',
  conn_rate: 'Connections per period',
  gpt0: 'The general purpose tag',
  gpc0: 'The first general purpose counter',
  gpc0_rate: 'The rate of the first general purpose counter',
  gpc1: 'The second general purpose counter',
  gpc1_rate: 'The rate of the second general purpose counter',
  http_err_cnt: 'HTTP errors so far',
  http_err_rate: 'HTTP errors per period',
  http_fail_cnt: 'HTTP failures so far',
  http_fail_rate: 'HTTP failures per period',
  http_req_cnt: 'HTTP requests so far',
  http_req_rate: 'HTTP requests per period',
  kbytes_in: 'Kilobytes from the client',
  kbytes_out: 'Kilobytes to the client',
  server_id: 'The number of the server',
  sess_cnt: 'Sessions so far',
  sess_rate: 'Sessions per period',
  trackers: 'Connections that track the entry',
};

export const TABLE_CONVERTERS: readonly ConverterEntry[] = [
  converter('in_table(<table>)', 'any => bool', 'Whether a table has an entry for it.', TABLE),
  ...Object.entries(WHAT).map(([name, what]) =>
    converter(`table_${name}(<table>)`, 'any => sint', `${what} of the entry in a table.`, TABLE),
  ),
  converter('table_expire(<table>[,<default_value>])', 'any => sint', "Time until an entry's end.", DEFAULTED),
  converter('table_idle(<table>[,<default_value>])', 'any => sint', 'Time since an entry was used.', DEFAULTED),
  converter('table_gpt(<idx>,<table>)', 'any => sint', 'One of the tags of an entry.', INDEXED),
  converter('table_gpc(<idx>,<table>)', 'any => sint', 'One of the counters of an entry.', INDEXED),
  converter('table_gpc_rate(<idx>,<table>)', 'any => sint', 'The rate of one of the counters.', INDEXED),
];
