/** Keywords of both sides (manual 4.2): `mode`, `acl`, `id`, `disabled`, ... */

import { addAcl } from '../acl.ts';
import type { ProxyDraft } from '../draft.ts';
import { EVERYWHERE, type ProxyKeyword, proxyKeyword, REAL_PROXIES } from '../keyword.ts';
import { readInt32 } from '../numbers.ts';
import { invalidCharacter, kindOf, type Statement } from '../statement.ts';

function parseMode(statement: Statement, proxy: ProxyDraft): void {
  if (statement.tooMany(1)) return;
  const mode = statement.word(1);
  if (mode === 'http' || mode === 'tcp') proxy.mode = mode;
  else if (mode === 'health') {
    statement.alert(
      "'mode health' doesn't exist anymore. Please use 'http-request return status 200' instead.",
      'spaced',
      1,
    );
  } else statement.alert(`unknown proxy mode '${mode}'.`, 'spaced', 1);
}

function parseId(statement: Statement, proxy: ProxyDraft): void {
  if (statement.tooMany(1)) return;
  if (statement.word(1) === '') {
    statement.alert("'id' expects an integer argument.", 'tight');
    return;
  }
  const id = readInt32(statement.word(1));
  proxy.id = id;
  if (id <= 0) {
    statement.alert('custom id has to be > 0.', 'tight', 1);
    return;
  }
  const other = statement.state.draft.proxies.find((known) => known !== proxy && known.id === id);
  if (other !== undefined) {
    statement.alert(
      `${kindOf(proxy)} ${proxy.name} reuses same custom id as ${kindOf(other)} ${other.name} ` +
        `(declared at ${other.place.file}:${other.place.line}).`,
      'tight',
      1,
    );
  }
}

function parseAclLine(statement: Statement, proxy: ProxyDraft): void {
  const name = statement.word(1);
  const character = invalidCharacter(name);
  if (character !== undefined) {
    statement.alert(`character '${character}' is not permitted in acl name '${name}'.`, 'spaced', 1);
    return;
  }
  if (name.toLowerCase() === 'or') {
    statement.alert(
      `acl name '${name}' will never match. 'or' is used to express a logical disjunction within a condition.`,
      'spaced',
      1,
    );
    return;
  }
  const failure = addAcl(name, statement.from(2), proxy, statement);
  if (failure !== undefined) {
    statement.alert(`error detected while parsing ACL '${name}' : ${failure.error}.`, 'spaced', 2);
  }
}

export const PROXY_KEYWORDS: readonly ProxyKeyword[] = [
  proxyKeyword({
    name: 'mode',
    sections: EVERYWHERE,
    grammar: 'mode {http | tcp}',
    help: 'What is spoken: HTTP, or bytes that are only passed on.',
    initially: 'tcp',
    parse: parseMode,
  }),
  proxyKeyword({
    name: 'id',
    sections: REAL_PROXIES,
    grammar: 'id <number>',
    help: 'The number of the proxy in statistics.',
    initially: 'the next free one',
    refusalStyle: 'tight',
    parse: parseId,
  }),
  proxyKeyword({
    name: 'description',
    sections: REAL_PROXIES,
    grammar: 'description <text>',
    help: 'A text for people, for the statistics page (which is not implemented yet).',
    since: '1.4',
    refusalStyle: 'tight',
    parse(statement, proxy) {
      if (statement.word(1) === '') statement.alert("'description' expects a string argument.", 'tight');
      else proxy.description = statement.from(1).join(' ');
    },
  }),
  proxyKeyword({
    name: 'disabled',
    sections: EVERYWHERE,
    grammar: 'disabled',
    help: 'The proxy is not started.',
    parse(statement, proxy) {
      if (!statement.tooMany(0)) proxy.disabled = true;
    },
  }),
  proxyKeyword({
    name: 'enabled',
    sections: EVERYWHERE,
    grammar: 'enabled',
    help: 'Undoes a `disabled` of the defaults.',
    parse(statement, proxy) {
      if (!statement.tooMany(0)) proxy.disabled = false;
    },
  }),
  proxyKeyword({
    name: 'acl',
    sections: EVERYWHERE,
    namedDefaults: true,
    grammar: 'acl <name> <criterion> [<flags>] [<operator>] [<pattern>...]',
    help: 'Names a test; several lines of one name are alternatives.',
    parse: parseAclLine,
  }),
];
