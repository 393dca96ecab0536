/** How a backend chooses among its servers (manual 4.2): `balance`, `hash-type`, `hash-balance-factor`. */

import type { ProxyDraft } from '../draft.ts';
import { parseExpression } from '../expression.ts';
import { BACKENDS, type ProxyKeyword, proxyKeyword } from '../keyword.ts';
import type { BalanceAlgorithm, BalanceKeyModel, BalanceModel } from '../model.ts';
import { readInt32 } from '../numbers.ts';
import { kindOf, type Statement } from '../statement.ts';
import { pointMask } from './check-points.ts';

type Chosen = ProxyDraft['balance'];
type Failure = { readonly error: string };

const PLAIN: readonly BalanceAlgorithm[] = ['roundrobin', 'static-rr', 'first', 'leastconn', 'source'];
const SERVER_CHOICE = pointMask('backend use-server, balance or stick-match rule');

function keyed(algorithm: BalanceAlgorithm, key: BalanceKeyModel): Chosen {
  return { algorithm, key, draws: 0 };
}

function readUri(statement: Statement): Chosen | Failure {
  let whole = false;
  let pathOnly = false;
  let length = 0;
  let depth = 0;
  for (let at = 2; statement.word(at) !== ''; at++) {
    const word = statement.word(at);
    if (word === 'whole') whole = true;
    else if (word === 'path-only') pathOnly = true;
    else if (word === 'len' || word === 'depth') {
      const value = readInt32(statement.word(at + 1));
      if (value <= 0) return { error: `uri : '${word}' expects a positive integer (got '${statement.word(at + 1)}').` };
      if (word === 'len') length = value;
      else depth = value;
      at++;
    } else {
      return { error: `uri only accepts parameters 'len', 'depth', 'path-only', and 'whole' (got '${word}').` };
    }
  }
  return keyed('uri', { kind: 'uri', whole, pathOnly, length, depth });
}

function readUrlParameter(statement: Statement): Chosen | Failure {
  const name = statement.word(2);
  if (name === '') return { error: 'url_param requires an URL parameter name.' };
  const modifier = statement.word(3);
  if (modifier !== '' && modifier !== 'check_post') {
    return { error: `url_param only accepts 'check_post' modifier (got '${modifier}').` };
  }
  return keyed('url_param', { kind: 'url_param', name });
}

function readHeader(statement: Statement): Chosen | Failure {
  const name = /^hdr\(([^)]+)\)/.exec(statement.word(1))?.[1];
  if (name === undefined) return { error: 'hdr requires an http header field name.' };
  const modifier = statement.word(2);
  if (modifier !== '' && modifier !== 'use_domain_only') {
    return { error: `${statement.word(1)} only accepts 'use_domain_only' modifier (got '${modifier}').` };
  }
  return keyed('hdr', { kind: 'hdr', name, domainOnly: modifier !== '' });
}

function readRdpCookie(word: string): Chosen | Failure {
  const [, parenthesis, name] = /^rdp-cookie(?:(\()([^)]+)\)|$)/.exec(word) ?? [undefined, '(', undefined];
  if (parenthesis !== undefined && name === undefined) return { error: 'rdp-cookie : missing cookie name.' };
  const expression = { fetch: 'req.rdp_cookie', args: [name ?? 'mstshash'], converters: [] };
  return keyed('rdp-cookie', { kind: 'expression', expression });
}

