/** The draft becomes the model: defaults filled in, numbers given, everything frozen. */

import { freezeCheckMethod } from './check-rules.ts';
import type { ConfigurationDraft, ProxyDraft, ServerDraft } from './draft.ts';
import { resolveErrors, resolveReplies } from './error-rules.ts';
import { logTiming } from './log-timing.ts';
import type { AddressModel, GlobalModel, Model, ProxyModel, ServerModel } from './model.ts';
import type { CheckModel } from './model-checks.ts';
import type { HttpRuleModel } from './model-rules.ts';

/** Freezes plain data all the way down; bytes stay as they are (typed arrays cannot be frozen). */
function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) deepFreeze(part);
  return value;
}

function optional(value: number): number | undefined {
  return value === 0 ? undefined : value;
}

/** Checks that go where requests go are sent as requests are: behind a PROXY header, if those have one. */
function freezeCheck(server: ServerDraft): CheckModel {
  const { check } = server;
  const elsewhere = check.address !== undefined || (check.port ?? 0) !== 0;
  return { ...check, sendProxy: check.sendProxy || (!elsewhere && server.sendProxy !== 'none') };
}

function freezeServer(server: ServerDraft, backend: ProxyDraft): ServerModel {
  const { checked, check: _check, unresolved: _unresolved, ...rest } = server;
  // minconn alone, or above maxconn, is the maxconn; maxconn alone is also the minconn.
  const maxconn = Math.max(server.minconn, server.maxconn);
  const minconn = server.minconn === 0 ? maxconn : server.minconn;
  return {
    ...rest,
    maxconn,
    minconn,
    source: server.source ?? backend.source,
    check: checked ? freezeCheck(server) : undefined,
  };
}

function freezeOptions(proxy: ProxyDraft): ProxyModel['options'] {
  const on = (name: string): boolean => proxy.options.get(name) === true;
  return {
    dontlognull: on('dontlognull'),
    dontlogNormal: on('dontlog-normal'),
    logSeparateErrors: on('log-separate-errors'),
    logHealthChecks: on('log-health-checks'),
    abortonclose: on('abortonclose'),
    redispatch: proxy.backend ? proxy.redispatch : 0,
    httpIgnoreProbes: on('http-ignore-probes'),
    acceptInvalidHttpRequest: on('accept-invalid-http-request'),
    acceptInvalidHttpResponse: on('accept-invalid-http-response'),
    clitcpka: on('clitcpka'),
    srvtcpka: on('srvtcpka'),
    nolinger: on('nolinger'),
    contstats: on('contstats'),
    allbackups: on('allbackups'),
    // In HTTP mode it is on unless it was switched off by name.
    tcpSmartAccept:
      on('tcp-smart-accept') || (proxy.mode === 'http' && proxy.options.get('tcp-smart-accept') !== false),
    tcpSmartConnect: on('tcp-smart-connect'),
    socketStats: on('socket-stats'),
    preferLastServer: on('prefer-last-server'),
    httpBufferRequest: on('http-buffer-request'),
    httpUseProxyHeader: on('http-use-proxy-header'),
    httpPretendKeepalive: on('http-pretend-keepalive'),
  };
}

function freezeTimeouts(proxy: ProxyDraft): ProxyModel['timeouts'] {
  const { timeouts } = proxy;
  return {
    client: optional(timeouts.client),
    clientFin: optional(timeouts.clientFin),
    connect: optional(timeouts.connect),
    server: optional(timeouts.server),
    serverFin: optional(timeouts.serverFin),
    // Historically both come from `timeout connect`.
    queue: optional(timeouts.queue === 0 && proxy.backend ? timeouts.connect : timeouts.queue),
    httpRequest: optional(timeouts.httpRequest),
    httpKeepAlive: optional(timeouts.httpKeepAlive),
    tunnel: optional(timeouts.tunnel),
    tarpit: optional(timeouts.tarpit === 0 ? timeouts.connect : timeouts.tarpit),
    check: optional(timeouts.check),
  };
}

/** What every backend may get from the frontends that lead to it; undefined: one of them has no known maxconn. */
type IncomingConnections = ReadonlyMap<string, number | undefined>;

