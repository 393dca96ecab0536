/** `server` and `default-server` lines (manual 4.2, 5.2). */

import { copyServer, type ProxyDraft, type ServerDraft } from '../draft.ts';
import { BACKENDS, type ProxyKeyword, proxyKeyword, REAL_BACKENDS } from '../keyword.ts';
import { readInt32 } from '../numbers.ts';
import { invalidCharacter, kindOf, type Statement } from '../statement.ts';
import { nearestWord } from '../word-distance.ts';
import { LATER } from './server-option.ts';
import { SERVER_OPTION_NAMES, SERVER_OPTIONS } from './server-options.ts';

/** HAProxy starts the messages of server lines with their position and, once it has one, the server. */
function complain(
  statement: Statement,
  proxy: ProxyDraft,
  server: ServerDraft | undefined,
  message: string,
  index = 0,
  hint?: string,
): void {
  const subject = server === undefined ? '' : `'server ${proxy.name}/${server.name}' : `;
  statement.alert(subject + message, 'bracket', index, hint);
}

/** True when the section has a backend side. */
function checkSide(statement: Statement, proxy: ProxyDraft): boolean {
  if (proxy.backend) return true;
  const message = `'${statement.keyword}' not allowed because ${kindOf(proxy)} '${proxy.name}' has no backend capability.`;
  statement.alert(message, 'both');
  return false;
}

/** Returns false after an error that ends the line. */
function applyOptions(statement: Statement, proxy: ProxyDraft, server: ServerDraft, start: number): boolean {
  const isDefault = server === proxy.defaultServer;
  const subject = isDefault ? undefined : server;
  for (let index = start; statement.word(index) !== ''; ) {
    const word = statement.word(index);
    const entry = SERVER_OPTION_NAMES.get(word);
    if (entry === undefined) {
      const names = SERVER_OPTIONS.map((known) => known.name);
      const best = nearestWord(word, names);
      const question = best === undefined ? '.' : `; did you mean '${best}' maybe ?`;
      const hint = isDefault ? ' Hint: no address was expected for this server.' : '';
      complain(statement, proxy, subject, `unknown keyword '${word}'${question}${hint}`, index, best);
      return false;
    }
    if (isDefault && !entry.inDefault) {
      // HAProxy complains, skips it and goes on.
      statement.alertAndContinue(`'${word}' option is not accepted in default-server sections`, 'bracket', index);
    } else if (entry.apply === undefined) {
      complain(statement, proxy, subject, `'${word}' is not implemented yet`, index);
    } else {
      const result = entry.apply({ statement, proxy, server, index });
      if (result === LATER) complain(statement, proxy, subject, `'${word}' is not implemented yet`, index);
      else if (typeof result === 'string') {
        complain(statement, proxy, subject, `${result}.`, index);
        return false;
      }
      index += typeof result === 'number' ? result : 0;
    }
    index += 1 + entry.argumentCount;
  }
  return true;
}

/** What a line says about the server it describes; undefined after an error. `index` is the word of its address. */
function readServer(statement: Statement, proxy: ProxyDraft, name: string, index: number): ServerDraft | undefined {
  const server = copyServer(proxy.defaultServer);
  server.place = statement.place;
  server.name = name;
  server.id = undefined;
  server.addressText = statement.word(index);
  const result = statement.address(server.addressText, {
    port: 'optional',
    portOffset: true,
    stream: true,
    datagram: false,
    connect: true,
    keepName: true,
  });
  if ('error' in result) {
    complain(statement, proxy, server, result.error, index);
    return undefined;
  }
  server.address = result.parsed.address;
  server.unresolved = result.parsed.unresolved;
  // No label of a name may be empty.
  if (server.unresolved?.split('.').slice(0, -1).includes('') === true) {
    complain(statement, proxy, server, `Can't create DNS resolution for server '${name}'`, index);
    return undefined;
  }
  return server;
}

function parseServer(statement: Statement, proxy: ProxyDraft): void {
  if (!checkSide(statement, proxy)) return;
  const name = statement.word(1);
  if (statement.word(2) === '') {
    complain(statement, proxy, undefined, "'server' expects <name> and <addr>[:<port>] as arguments.");
    return;
  }
  const character = invalidCharacter(name);
  if (character !== undefined) {
    complain(statement, proxy, undefined, `character '${character}' is not permitted in server name '${name}'.`, 1);
    return;
  }
  const server = readServer(statement, proxy, name, 2);
  if (server === undefined) return;
  proxy.servers.push(server);
  applyOptions(statement, proxy, server, 3);
}

/** `3` or `2-5`: the numbers behind the prefix; undefined when there are none. */
function readRange(text: string): readonly [number, number] | undefined {
  const [low = '', high] = text.split('-');
  const range = high === undefined ? ([1, readInt32(low)] as const) : ([readInt32(low), readInt32(high)] as const);
  return range[0] < 0 || range[1] < range[0] ? undefined : range;
}

/** Several servers that differ in the number behind their name only; a host name leads all of them to one address. */
function parseTemplate(statement: Statement, proxy: ProxyDraft): void {
  if (!checkSide(statement, proxy)) return;
  const [, prefix = '', numbers = '', address = ''] = statement.from(0);
  if (address === '') {
    const expected = "'server-template' expects <prefix> <nb | range> <addr>[:<port>] as arguments.";
    complain(statement, proxy, undefined, expected);
    return;
  }
  const character = /[^A-Za-z0-9._-]/.exec(prefix)?.[0];
  if (character !== undefined) {
    const message = `character '${character}' is not permitted in server-template prefix '${prefix}'.`;
    complain(statement, proxy, undefined, message, 1);
    return;
  }
  const range = readRange(numbers);
  if (range === undefined) {
    complain(statement, proxy, undefined, `Wrong server-template number or range arg '${numbers}'.`, 2);
    return;
  }
  // HAProxy has no name for it in its messages.
  const template = readServer(statement, proxy, '(null)', 3);
  if (template === undefined || !applyOptions(statement, proxy, template, 4)) return;
  for (let number = range[0]; number <= range[1]; number++) {
    proxy.servers.push({ ...copyServer(template), name: `${prefix}${number}` });
  }
}

function parseDefaultServer(statement: Statement, proxy: ProxyDraft): void {
  if (checkSide(statement, proxy)) applyOptions(statement, proxy, proxy.defaultServer, 1);
}

export const SERVER_KEYWORDS: readonly ProxyKeyword[] = [
  proxyKeyword({
    name: 'server',
    sections: REAL_BACKENDS,
    anywhere: true,
    grammar: 'server <name> <address>[:<port>] [<option>...]',
    help: 'A server of the backend.',
    parse(statement, proxy) {
      if (proxy.section === 'defaults') {
        statement.alert("'server' not allowed in 'defaults' section.", 'bracket');
      } else parseServer(statement, proxy);
    },
  }),
  proxyKeyword({
    name: 'server-template',
    sections: REAL_BACKENDS,
    anywhere: true,
    grammar: 'server-template <prefix> {<number> | <first>-<last>} <address>[:<port>] [<option>...]',
    help: 'Several servers of one address, named <prefix>1 and so on.',
    since: '1.8',
    parse(statement, proxy) {
      if (proxy.section === 'defaults') {
        statement.alert("'server-template' not allowed in 'defaults' section.", 'bracket');
      } else parseTemplate(statement, proxy);
    },
  }),
  proxyKeyword({
    name: 'default-server',
    sections: BACKENDS,
    anywhere: true,
    grammar: 'default-server <option>...',
    help: 'Options of the servers that follow.',
    since: '1.4',
    parse: parseDefaultServer,
  }),
];