function readRandom(word: string): Chosen | Failure {
  const [, draws, rest] = /^random\(([+-]?\d*)(.*)$/.exec(word) ?? [];
  if (draws === undefined || (draws === '' && rest === ')')) {
    return { algorithm: 'random', key: undefined, draws: 2 };
  }
  if (!rest?.startsWith(')')) {
    return {
      error: rest
        ? `random : unexpected character '${rest.charAt(0)}' after argument.`
        : 'random : missing closing parenthesis.',
    };
  }
  if (Number(draws) < 1) return { error: 'random : number of draws must be at least 1.' };
  return { algorithm: 'random', key: undefined, draws: Number(draws) };
}

function readHash(statement: Statement, proxy: ProxyDraft): Chosen | undefined {
  const text = statement.word(2);
  if (text === '') {
    statement.alert('balance hash requires a sample expression.', 'spaced', 1);
    return undefined;
  }
  if (statement.word(3) !== '') {
    statement.alert(`balance hash takes no other argument (got '${statement.word(3)}').`, 'spaced', 3);
    return undefined;
  }
  const where = `${kindOf(proxy)} '${proxy.name}' [${statement.place.file}:${statement.place.line}]: `;
  const parsed = parseExpression(text);
  if ('error' in parsed) {
    statement.state.diagnostics.alert(
      { ...statement.place, column: statement.place.column },
      `${where}failed to parse 'balance hash' expression '${text}' in : ${parsed.error}.`,
    );
    return undefined;
  }
  if ((parsed.fetch.places & SERVER_CHOICE) === 0) {
    statement.state.diagnostics.alert(
      statement.place,
      `${where}error detected while parsing 'balance hash' expression '${text}' which requires information from ` +
        `${parsed.fetch.source}, which is not available here.`,
    );
    return undefined;
  }
  return keyed('hash', { kind: 'expression', expression: parsed.expression });
}

function parseBalance(statement: Statement, proxy: ProxyDraft): void {
  const name = statement.word(1);
  const algorithm = name === '' ? 'roundrobin' : PLAIN.find((known) => known === name);
  if (algorithm !== undefined) {
    proxy.balance = { algorithm, key: undefined, draws: 0 };
    return;
  }
  if (name === 'hash') {
    proxy.balance = readHash(statement, proxy) ?? proxy.balance;
    return;
  }
  let chosen: Chosen | Failure;
  if (name === 'uri') chosen = readUri(statement);
  else if (name === 'url_param') chosen = readUrlParameter(statement);
  else if (name.startsWith('hdr(')) chosen = readHeader(statement);
  else if (name.startsWith('rdp-cookie')) chosen = readRdpCookie(name);
  else if (name.startsWith('random')) chosen = readRandom(name);
  else {
    chosen = {
      error:
        "only supports 'roundrobin', 'static-rr', 'leastconn', 'source', 'uri', 'url_param', 'hdr(name)' " +
        "and 'rdp-cookie(name)' options.",
    };
  }
  if (chosen !== undefined && 'error' in chosen) statement.alert(`balance ${chosen.error}`, 'spaced', 1);
  else proxy.balance = chosen;
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

function parseBalanceFactor(statement: Statement, proxy: ProxyDraft): void {
  const text = statement.word(1);
  if (text === '') {
    statement.alert("'hash-balance-factor' expects an integer argument.");
    return;
  }
  const factor = readInt32(text);
  if (factor !== 0 && factor <= 100) {
    statement.alert("'hash-balance-factor' must be 0 or greater than 100.", 'spaced', 1);
    return;
  }
  proxy.hashBalanceFactor = factor;
}

export const BALANCE_KEYWORDS: readonly ProxyKeyword[] = [
  proxyKeyword({
    name: 'balance',
    sections: BACKENDS,
    grammar:
      'balance {roundrobin | static-rr | leastconn | first | source | random[(<draws>)] | ' +
      'uri [len <len>] [depth <depth>] [whole] [path-only] | url_param <param> [check_post] | ' +
      'hdr(<name>) [use_domain_only] | rdp-cookie[(<name>)] | hash <expression>}',
    help: 'How a server is chosen.',
    initially: 'roundrobin',
    parse: parseBalance,
  }),
  proxyKeyword({
    name: 'hash-type',
    sections: BACKENDS,
    grammar: 'hash-type {map-based | consistent} [{sdbm | djb2 | wt6 | crc32} [avalanche]]',
    help: 'How a hash leads to a server. `balance source` hashes without a function: only its avalanche matters.',
    initially: 'map-based sdbm',
    since: '1.4',
    parse: parseHashType,
  }),
  proxyKeyword({
    name: 'hash-balance-factor',
    sections: BACKENDS,
    grammar: 'hash-balance-factor <factor>',
    help: 'With consistent hashing: no server gets more than this share of the average load, in percent; 0 = no limit.',
    initially: '0',
    since: '1.7',
    parse: parseBalanceFactor,
  }),
];
