/** Fetches whose machinery is yet to come: stick tables and track counters, compression, caches, FastCGI, HTX. */
import type { ArgumentType } from '../arguments.ts';
import type { SampleType } from '../sample-types.ts';
import { type FetchEntry, type FetchFacts, fetch } from './fetch-entry.ts';

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

/** Counters of one entry of a table; those of bytes have a source of their own in HAProxy. */
const COUNTERS = words(`
  bytes_in_rate bytes_out_rate clr_gpc0 clr_gpc1 conn_cnt conn_cur conn_rate get_gpc0 get_gpc1 get_gpt0 gpc0_rate
  gpc1_rate http_err_cnt http_err_rate http_fail_cnt http_fail_rate http_req_cnt http_req_rate inc_gpc0 inc_gpc1
  kbytes_in kbytes_out sess_cnt sess_rate
`);
/** Counters of an array: the index comes first. */
const INDEXED = words('clr_gpc get_gpc get_gpt gpc_rate inc_gpc');

const HTX = words('data free free_data nbblks size used');
function validateBlock([position = '']: readonly string[]): string | undefined {
  if (position === '') return 'a block position is expected (> 0) or a special block name (head, tail, first)';
  return /^(?:head|tail|first|\d+)$/.test(position) ? undefined : 'invalid block position';
}

const BLOCK: readonly (readonly [string, SampleType])[] = [
  ['data', 'bin'],
  ['hdrname', 'str'],
  ['hdrval', 'str'],
  ['size', 'sint'],
  ['start_line', 'str'],
  ['type', 'str'],
];

function later(facts: Omit<FetchFacts, 'implemented'>): FetchEntry {
  return fetch({ ...facts, implemented: false });
}

function tracked(name: string, types: readonly ArgumentType[], least: number, output: SampleType = 'sint'): FetchEntry {
  return later({
    name,
    output,
    source: name.includes('kbytes') ? 'client' : 'internal',
    manual: '7.3.3',
    arguments: types,
    least,
    help: 'A counter of a table entry that track rules keep.',
  });
}

function bySource(name: string, types: readonly ArgumentType[]): FetchEntry {
  return later({
    name,
    output: 'sint',
    source: 'client',
    manual: '7.3.3',
    arguments: types,
    least: types.length,
    help: 'A counter of the table entry of the client.',
  });
}

function trackCounters(): readonly FetchEntry[] {
  const all = [...COUNTERS, 'trackers'];
  return [
    ...['sc0_', 'sc1_', 'sc2_'].flatMap((prefix) => [
      ...all.map((name) => tracked(`${prefix}${name}`, ['table'], 0)),
      tracked(`${prefix}tracked`, ['table'], 0, 'bool'),
    ]),
    ...all.map((name) => tracked(`sc_${name}`, ['integer', 'table'], 1)),
    tracked('sc_tracked', ['integer', 'table'], 1, 'bool'),
    ...INDEXED.map((name) => tracked(`sc_${name}`, ['integer', 'integer', 'table'], 2)),
    // Only this one of the array counters has such a name in 2.6.
    tracked('sc1_clr_gpc', ['integer', 'table'], 1),
  ];
}

function tableFetch(name: string, help: string): FetchEntry {
  return later({
    name,
    output: 'sint',
    source: 'internal',
    manual: '7.3.2',
    arguments: ['table'],
    least: 1,
    help,
  });
}

export const LATER_FETCHES: readonly FetchEntry[] = [
  ...trackCounters(),
  ...[...COUNTERS, 'updt_conn_cnt'].map((name) => bySource(`src_${name}`, ['table'])),
  ...INDEXED.map((name) => bySource(`src_${name}`, ['integer', 'table'])),
  tableFetch('table_avl', 'Free entries of a table.'),
  tableFetch('table_cnt', 'Entries of a table that are in use.'),
  // Debian's HAProxy is built without it.
  later({
    name: '51d.all',
    output: 'str',
    source: 'requestHeaders',
    arguments: ['string', 'string', 'string', 'string', 'string'],
    least: 1,
    help: 'What 51Degrees knows of the device.',
  }),
  later({ name: 'res.cache_hit', output: 'bool', source: 'server', since: '2.3', help: 'It came from a cache.' }),
  later({ name: 'res.cache_name', output: 'str', source: 'server', since: '2.3', help: 'The cache it came from.' }),
  later({
    name: 'res.comp',
    output: 'bool',
    source: 'response',
    since: '1.6',
    help: 'The response is compressed here.',
  }),
  later({ name: 'res.comp_algo', output: 'str', source: 'response', since: '1.6', help: 'How it is compressed.' }),
  later({
    name: 'fcgi.docroot',
    output: 'str',
    source: 'requestHeaders',
    since: '2.1',
    help: 'docroot of the fcgi-app.',
  }),
  later({ name: 'fcgi.index', output: 'str', source: 'requestHeaders', since: '2.1', help: 'index of the fcgi-app.' }),
  ...HTX.map((name) =>
    later({
      name: `internal.htx.${name}`,
      output: 'sint',
      source: ['requestHeaders', 'responseHeaders'],
      manual: '7.3.7',
      since: '2.1',
      help: "A size of HAProxy's own form of the message.",
    }),
  ),
  later({
    name: 'internal.htx.has_eom',
    output: 'bool',
    source: ['requestHeaders', 'responseHeaders'],
    manual: '7.3.7',
    since: '2.4',
    help: "HAProxy's own form of the message has its end.",
  }),
  ...BLOCK.map(([name, output]) =>
    later({
      name: `internal.htx_blk.${name}`,
      output,
      source: ['requestHeaders', 'responseHeaders'],
      manual: '7.3.7',
      since: '2.1',
      arguments: ['string'],
      least: 1,
      validate: validateBlock,
      help: "A block of HAProxy's own form of the message.",
    }),
  ),
  later({
    name: 'internal.strm.is_htx',
    output: 'bool',
    source: 'internal',
    manual: '7.3.7',
    since: '2.1',
    help: 'The stream is in HTX form.',
  }),
];
