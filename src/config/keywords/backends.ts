/** Keywords of the side that faces servers (manual 4.2): `balance`, `retries`, `source`, ... */

import type { ProxyDraft } from '../draft.ts';
import { BACKENDS, EVERYWHERE, type ProxyKeyword, proxyKeyword } from '../keyword.ts';
import { readInt32 } from '../numbers.ts';
import type { Statement } from '../statement.ts';
import { BALANCE_KEYWORDS } from './balance.ts';
import { numberParser } from './frontends.ts';
import { checkUsesrc } from './usesrc.ts';

function parseReuse(statement: Statement, proxy: ProxyDraft): void {
  const reuse = statement.word(1);
  if (reuse !== 'never' && reuse !== 'safe' && reuse !== 'aggressive' && reuse !== 'always') {
    statement.alert("'http-reuse' only supports 'never', 'safe', 'aggressive', 'always'.", 'spaced', 1);
    return;
  }
  proxy.httpReuse = reuse;
  statement.tooMany(0, 1);
}

function parseSource(statement: Statement, proxy: ProxyDraft): void {
  const text = statement.word(1);
  if (text === '') {
    statement.alert("'source' expects <addr>[:<port>], and optionally 'usesrc' <addr>, and 'interface' <name>.");
    return;
  }
  const result = statement.address(text, { port: 'optional', stream: true, datagram: false, connect: true });
  if ('error' in result) {
    statement.alert(`'source ${text}' : ${result.error}`, 'spaced', 1);
    return;
  }
  let interfaceName: string | undefined;
  for (let at = 2; statement.word(at) !== ''; at += 2) {
    const word = statement.word(at);
    if (word === 'usesrc') {
      const wrong = checkUsesrc(statement, at + 1, "<addr>[:<port>], 'client', or 'clientip'");
      if (wrong === undefined) statement.notImplemented('usesrc', at);
      else statement.alert(wrong, 'spaced', at + 1);
      return;
    }
    if (word !== 'interface') {
      statement.alert("'source' only supports optional keywords 'interface' and 'usesrc'.", 'spaced', at);
      return;
    }
    if (statement.word(at + 1) === '') {
      statement.alert("'source' : missing interface name.", 'spaced', at);
      return;
    }
    interfaceName = statement.word(at + 1);
  }
  proxy.source = { address: result.parsed.address, interface: interfaceName };
}

export const BACKEND_KEYWORDS: readonly ProxyKeyword[] = [
  ...BALANCE_KEYWORDS,
  proxyKeyword({
    name: 'retries',
    sections: BACKENDS,
    grammar: 'retries <number>',
    help: 'How often a failed connection to a server is tried again.',
    initially: '3',
    parse(statement, proxy) {
      if (statement.tooMany(1)) return;
      if (statement.word(1) === '') {
        statement.alert("'retries' expects an integer argument (dispatch counts for one).");
        return;
      }
      proxy.retries = readInt32(statement.word(1));
    },
  }),
  proxyKeyword({
    name: 'fullconn',
    sections: BACKENDS,
    grammar: 'fullconn <number>',
    help: 'The number of connections of the backend at which its servers may take their maxconn.',
    initially: 'a tenth of the maxconn of the frontends that lead here',
    capabilityHint: " Maybe you want 'maxconn' instead ?",
    parse: numberParser((proxy, value) => {
      proxy.fullconn = value;
    }),
  }),
  proxyKeyword({
    name: 'http-reuse',
    sections: BACKENDS,
    grammar: 'http-reuse {never | safe | aggressive | always}',
    help: 'Whether idle connections to servers serve other clients.',
    initially: 'safe',
    since: '1.6',
    parse: parseReuse,
  }),
  proxyKeyword({
    name: 'source',
    sections: BACKENDS,
    grammar: 'source <address>[:<port>] [interface <name>]',
    help: 'The address connections to servers come from.',
    parse: parseSource,
  }),
  proxyKeyword({
    name: 'usesrc',
    sections: EVERYWHERE,
    anywhere: true,
    grammar: 'usesrc {<address>[:<port>] | client | clientip | hdr_ip(<name>)}',
    help: 'Only within `source`.',
    implemented: false,
    parse(statement) {
      statement.alert("'usesrc' only allowed after a 'source' statement.");
    },
  }),
  proxyKeyword({
    name: 'http-send-name-header',
    sections: BACKENDS,
    grammar: 'http-send-name-header <name>',
    help: "Adds the server's name to requests in this header.",
    since: '1.4',
    parse(statement, proxy) {
      if (statement.word(1) === '') statement.alert("'http-send-name-header' requires a header string.");
      else proxy.httpSendNameHeader = statement.word(1).toLowerCase();
    },
  }),
];
