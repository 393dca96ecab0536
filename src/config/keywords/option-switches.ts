/** `option <name>` of the plain switches (manual 4.2): only their names are remembered. */

import type { ProxyDraft, ProxySection } from '../draft.ts';
import { BACKENDS, EVERYWHERE, FRONTENDS, type KeywordEntry } from '../keyword.ts';
import type { Statement } from '../statement.ts';

export interface OptionEntry extends KeywordEntry {
  /** Only in HTTP mode; ignored with a warning in TCP mode. */
  readonly http: boolean;
  /** A switch is only remembered by its name; the others do something of their own. */
  readonly parse: ((statement: Statement, proxy: ProxyDraft) => void) | undefined;
  readonly isSwitch: boolean;
}

type Words = { readonly since?: string; readonly help: string };

export function optionSwitch(
  name: string,
  sections: readonly ProxySection[],
  http: boolean,
  words: Words,
): OptionEntry {
  return {
    kind: 'option',
    name,
    sections,
    grammar: `option ${name}`,
    initially: 'off',
    since: words.since ?? '1.3',
    manual: '4.2',
    implemented: true,
    help: words.help,
    http,
    parse: undefined,
    isSwitch: true,
  };
}

/** A switch HAProxy has and we do not, yet. */
export function later(name: string, sections: readonly ProxySection[], http: boolean, help: string): OptionEntry {
  return { ...optionSwitch(name, sections, http, { help }), implemented: false };
}

/** In HAProxy's order: suggestions take the first of equals. */
export const SWITCHES: readonly OptionEntry[] = [
  optionSwitch('abortonclose', BACKENDS, false, { help: 'Drop requests whose client left while they wait.' }),
  optionSwitch('allbackups', BACKENDS, false, { help: 'Balance over all backup servers, not only the first.' }),
  later('checkcache', BACKENDS, true, 'Blocks responses with cookies that caches might keep.'),
  optionSwitch('clitcpka', FRONTENDS, false, { help: 'TCP keep-alive packets towards clients.' }),
  optionSwitch('contstats', FRONTENDS, false, {
    help: 'Count bytes while a transfer runs, not at its end: statistics include what has passed so far.',
  }),
  optionSwitch('dontlognull', FRONTENDS, false, { help: 'Do not log connections that sent nothing.' }),
  optionSwitch('http-buffer-request', EVERYWHERE, true, {
    since: '1.6',
    help: 'Wait for the whole request payload, or a buffer of it, before the rules run.',
  }),
  optionSwitch('http-ignore-probes', FRONTENDS, true, {
    since: '1.5',
    help: 'Neither answer nor log connections closed or timed out before a request.',
  }),
  later(
    'idle-close-on-response',
    FRONTENDS,
    true,
    'Idle clients are closed with the next response, not at once, when the process stops.',
  ),
  optionSwitch('prefer-last-server', BACKENDS, true, {
    since: '1.5',
    help: 'Stay on the server used last if possible.',
  }),
  optionSwitch('logasap', FRONTENDS, false, { help: 'Log when the response starts, with "+" before what will grow.' }),
  optionSwitch('nolinger', EVERYWHERE, false, { help: 'Close with a reset, keeping no data in flight.' }),
  later('persist', BACKENDS, false, 'Requests with a cookie go to its server even when that is down.'),
  optionSwitch('srvtcpka', BACKENDS, false, { help: 'TCP keep-alive packets towards servers.' }),
  optionSwitch('transparent', BACKENDS, false, {
    help: 'Without balancing: connect to where the client wanted to go.',
  }),
  later('splice-request', EVERYWHERE, false, 'Request payloads pass within the kernel.'),
  later('splice-response', EVERYWHERE, false, 'Response payloads pass within the kernel.'),
  later('splice-auto', EVERYWHERE, false, 'Payloads pass within the kernel where that seems to help.'),
  optionSwitch('accept-invalid-http-request', FRONTENDS, true, {
    help: 'Tolerate some invalid characters of clients.',
  }),
  optionSwitch('accept-invalid-http-response', BACKENDS, true, {
    help: 'Tolerate some invalid characters of servers.',
  }),
  optionSwitch('dontlog-normal', FRONTENDS, false, { help: 'Log only what did not end normally.' }),
  optionSwitch('log-separate-errors', FRONTENDS, false, { help: 'Log errors at level "err".' }),
  optionSwitch('log-health-checks', BACKENDS, false, { help: 'Log every change of a health check.' }),
  optionSwitch('socket-stats', FRONTENDS, false, { help: 'Statistics for each listener of the frontend.' }),
  optionSwitch('tcp-smart-accept', FRONTENDS, false, { help: 'No early ACK of the first data; the default in HTTP.' }),
  optionSwitch('tcp-smart-connect', BACKENDS, false, { help: 'Send data with the last ACK of the handshake.' }),
  later('independent-streams', EVERYWHERE, false, 'Data in one direction do not restart the timeout of the other.'),
  optionSwitch('http-use-proxy-header', FRONTENDS, true, {
    help: 'Requests whose target names a host are meant for a proxy: they are asked for credentials by a 407.',
  }),
  optionSwitch('http-pretend-keepalive', BACKENDS, true, {
    since: '1.4',
    help: 'Do not tell servers that their connection will be closed after the response.',
  }),
  optionSwitch('http-no-delay', EVERYWHERE, true, {
    since: '1.5',
    help: 'Send every piece at once, at the price of more packets. Nothing is ever held back here, so this is always so.',
  }),
  later(
    'h1-case-adjust-bogus-client',
    FRONTENDS,
    true,
    'Header names towards clients are in the case of h1-case-adjust.',
  ),
  later(
    'h1-case-adjust-bogus-server',
    BACKENDS,
    true,
    'Header names towards servers are in the case of h1-case-adjust.',
  ),
  optionSwitch('disable-h2-upgrade', FRONTENDS, true, {
    since: '2.4',
    help: 'HTTP/2 is not spoken to clients that begin with it unasked. It never is here, so this is always so.',
  }),
];
