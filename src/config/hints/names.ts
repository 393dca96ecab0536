/** Names that nothing has: ACLs, backends, defaults sections, fetches, converters. */

import type { ProxyDraft } from '../draft.ts';
import { CONVERTERS } from '../keywords/converters.ts';
import { ACL_KEYWORDS, FETCHES } from '../keywords/fetches.ts';
import { wordOf } from '../source-lines.ts';
import { kindOf } from '../statement.ts';
import { nearestWord } from '../word-distance.ts';
import type { HintRule, Mistake } from './rule.ts';

function didYouMean(word: string, candidates: Iterable<string>): string | undefined {
  const best = nearestWord(word, candidates);
  return best === undefined || best === word ? undefined : `did you mean '${best}'?`;
}

/** Criteria by their plain English names. */
const CRITERIA: Readonly<Record<string, string>> = {
  host: 'hdr(host)',
  header: 'hdr(<name>)',
  domain: 'hdr_dom(host)',
  url_path: 'path',
  uri: 'url',
  ip: 'src',
  client_ip: 'src',
  port: 'dst_port',
  user_agent: 'hdr(user-agent)',
  sni: 'req.ssl_sni',
  cookie: 'req.cook(<name>)',
};

const isFetch = (name: string): boolean => FETCHES.has(name) || ACL_KEYWORDS.has(name);

function missingAcl(name: string, { draft, proxy, line }: Mistake): string | undefined {
  if (name.startsWith('{')) return "'{' and '}' are words of their own, with blanks around them";
  const declaration = draft.lines
    .of(proxy as ProxyDraft)
    .find((one) => wordOf(one, 0) === 'acl' && wordOf(one, 1) === name);
  if (declaration !== undefined) {
    const before = declaration.place.line < (line?.place.line ?? 0);
    return before
      ? `its declaration in line ${declaration.place.line} has an error`
      : `declare it before it is used: it is in line ${declaration.place.line}`;
  }
  if (/^(and|&&|&)$/i.test(name)) return "two conditions one after the other mean 'and'; leave the word out";
  if (name === '|' || name === '||') return "write 'or' or '||' as a word of its own";
  if (/^not$/i.test(name)) return "write '!' before the name of the ACL";
  const [fetch = ''] = /^[\w.]*/.exec(name) ?? [];
  if (fetch !== '' && isFetch(fetch)) return `a criterion without a name stands in braces: '{ ${name} ... }'`;
  const own = didYouMean(name, proxy?.acls.keys() ?? []);
  if (own !== undefined) return own;
  const other = [...draft.proxies, ...draft.defaults].find((one) => one !== proxy && one.acls.has(name));
  if (other !== undefined) {
    return `ACLs are known in their own section only, and '${name}' is declared in ${kindOf(other)} '${other.name}'`;
  }
  return `declare it in this section: 'acl ${name} <criterion> <pattern>'`;
}

function missingBackend(name: string, { draft }: Mistake): string {
  const frontend = draft.frontendNames.get(name);
  if (frontend !== undefined) return `'${name}' is a ${kindOf(frontend)} and has no servers; name a backend`;
  const lower = [...draft.backendNames.keys()].find((known) => known.toLowerCase() === name.toLowerCase());
  if (lower !== undefined) return `names are case-sensitive: '${lower}'`;
  return didYouMean(name, draft.backendNames.keys()) ?? `declare it: 'backend ${name}'`;
}

/** What an argument of a fetch names. */
function missingReference(
  kind: string,
  name: string,
  owner: string | undefined,
  { draft }: Mistake,
): string | undefined {
  const servers = draft.proxies.find((one) => one.backend && one.name === owner)?.servers ?? [];
  const names: Readonly<Record<string, Iterable<string>>> = {
    backend: draft.backendNames.keys(),
    frontend: draft.frontendNames.keys(),
    proxy: draft.backendNames.keys(),
    server: servers.map((server) => server.name),
    userlist: draft.userLists.map((list) => list.name),
  };
  const section = kind === 'proxy' ? 'backend' : kind;
  const declaration = kind === 'server' ? `server ${name} <address>:<port>` : `${section} ${name}`;
  return didYouMean(name, names[kind] ?? []) ?? `declare it: '${declaration}'`;
}

