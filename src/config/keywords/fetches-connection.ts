/** Fetches about the connections to client and server (manual 7.3.3). */
import { type FetchEntry, type FetchFacts, fetch, type MoreFacts } from './fetch-entry.ts';

function client(name: string, output: FetchFacts['output'], help: string, more: MoreFacts = {}): FetchEntry {
  return fetch({ name, output, source: 'client', manual: '7.3.3', help, ...more });
}

function server(name: string, output: FetchFacts['output'], help: string, more: MoreFacts = {}): FetchEntry {
  return fetch({ name, output, source: 'serverAddress', manual: '7.3.3', since: '2.4', help, ...more });
}

function validateUnit([unit]: readonly string[]): string | undefined {
  if (unit === undefined) return 'Unexpected arg type';
  return unit === 'us' || unit === 'ms' ? undefined : `expects 'us' or 'ms', got '${unit}'`;
}

/** HAProxy only asks for the unit where there are parentheses. */
const TIME: MoreFacts = {
  arguments: ['string'],
  validate: (values) => (values.length === 0 ? undefined : validateUnit(values)),
};
const COUNTER: MoreFacts = { arguments: ['string'] };
const NEWER: MoreFacts = { since: '2.5' };

export const CONNECTION_FETCHES: readonly FetchEntry[] = [
  client('src', 'ipv4', 'The address the client came from, or what the PROXY protocol said it was.'),
  client('src_port', 'sint', 'The port the client came from.'),
  client('src_is_local', 'bool', 'The address the client came from is one of this machine.', { since: '1.7' }),
  client('dst', 'ipv4', 'The address the client connected to, or what the PROXY protocol said it was.'),
  client('dst_port', 'sint', 'The port the client connected to.'),
  client('dst_is_local', 'bool', 'The address the client connected to is one of this machine.', { since: '1.7' }),
  client('fc_src', 'ipv4', 'The source address of the connection, whatever rules made of it since.', NEWER),
  client('fc_src_port', 'sint', 'The source port of the connection, whatever rules made of it since.', NEWER),
  client('fc_src_is_local', 'bool', 'fc_src is an address of this machine.', NEWER),
  client('fc_dst', 'ipv4', 'The destination address of the connection, whatever rules made of it since.', NEWER),
  client('fc_dst_port', 'sint', 'The destination port of the connection, whatever rules made of it since.', NEWER),
  client('fc_dst_is_local', 'bool', 'fc_dst is an address of this machine.', NEWER),
  client('fc_err', 'sint', 'What went wrong with the connection, as a number; 0: nothing.', NEWER),
  client('fc_err_str', 'str', 'What went wrong with the connection, in words.', NEWER),
  client('fc_http_major', 'sint', 'The major HTTP version the client speaks.', { since: '1.8' }),
  client('fc_pp_authority', 'str', 'The host name that came with the PROXY protocol.', { since: '2.1' }),
  client('fc_pp_unique_id', 'str', 'The unique ID that came with the PROXY protocol.', { since: '2.2' }),
  client('fc_rcvd_proxy', 'bool', 'The connection began with a PROXY header.', { since: '1.7' }),
  client('fc_rtt', 'sint', 'The round trip time that the kernel measured, in ms or us.', { ...TIME, since: '1.7' }),
  client('fc_rttvar', 'sint', 'The variance of the round trip time, in ms or us.', { ...TIME, since: '1.7' }),
  client('fc_fackets', 'sint', 'The fackets counter of the kernel.', { ...COUNTER, since: '1.7' }),
  client('fc_lost', 'sint', 'Segments that the kernel takes for lost.', { ...COUNTER, since: '1.7' }),
  client('fc_reordering', 'sint', 'The reordering that the kernel saw.', { ...COUNTER, since: '1.7' }),
  client('fc_retrans', 'sint', 'Segments that the kernel sends again now.', { ...COUNTER, since: '1.7' }),
  client('fc_sacked', 'sint', 'Segments that were acknowledged selectively.', { ...COUNTER, since: '1.7' }),
  client('fc_unacked', 'sint', 'Segments that wait for their acknowledgement.', { ...COUNTER, since: '1.7' }),
  server('bc_src', 'sint', 'The address we came from to the server.'),
  server('bc_src_port', 'sint', 'The port we came from to the server.'),
  server('bc_dst', 'sint', 'The address of the connection to the server.'),
  server('bc_dst_port', 'sint', 'The port of the connection to the server.'),
  server('bc_err', 'sint', 'What went wrong with the connection to the server, as a number; 0: nothing.', NEWER),
  server('bc_err_str', 'str', 'What went wrong with the connection to the server, in words.', NEWER),
  server('bc_http_major', 'sint', 'The major HTTP version the server is spoken to with.', { since: '1.9' }),
];