function sumIncoming(draft: ConfigurationDraft): IncomingConnections {
  const sums = new Map<string, number | undefined>();
  for (const frontend of draft.proxies) {
    if (frontend.disabled || !frontend.frontend) continue;
    const maxconn = frontend.maxconn === 0 ? draft.global.maxconn : frontend.maxconn;
    const targets = new Set(frontend.useBackends.map((rule) => rule.backend));
    if (frontend.defaultBackend !== undefined) targets.add(frontend.defaultBackend);
    else if (frontend.backend) targets.add(frontend.name);
    for (const target of targets) {
      const sum = sums.has(target) ? sums.get(target) : 0;
      sums.set(target, sum === undefined || maxconn === undefined ? undefined : sum + maxconn);
    }
  }
  return sums;
}

/** `fullconn` unless it was said: a tenth of what may come in, rounded up, at least 1. */
function computeFullconn(proxy: ProxyDraft, incoming: IncomingConnections): number | undefined {
  if (proxy.fullconn !== 0) return proxy.fullconn;
  const sum = incoming.has(proxy.name) ? incoming.get(proxy.name) : 0;
  return sum === undefined ? undefined : Math.max(1, Math.floor((sum + 9) / 10));
}

/** The rules of the defaults section, then the proxy's own, which begin in strict mode whatever those said. */
function joinRules(
  draft: ConfigurationDraft,
  inherited: readonly HttpRuleModel[] | undefined,
  own: readonly HttpRuleModel[],
): readonly HttpRuleModel[] {
  const before = inherited ?? [];
  const loosened = before.find((rule) => rule.action.kind === 'strict-mode' && !rule.action.on);
  const between: readonly HttpRuleModel[] =
    loosened === undefined
      ? []
      : [{ place: loosened.place, action: { kind: 'strict-mode', on: true }, condition: undefined }];
  return resolveReplies(draft, [...before, ...between, ...own]);
}

/** The rules of 1.9 on whole lines: those that add lines come last; in TCP mode there are none. */
function formerRules(proxy: ProxyDraft): Readonly<Record<'blocks' | 'request' | 'response', readonly HttpRuleModel[]>> {
  if (proxy.mode !== 'http') return { blocks: [], request: [], response: [] };
  const ordered = (rules: readonly HttpRuleModel[]): readonly HttpRuleModel[] => [
    ...rules.filter(({ action }) => action.kind !== 'add-header'),
    ...rules.filter(({ action }) => action.kind === 'add-header'),
  ];
  return {
    blocks: proxy.blockRules,
    request: ordered(proxy.requestFilters),
    response: ordered(proxy.responseFilters),
  };
}

const WHERE_THE_CLIENT_WENT: AddressModel = {
  kind: 'ipv4',
  host: '0.0.0.0',
  port: 0,
  portEnd: 0,
  any: true,
  portOffset: 'same',
};

/** Balancing that was asked for comes before `dispatch`, and that before `option transparent`. */
function directAddress(proxy: ProxyDraft): AddressModel | undefined {
  if (proxy.balance !== undefined) return undefined;
  return proxy.dispatch ?? (proxy.options.get('transparent') === true ? WHERE_THE_CLIENT_WENT : undefined);
}