function missingFetch(name: string): string | undefined {
  const plain = CRITERIA[name.toLowerCase().replaceAll('-', '_')];
  if (plain !== undefined) return `did you mean '${plain}'?`;
  const shorter = /^(\w+?)_(?:begins?|starts?|prefix)(?:_?with)?$/.exec(name)?.[1];
  if (shorter !== undefined && isFetch(shorter)) return `did you mean '${shorter}_beg'?`;
  const ending = /^(\w+?)_(?:ends?|suffix)(?:_?with)?$/.exec(name)?.[1];
  if (ending !== undefined && isFetch(ending)) return `did you mean '${ending}_end'?`;
  const containing = /^(\w+?)_(?:contains?|includes?)$/.exec(name)?.[1];
  if (containing !== undefined && isFetch(containing)) return `did you mean '${containing}_sub'?`;
  return didYouMean(name, [...FETCHES.keys(), ...ACL_KEYWORDS.keys()]);
}

export const NAME_HINTS: readonly HintRule[] = [
  [/no such ACL : '(.*)'\.?$/, ([, name = ''], mistake) => missingAcl(name, mistake)],
  [
    /unable to find required (?:use_backend|default_backend): '(.*)'\.$/,
    ([, name = ''], mistake) => missingBackend(name, mistake),
  ],
  [
    /^unable to find (\w+) '(.*?)'(?: in proxy '(.*?)',)? referenced in arg/,
    ([, kind = '', name = '', owner], mistake) => missingReference(kind, name, owner, mistake),
  ],
  [
    /acl .* http_auth_group\(\): invalid group '(.*)'\.$/,
    ([, name = ''], { draft }) => {
      const groups = draft.userLists.flatMap((list) => list.groups.map((group) => group.name));
      return didYouMean(name, groups) ?? `declare it in the userlist: 'group ${name} users <user>'`;
    },
  ],
  [/no groups specified\.$/, () => 'name the groups that may pass'],
  [
    /unknown http-errors section '(.*)'/,
    ([, name = ''], { draft }) =>
      didYouMean(
        name,
        draft.errorSections.map((section) => section.name),
      ) ?? `declare it: 'http-errors ${name}'`,
  ],
  [
    /unable to find server '(.*)' referenced in a 'use-server' rule/,
    ([, name = ''], { proxy }) =>
      didYouMean(
        name,
        (proxy?.servers ?? []).map((server) => server.name),
      ) ?? `declare it: 'server ${name} <address>:<port>'`,
  ],
  [/loop detected for \w+: '.*'\.$/, () => 'name another backend: this is the section itself'],
  [
    /^defaults section '(.*)' not found/,
    ([, name = ''], { draft }) => {
      const names = draft.defaults.map((section) => section.name).filter((known) => known !== '');
      return didYouMean(name, names) ?? `declare it above: 'defaults ${name}'`;
    },
  ],
  [/unknown fetch method '([^']*)'/, ([, name = '']) => missingFetch(name)],
  [/unknown converter '([^']*)'/, ([, name = '']) => didYouMean(name, CONVERTERS.keys())],
  [
    /no such group '(.*)' specified in user/,
    ([, name = ''], { draft }) =>
      didYouMean(
        name,
        draft.userLists.flatMap((list) => list.groups.map((group) => group.name)),
      ) ?? `declare it in the same userlist: 'group ${name}'`,
  ],
  [
    /no such user '(.*)' specified in group/,
    ([, name = ''], { draft }) =>
      didYouMean(
        name,
        draft.userLists.flatMap((list) => list.users.map((user) => user.name)),
      ) ?? `declare it in the same userlist: 'user ${name} password <hash>'`,
  ],
  [
    /no such format variable '(.*)'\. If you wanted/,
    ([, name = '']) =>
      isFetch(name)
        ? `a fetch stands in brackets: '%[${name}]'`
        : "a variable is '%name', a fetch '%[name]', a percent sign '%%'",
  ],
];
