/** Keywords of the side that faces servers (manual 4.2): `balance`, `retries`, `source`, ... */

import type { ProxyDraft } from '../draft.ts';
import { BACKENDS, EVERYWHERE, type ProxyKeyword, proxyKeyword } from '../keyword.ts';
import type { BalanceModel } from '../model.ts';
import { readInt32 } from '../numbers.ts';
import type { Statement } from '../statement.ts';
import { numberParser } from './frontends.ts';

const ALGORITHMS: readonly BalanceModel['algorithm'][] = ['roundrobin', 'static-rr', 'first', 'leastconn', 'source'];

/** Known to HAProxy; the last ones take arguments in parentheses. */
const LATER_ALGORITHMS = /^(?:uri|url_param|hash|random|hdr|rdp-cookie)(?:$|\(|\s)/;

function parseBalance(statement: Statement, proxy: ProxyDraft): void {
  const name = statement.word(1);
  if (name === '') {
    proxy.balance = 'roundrobin';
    return;
  }
  const algorithm = ALGORITHMS.find((known) => known === name);
  if (algorithm !== undefined) proxy.balance = algorithm;
  else if (LATER_ALGORITHMS.test(name)) statement.notImplemented(`balance ${name}`, 1);
  else {
    statement.alert(
      "balance only supports 'roundrobin', 'static-rr', 'leastconn', 'source', 'uri', 'url_param', 'hdr(name)' " +
        "and 'rdp-cookie(name)' options.",
      'spaced',
      1,
    );
  }
}

const FUNCTIONS: readonly BalanceModel['hashFunction'][] = ['sdbm', 'djb2', 'wt6', 'crc32'];

function parseHashType(statement: Statement, proxy: ProxyDraft): void {
  const type = statement.word(1);
  if (type === 'avalanche') {
    statement.alert(
      "experimental feature 'hash-type avalanche' is not supported anymore, please use 'hash-type map-based sdbm " +
        "avalanche' instead.",
      'spaced',
      1,
    );
    return;
  }
  if (type !== 'consistent' && type !== 'map-based') {
    statement.alert("'hash-type' only supports 'consistent' and 'map-based'.", 'spaced', 1);
    return;
  }
  const name = statement.word(2);
  if (name === '') {
    // Without a function, consistent hashing also mixes the result.
    proxy.hash = { hashType: type, hashFunction: 'sdbm', hashAvalanche: type === 'consistent' };
    return;
  }
  const hashFunction = FUNCTIONS.find((known) => known === name);
  if (hashFunction === undefined) {
    statement.alert("'hash-type' only supports 'sdbm', 'djb2', 'crc32', or 'wt6' hash functions.", 'spaced', 2);
    return;
  }
  const modifier = statement.word(3);
  if (modifier !== '' && modifier !== 'avalanche') {
    statement.alert("'hash-type' only supports 'avalanche' as a modifier for hash functions.", 'spaced', 3);
    return;
  }
  proxy.hash = { hashType: type, hashFunction, hashAvalanche: modifier === 'avalanche' };
}

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
      statement.notImplemented('usesrc', at);
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
  proxyKeyword({
    name: 'balance',
    sections: BACKENDS,
    grammar: 'balance {roundrobin | static-rr | leastconn | first | source}',
    help: 'How a server is chosen.',
    initially: 'roundrobin',
    parse: parseBalance,
  }),
  proxyKeyword({
    name: 'hash-type',
    sections: BACKENDS,
    grammar: 'hash-type {map-based | consistent} [{sdbm | djb2 | wt6 | crc32} [avalanche]]',
    help: 'How a hash leads to a server. `balance source` hashes without a function, so that only its avalanche matters.',
    initially: 'map-based sdbm',
    since: '1.4',
    parse: parseHashType,
  }),
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
