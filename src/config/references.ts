/**
 * Arguments of fetches and converters that name something: proxies, servers, user lists; and regular expressions. They are
 * looked up when all of the configuration is read. What was left out becomes the proxy's own name, so that the model
 * has whole names only. The messages are HAProxy's.
 */
import type { ConfigurationDraft, ProxyDraft } from './draft.ts';
import { type LateArgument, lateArguments } from './expression.ts';
import type { Place } from './model.ts';
import type { ExpressionModel } from './model-rules.ts';
import { compileRegex } from './regex/regex.ts';

export interface ReferenceFault {
  readonly place: Place;
  readonly message: string;
}

interface Found {
  readonly args: string[];
  readonly late: LateArgument;
  readonly place: Place;
  /** In HAProxy's words, between the keyword and the proxy. */
  readonly where: string;
  readonly keywordKind: 'ACL keyword' | 'sample fetch keyword';
}

/** Where in a proxy expressions may stand, and what HAProxy calls it; in the order in which they are looked at. */
const WHERE: readonly (readonly [keyof ProxyDraft, string])[] = [
  ['acls', 'in'],
  ['tcpConnectionRules', 'in tcp-request connection expression in'],
  ['tcpSessionRules', 'in tcp-request session expression in'],
  ['tcpRequestRules', 'in tcp-request content expression in'],
  ['tcpResponseRules', 'in tcp-response content expression in'],
  ['httpRequestRules', 'in http-request expression in'],
  ['redirectRules', 'in redirect format string in'],
  ['httpResponseRules', 'in http-response response in'],
  ['httpAfterResponseRules', 'in http-response response in'],
  ['useBackends', 'in use_backend expression in'],
  ['useServers', 'in use-server or balance expression in'],
  ['monitorFail', 'in'],
  ['check', 'in tcp-check expression in'],
  ['servers', 'in server directive in'],
];

type Node = Readonly<Record<string, unknown>>;

/** Walks through the plain objects of a proxy to its expressions. */
class Search {
  readonly found: Found[] = [];
  readonly #seen = new Set<readonly string[]>();

  visit(value: unknown, place: Place, where: string, keywordKind: Found['keywordKind']): void {
    if (value === null || typeof value !== 'object') return;
    if (value instanceof Map || Array.isArray(value)) {
      for (const one of value.values()) this.visit(one, place, where, keywordKind);
      return;
    }
    const node = value as Node;
    const here = isPlace(node['place']) ? node['place'] : place;
    if (isExpression(node)) this.#take(node, here, where, keywordKind);
    else if ('match' in node && 'expression' in node) this.visit(node['expression'], here, 'in', 'ACL keyword');
    else {
      const inRedirect = node['kind'] === 'redirect' ? 'in redirect format string in' : where;
      for (const one of Object.values(node)) this.visit(one, here, inRedirect, keywordKind);
    }
  }

  #take({ args, converters }: ExpressionModel, place: Place, where: string, keywordKind: Found['keywordKind']): void {
    for (const list of [args, ...converters.map((converter) => converter.args)]) {
      if (this.#seen.has(list)) continue;
      this.#seen.add(list);
      // Only here, before the model is frozen, are names completed in place.
      for (const late of lateArguments(list)) {
        this.found.push({ args: list as string[], late, place, where, keywordKind });
      }
    }
  }
}

function isPlace(value: unknown): value is Place {
  return typeof value === 'object' && value !== null && 'line' in value && 'file' in value;
}

function isExpression(node: object): node is ExpressionModel {
  return 'fetch' in node && 'args' in node && 'converters' in node;
}

/** The formats that were read when all lines were, and what HAProxy calls them. */
const FORMATS = [
  ['log', 'logFormat', 'log-format'],
  ['structuredData', 'structuredDataFormat', 'log-format-sd'],
  ['uniqueId', 'uniqueIdFormat', 'unique-id-format'],
  ['error', 'errorLogFormat', 'log-format'],
] as const;