function freezeProxy(
  draft: ConfigurationDraft,
  proxy: ProxyDraft,
  id: number,
  globalMaxconn: number | undefined,
  incoming: IncomingConnections,
): ProxyModel {
  const former = formerRules(proxy);
  const parent = proxy.defaults;
  return {
    place: proxy.place,
    name: proxy.name,
    id,
    frontend: proxy.frontend,
    backend: proxy.backend,
    mode: proxy.mode,
    disabled: proxy.disabled,
    description: proxy.description,
    graceMs: proxy.graceMs,
    timeouts: freezeTimeouts(proxy),
    logTargets: proxy.logTargets,
    logTag: proxy.logTag,
    formats: proxy.formats,
    ...logTiming(proxy),
    uniqueIdHeader: proxy.uniqueIdHeader,
    requestCaptures: proxy.requestCaptures,
    responseCaptures: proxy.responseCaptures,
    cookieCapture: proxy.cookieCapture,
    options: freezeOptions(proxy),
    clientKeepAlive: proxy.clientKeepAlive,
    serverKeepAlive: proxy.serverKeepAlive,
    httpMode: proxy.httpMode,
    httpReuse: proxy.mode === 'http' ? proxy.httpReuse : 'never',
    forwardFor: proxy.forwardFor,
    originalTo: proxy.originalTo,
    restrictHeaderNames: proxy.restrictHeaderNames,
    errorResponses: resolveErrors(draft, proxy),
    binds: proxy.binds,
    maxconn: proxy.frontend ? (optional(proxy.maxconn) ?? globalMaxconn) : undefined,
    backlog: optional(proxy.backlog),
    sessionRateLimit: proxy.frontend ? proxy.sessionRateLimit : 0,
    defaultBackend: proxy.defaultBackend,
    useBackends: proxy.useBackends,
    monitorUri: proxy.monitorUri,
    monitorFail: proxy.monitorFail,
    tcpConnectionRules: proxy.frontend ? [...(parent?.tcpConnectionRules ?? []), ...proxy.tcpConnectionRules] : [],
    tcpSessionRules: proxy.frontend ? [...(parent?.tcpSessionRules ?? []), ...proxy.tcpSessionRules] : [],
    tcpRequestRules: [...(parent?.tcpRequestRules ?? []), ...proxy.tcpRequestRules],
    tcpRequestDelayMs: proxy.tcpRequestDelay,
    tcpResponseRules: proxy.backend ? [...(parent?.tcpResponseRules ?? []), ...proxy.tcpResponseRules] : [],
    tcpResponseDelayMs: proxy.tcpResponseDelay,
    httpRequestRules: [...former.blocks, ...joinRules(draft, parent?.httpRequestRules, proxy.httpRequestRules)],
    // The rules of 1.9 run between the http-request rules, of which `allow` ends those only, and the redirections.
    redirectRules: [...former.request, ...proxy.redirectRules],
    httpResponseRules: [...joinRules(draft, parent?.httpResponseRules, proxy.httpResponseRules), ...former.response],
    httpAfterResponseRules: joinRules(draft, parent?.httpAfterResponseRules, proxy.httpAfterResponseRules),
    servers: numberServers(proxy),
    useServers: proxy.useServers,
    direct: proxy.backend ? directAddress(proxy) : undefined,
    balance: {
      ...(proxy.balance ?? { algorithm: 'roundrobin', key: undefined, draws: 0 }),
      ...proxy.hash,
      hashBalanceFactor: proxy.hashBalanceFactor,
    },
    retries: proxy.retries,
    fullconn: proxy.backend ? computeFullconn(proxy, incoming) : undefined,
    source: proxy.source,
    checkMethod: freezeCheckMethod(proxy.check),
    httpSendNameHeader: proxy.httpSendNameHeader,
  };
}

/** Numbers what has none: counting on from the last one given, skipping those that were asked for. */
export function assignNumbers(wanted: readonly (number | undefined)[], first = 1): readonly number[] {
  const used = new Set(wanted.filter((id) => id !== undefined));
  let next = first;
  return wanted.map((id) => {
    let number = id;
    if (number === undefined) {
      while (used.has(next)) next++;
      used.add(next);
      number = next;
    }
    next++;
    return number;
  });
}

function numberServers(proxy: ProxyDraft): readonly ServerModel[] {
  const ids = assignNumbers(proxy.servers.map((server) => server.id));
  return proxy.servers.map((server, index) => ({ ...freezeServer(server, proxy), id: ids[index] }));
}

function freezeGlobal(draft: ConfigurationDraft): GlobalModel {
  const { unixBind: _unixBind, said: _said, threadProcessors, ...global } = draft.global;
  const { tune } = global;
  // What is said of the process holds for its thread, too.
  const processors = threadProcessors?.filter((cpu) => global.processors?.includes(cpu) ?? true) ?? global.processors;
  return {
    ...global,
    processors,
    tune: { ...tune, maxrewrite: Math.min(tune.maxrewrite, Math.floor(tune.bufsize / 2)) },
  };
}

/** HAProxy has a proxy of its own for the runtime API, which takes a number when its socket is declared before all others. */
function firstProxyId(draft: ConfigurationDraft): number {
  const socket = draft.global.statsSockets[0]?.place;
  const proxy = draft.proxies[0]?.place;
  if (socket === undefined || proxy === undefined) return 1;
  return socket.file !== proxy.file || socket.line < proxy.line ? 2 : 1;
}

export function freezeConfiguration(draft: ConfigurationDraft): Model {
  const incoming = sumIncoming(draft);
  const ids = assignNumbers(
    draft.proxies.map((proxy) => proxy.id),
    firstProxyId(draft),
  );
  return deepFreeze({
    global: freezeGlobal(draft),
    proxies: draft.proxies.map((proxy, index) =>
      freezeProxy(draft, proxy, ids[index] ?? index + 1, draft.global.maxconn, incoming),
    ),
    userLists: draft.userLists,
    patternReferences: draft.patternLists.freeze(),
  });
}
