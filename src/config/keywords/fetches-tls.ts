/**
 * Fetches about TLS connections and certificates (manual 7.3.4). Connections are not encrypted here, so those that ask
 * whether something is so have their answer, and the others are refused.
 */
import type { ArgumentType } from '../arguments.ts';
import type { SampleType } from '../sample-types.ts';
import { type FetchEntry, fetch } from './fetch-entry.ts';

type Family = readonly (readonly [name: string, output: SampleType, types?: readonly ArgumentType[]])[];

const NAME_PART: readonly ArgumentType[] = ['string', 'integer', 'string'];

function validateFormat([, , form = '']: readonly string[]): string | undefined {
  if (form === '' || form === 'rfc2253') return undefined;
  return 'only rfc2253 or a blank value are currently supported as the format argument.';
}

/** What is told of a certificate: the client's (`ssl_c_`), ours (`ssl_f_`), the server's (`ssl_s_`). */
const CERTIFICATE: Family = [
  ['der', 'bin'],
  ['i_dn', 'str', NAME_PART],
  ['key_alg', 'str'],
  ['notafter', 'str'],
  ['notbefore', 'str'],
  ['s_dn', 'str', NAME_PART],
  ['serial', 'bin'],
  ['sha1', 'bin'],
  ['sig_alg', 'str'],
  ['version', 'sint'],
];

const CLIENT_CERTIFICATE: Family = [
  ...CERTIFICATE,
  ['ca_err', 'sint'],
  ['ca_err_depth', 'sint'],
  ['chain_der', 'bin'],
  ['err', 'sint'],
  ['verify', 'sint'],
];

/** What is told of a connection: of the client's (`ssl_fc_`), of the server's (`ssl_bc_`). */
const CONNECTION: Family = [
  ['alg_keysize', 'sint'],
  ['alpn', 'str'],
  ['cipher', 'str'],
  ['client_random', 'bin'],
  ['err', 'sint'],
  ['err_str', 'str'],
  ['npn', 'str'],
  ['protocol', 'str'],
  ['server_random', 'bin'],
  ['session_id', 'bin'],
  ['session_key', 'bin'],
  ['unique_id', 'bin'],
  ['use_keysize', 'sint'],
];

const CLIENT_CONNECTION: Family = [
  ...CONNECTION,
  ['cipherlist_bin', 'str', ['integer']],
  ['cipherlist_hex', 'bin', ['integer']],
  ['cipherlist_str', 'str', ['integer']],
  ['cipherlist_xxh', 'sint'],
  ['client_early_traffic_secret', 'str'],
  ['client_handshake_traffic_secret', 'str'],
  ['client_traffic_secret_0', 'str'],
  ['early_exporter_secret', 'str'],
  ['ecformats_bin', 'str'],
  ['eclist_bin', 'str', ['integer']],
  ['exporter_secret', 'str'],
  ['extlist_bin', 'str', ['integer']],
  ['protocol_hello_id', 'sint'],
  ['server_handshake_traffic_secret', 'str'],
  ['server_traffic_secret_0', 'str'],
  ['sni', 'str'],
];

function later(prefix: string, family: Family, source: 'clientConnection' | 'serverConnection'): readonly FetchEntry[] {
  return family.map(([name, output, types = []]) =>
    fetch({
      name: `${prefix}${name}`,
      output,
      source,
      arguments: types,
      ...(types === NAME_PART ? { validate: validateFormat } : {}),
      implemented: false,
      manual: '7.3.4',
      help: 'A fact about the TLS connection or its certificates.',
    }),
  );
}

function question(name: string, help: string, since: string, side: 'client' | 'server' = 'client'): FetchEntry {
  return fetch({ name, output: 'bool', source: `${side}Connection`, manual: '7.3.4', since, help });
}

export const TLS_FETCHES: readonly FetchEntry[] = [
  question('ssl_fc', 'The client came over TLS.', '1.5'),
  question('ssl_fc_has_crt', 'The client showed a certificate.', '1.5'),
  question('ssl_fc_has_early', 'The request came as early data.', '1.8'),
  question('ssl_fc_has_sni', 'The client named a server in its TLS hello.', '1.5'),
  question('ssl_fc_is_resumed', 'The TLS session of the client was resumed.', '1.5'),
  question('ssl_c_used', 'The client showed a certificate in this connection.', '1.5'),
  question('ssl_bc', 'The server is spoken to over TLS.', '1.5', 'server'),
  question('ssl_bc_is_resumed', 'The TLS session with the server was resumed.', '1.9', 'server'),
  ...later('ssl_fc_', CLIENT_CONNECTION, 'clientConnection'),
  ...later('ssl_bc_', CONNECTION, 'serverConnection'),
  ...later('ssl_c_', CLIENT_CERTIFICATE, 'clientConnection'),
  ...later('ssl_f_', CERTIFICATE, 'clientConnection'),
  ...later('ssl_s_', [...CERTIFICATE, ['chain_der', 'bin']], 'clientConnection'),
];