/**
 * Looks up what the expressions of `proxy` name, and says what cannot be found. `user`: the first proxy that runs the rules,
 * if those are a defaults section's.
 */
export function resolveReferences(
  draft: ConfigurationDraft,
  proxy: ProxyDraft,
  user = proxy,
): readonly ReferenceFault[] {
  const search = new Search();
  for (const [key, where] of WHERE) search.visit(proxy[key], proxy.place, where, 'sample fetch keyword');
  // In the order of the lines; the sort keeps what stands on one of them.
  search.found.sort((a, b) => a.place.line - b.place.line);
  for (const [format, written, name] of FORMATS) {
    const place = proxy[written]?.place ?? proxy.place;
    search.visit(proxy.formats[format], place, `in ${name} string in`, 'sample fetch keyword');
  }
  // HAProxy reads this one last, and is still at the section's last line then.
  const last = draft.lines.of(proxy).at(-1)?.place ?? proxy.place;
  search.visit(proxy.balance, last, 'in use-server or balance expression in', 'sample fetch keyword');
  return search.found.flatMap((found) => {
    const message = resolve(found, draft, proxy, user);
    return message === undefined ? [] : [{ place: found.place, message }];
  });
}

/** What is wrong with one of them; undefined, and the argument completed, when nothing is. */
function resolve(found: Found, draft: ConfigurationDraft, proxy: ProxyDraft, user: ProxyDraft): string | undefined {
  const { args, late, where, keywordKind } = found;
  const { index } = late;
  const name = args[index] ?? '';
  const converter = late.converter === undefined ? '' : `conversion keyword '${late.converter}' for `;
  const what = `arg ${index + 1} of ${converter}${keywordKind} '${late.keyword}' ${where} proxy '${proxy.name}'`;
  switch (late.type) {
    case 'frontend':
    case 'backend': {
      // Which proxy runs the rules of a defaults section is known when they run.
      if (name === '' && proxy.section === 'defaults' && user[late.type]) return undefined;
      const target = name === '' ? user : namesOf(draft, late.type).get(name);
      if (target === undefined) return `unable to find ${late.type} '${name}' referenced in ${what}.`;
      if (!target[late.type]) {
        return `proxy '${name === '' ? proxy.name : name}', referenced in ${what}, has not ${late.type} capability.`;
      }
      args[index] = target.name;
      return undefined;
    }
    case 'server': {
      if (name === '') return `missing server name in ${what}.`;
      const slash = name.lastIndexOf('/');
      if (slash < 0 && proxy.section === 'defaults') return `backend name must be set in ${what}.`;
      const owner = slash < 0 ? proxy : draft.backendNames.get(name.slice(0, slash));
      if (owner === undefined) return `unable to find proxy '${name.slice(0, slash)}' referenced in ${what}.`;
      const server = name.slice(slash + 1);
      if (!owner.servers.some((one) => one.name === server)) {
        return `unable to find server '${server}' in proxy '${owner.name}', referenced in ${what}.`;
      }
      args[index] = `${owner.name}/${server}`;
      return undefined;
    }
    case 'userlist':
      if (name === '') return `missing userlist name in ${what}.`;
      if (draft.userLists.some((list) => list.name === name)) return undefined;
      return `unable to find userlist '${name}' referenced in ${what}.`;
    case 'table':
      return `unable to find table '${name === '' ? proxy.name : name}' referenced in ${what}.`;
    case 'regex':
      return name === '' ? `missing regex in ${what}.` : refuseRegex(name, what);
  }
}

function namesOf(draft: ConfigurationDraft, type: 'frontend' | 'backend'): ReadonlyMap<string, ProxyDraft> {
  return type === 'frontend' ? draft.frontendNames : draft.backendNames;
}

function refuseRegex(source: string, what: string): string | undefined {
  try {
    compileRegex(source);
    return undefined;
  } catch (problem) {
    const reason = problem instanceof Error ? problem.message : String(problem);
    return `error in regex '${source}' in ${what} : ${reason}.`;
  }
}
