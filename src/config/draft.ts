/**
 * The configuration while it is being read: the same facts as the model, but changeable, and with what only the parser
 * needs (was this said here or inherited?). `freeze.ts` turns it into the model.
 */

import { type CheckDraft, newCheck } from './check-rules.ts';
import type {
  AddressModel,
  BalanceModel,
  BindModel,
  CaptureModel,
  ErrorResponseModel,
  ForwardForModel,
  GlobalModel,
  KeepAliveModel,
  LogTargetModel,
  OriginalToModel,
  Place,
  ProxyFormats,
  ProxyModel,
  ServerModel,
  SourceModel,
  UserListModel,
} from './model.ts';
import type { CheckModel } from './model-checks.ts';
import type {
  AclModel,
  ConditionModel,
  HttpRuleModel,
  ReplyModel,
  TcpRuleModel,
  UseBackendModel,
  UseServerModel,
} from './model-rules.ts';
import type { PatternLists } from './pattern-lists.ts';
import type { SourceLines } from './source-lines.ts';

export type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export type ProxySection = 'defaults' | 'frontend' | 'backend' | 'listen';

export type TimeoutName = keyof ProxyModel['timeouts'];

/** One named ACL; several lines of one name share this object, also those that follow its use. */
export interface AclDraft {
  readonly name: string;
  readonly lines: AclModel[];
}

export interface ServerDraft extends Mutable<Omit<ServerModel, 'check'>> {
  /** `check` was said; the settings below are kept either way, for `default-server`. */
  checked: boolean;
  check: Mutable<CheckModel>;
  /** A host name that did not resolve: an error once the whole file is read. */
  unresolved: string | undefined;
}

/** An `errorfile`, `errorloc` or `http-error` line, or an `errorfiles` line (no statuses: all that the section has). */
export type ErrorRuleDraft =
  | ErrorResponseModel
  | { readonly place: Place; readonly section: string; readonly statuses: readonly number[] | undefined };

/** An `http-errors` section. */
export interface ErrorSectionDraft {
  readonly place: Place;
  readonly name: string;
  readonly files: Map<number, ReplyModel>;
}

/** A formatted string that can be read only once the proxy's mode is known. */
export interface FormatDraft {
  readonly text: string;
  readonly place: Place;
}

/** `option`: which one it came from, or a `log-format` line. */
export interface LogFormatDraft extends FormatDraft {
  readonly option: 'httplog' | 'httplog clf' | 'tcplog' | 'httpslog' | undefined;
}

export interface ProxyDraft {
  readonly section: ProxySection;
  readonly place: Place;
  readonly name: string;
  readonly frontend: boolean;
  readonly backend: boolean;
  /** The defaults section it started from; undefined: HAProxy's own defaults. */
  readonly defaults: ProxyDraft | undefined;
  /** A defaults section that was used without its name, or by its name (both is ambiguous). */
  usedImplicitly: boolean;
  usedExplicitly: boolean;
  id: number | undefined;
  mode: 'http' | 'tcp';
  disabled: boolean;
  description: string | undefined;
  graceMs: number;
  timeouts: Record<TimeoutName, number>;
  /** What `timeouts` was on entry: overwriting an own value is worth a warning. */
  inheritedTimeouts: Readonly<Record<TimeoutName, number>>;
  logTargets: LogTargetModel[];
  logTag: string | undefined;
  logFormat: LogFormatDraft | undefined;
  structuredDataFormat: FormatDraft | undefined;
  errorLogFormat: FormatDraft | undefined;
  uniqueIdFormat: FormatDraft | undefined;
  uniqueIdHeader: string | undefined;
  /** What became of these once the mode was known. */
  formats: ProxyFormats;
  requestCaptures: CaptureModel[];
  responseCaptures: CaptureModel[];
  cookieCapture: { readonly name: string; readonly length: number } | undefined;
  /** `option x`: true, `no option x`: false, absent: the default. */
  options: Map<string, boolean>;
  redispatch: number;
  clientKeepAlive: KeepAliveModel;
  serverKeepAlive: KeepAliveModel;
  httpMode: ProxyModel['httpMode'];
  httpReuse: ProxyModel['httpReuse'];
  forwardFor: ForwardForModel | undefined;
  originalTo: OriginalToModel | undefined;
  restrictHeaderNames: ProxyModel['restrictHeaderNames'];
  /** In the order of the lines, those of the defaults section first: which one holds is known once all sections are read. */
  errorRules: ErrorRuleDraft[];
  binds: BindModel[];
  maxconn: number;
  backlog: number;
  sessionRateLimit: number;
  defaultBackend: string | undefined;
  useBackends: UseBackendModel[];
  monitorUri: string | undefined;
  monitorFail: ConditionModel[];
  acls: Map<string, AclDraft>;
  tcpConnectionRules: TcpRuleModel[];
  tcpSessionRules: TcpRuleModel[];
  tcpRequestRules: TcpRuleModel[];
  tcpRequestDelay: number;
  tcpResponseRules: TcpRuleModel[];
  tcpResponseDelay: number;
  useServers: UseServerModel[];
  dispatch: AddressModel | undefined;
  httpRequestRules: HttpRuleModel[];
  redirectRules: HttpRuleModel[];
  /** `block`, and the rules of 1.9 on whole lines. */
  blockRules: HttpRuleModel[];
  requestFilters: HttpRuleModel[];
  responseFilters: HttpRuleModel[];
  httpResponseRules: HttpRuleModel[];
  httpAfterResponseRules: HttpRuleModel[];
  servers: ServerDraft[];
  defaultServer: ServerDraft;
  /** Undefined: no `balance` line, which is round robin. */
  balance: Pick<BalanceModel, 'algorithm' | 'key' | 'draws'> | undefined;
  hashBalanceFactor: number;
  hash: Pick<BalanceModel, 'hashType' | 'hashFunction' | 'hashAvalanche'>;
  retries: number;
  fullconn: number;
  source: SourceModel | undefined;
  check: CheckDraft;
  httpSendNameHeader: string | undefined;
}

export type GlobalDraft = Mutable<Omit<GlobalModel, 'tune' | 'variables'>> & {
  tune: Mutable<Omit<GlobalModel['tune'], 'variables'>> & { variables: Mutable<GlobalModel['tune']['variables']> };
  variables: GlobalModel['variables'][number][];
  unixBind: { prefix: string; mode: number | undefined; uid: number | undefined; gid: number | undefined };
  /** `cpu-map 1/...`: what the first thread may use of `processors`. */
  threadProcessors: readonly number[] | undefined;
  /** Keywords that may be said once. */
  readonly said: Set<string>;
};

export interface ConfigurationDraft {
  readonly global: GlobalDraft;
  readonly defaults: ProxyDraft[];
  readonly proxies: ProxyDraft[];
  /** The first proxy of a name that has the side; a `listen` is in both. */
  readonly frontendNames: Map<string, ProxyDraft>;
  readonly backendNames: Map<string, ProxyDraft>;
  readonly userLists: Mutable<UserListModel>[];
  readonly errorSections: ErrorSectionDraft[];
  readonly patternLists: PatternLists;
  readonly lines: SourceLines;
}

export const NOWHERE: Place = { file: '', line: 0, column: 0 };

/** HAProxy's own settings of a server (manual 5.2). */
function initialServer(): ServerDraft {
  return {
    place: NOWHERE,
    name: '',
    id: undefined,
    address: { kind: 'ipv4', host: '0.0.0.0', port: 0, portEnd: 0, any: true, portOffset: 'same' },
    addressText: '',
    weight: 1,
    maxconn: 0,
    minconn: 0,
    maxqueue: 0,
    backup: false,
    disabled: false,
    slowstartMs: 0,
    source: undefined,
    sendProxy: 'none',
    redirectPrefix: undefined,
    cookie: undefined,
    tcpFastOpen: false,
    tcpUserTimeoutMs: undefined,
    namespace: undefined,
    poolMaxConn: -1,
    poolPurgeDelayMs: 5000,
    poolLowConn: 0,
    maxReuse: -1,
    onMarkedDown: 'none',
    onMarkedUp: 'none',
    checked: false,
    check: {
      interMs: 2000,
      fastinterMs: undefined,
      downinterMs: undefined,
      rise: 2,
      fall: 3,
      address: undefined,
      port: undefined,
      sendProxy: false,
    },
    unresolved: undefined,
  };
}

export function copyServer(server: ServerDraft): ServerDraft {
  return { ...server, check: { ...server.check } };
}

const SYSTEM_KEEP_ALIVE: KeepAliveModel = { count: 0, idleSeconds: 0, intervalSeconds: 0 };

const NO_TIMEOUTS: Readonly<Record<TimeoutName, number>> = {
  client: 0,
  clientFin: 0,
  connect: 0,
  server: 0,
  serverFin: 0,
  queue: 0,
  httpRequest: 0,
  httpKeepAlive: 0,
  tunnel: 0,
  tarpit: 0,
  check: 0,
};

const FRONTEND_TIMEOUTS: readonly TimeoutName[] = ['client', 'clientFin', 'tarpit', 'httpRequest', 'httpKeepAlive'];
const BACKEND_TIMEOUTS: readonly TimeoutName[] = [
  'connect',
  'server',
  'serverFin',
  'check',
  'queue',
  'tarpit',
  'httpRequest',
  'httpKeepAlive',
  'tunnel',
];

/** A new section: HAProxy's defaults, or what the given defaults section hands down to its kind of section. */
export function newProxy(
  section: ProxySection,
  name: string,
  place: Place,
  defaults: ProxyDraft | undefined,
): ProxyDraft {
  const frontend = section !== 'backend';
  const backend = section !== 'frontend';
  const timeouts = { ...NO_TIMEOUTS };
  if (defaults !== undefined) {
    for (const timeout of frontend ? FRONTEND_TIMEOUTS : []) timeouts[timeout] = defaults.timeouts[timeout];
    for (const timeout of backend ? BACKEND_TIMEOUTS : []) timeouts[timeout] = defaults.timeouts[timeout];
  }
  return {
    section,
    place,
    name,
    frontend,
    backend,
    defaults,
    usedImplicitly: false,
    usedExplicitly: false,
    id: undefined,
    mode: defaults?.mode ?? 'tcp',
    disabled: defaults?.disabled ?? false,
    description: undefined,
    graceMs: defaults?.graceMs ?? 0,
    timeouts,
    inheritedTimeouts: { ...timeouts },
    logTargets: [...(defaults?.logTargets ?? [])],
    logTag: defaults?.logTag,
    logFormat: frontend ? defaults?.logFormat : undefined,
    structuredDataFormat: frontend ? defaults?.structuredDataFormat : undefined,
    errorLogFormat: frontend ? defaults?.errorLogFormat : undefined,
    uniqueIdFormat: frontend ? defaults?.uniqueIdFormat : undefined,
    uniqueIdHeader: frontend ? defaults?.uniqueIdHeader : undefined,
    formats: { log: undefined, structuredData: undefined, error: undefined, uniqueId: undefined },
    requestCaptures: [],
    responseCaptures: [],
    cookieCapture: undefined,
    options: new Map(defaults?.options),
    redispatch: defaults?.redispatch ?? 0,
    clientKeepAlive: defaults?.clientKeepAlive ?? SYSTEM_KEEP_ALIVE,
    serverKeepAlive: defaults?.serverKeepAlive ?? SYSTEM_KEEP_ALIVE,
    httpMode: defaults?.httpMode ?? 'keep-alive',
    httpReuse: defaults?.httpReuse ?? 'safe',
    forwardFor: defaults?.forwardFor,
    originalTo: defaults?.originalTo,
    restrictHeaderNames: defaults?.restrictHeaderNames ?? 'preserve',
    errorRules: [...(defaults?.errorRules ?? [])],
    binds: [],
    maxconn: frontend ? (defaults?.maxconn ?? 0) : 0,
    backlog: frontend ? (defaults?.backlog ?? 0) : 0,
    sessionRateLimit: frontend ? (defaults?.sessionRateLimit ?? 0) : 0,
    defaultBackend: frontend ? defaults?.defaultBackend : undefined,
    useBackends: [],
    monitorUri: frontend ? defaults?.monitorUri : undefined,
    monitorFail: [],
    acls: new Map(),
    tcpConnectionRules: [],
    tcpSessionRules: [],
    tcpRequestRules: [],
    tcpRequestDelay: defaults?.tcpRequestDelay ?? 0,
    tcpResponseRules: [],
    tcpResponseDelay: defaults?.tcpResponseDelay ?? 0,
    useServers: [],
    dispatch: undefined,
    httpRequestRules: [],
    redirectRules: [],
    blockRules: [],
    requestFilters: [],
    responseFilters: [],
    httpResponseRules: [],
    httpAfterResponseRules: [],
    servers: [],
    defaultServer: defaults === undefined ? initialServer() : copyServer(defaults.defaultServer),
    balance: backend ? defaults?.balance : undefined,
    hashBalanceFactor: backend ? (defaults?.hashBalanceFactor ?? 0) : 0,
    hash:
      backend && defaults !== undefined
        ? { ...defaults.hash }
        : { hashType: 'map-based', hashFunction: 'sdbm', hashAvalanche: false },
    retries: backend ? (defaults?.retries ?? 3) : 0,
    fullconn: backend ? (defaults?.fullconn ?? 0) : 0,
    source: backend ? defaults?.source : undefined,
    check: newCheck(backend ? defaults?.check : undefined),
    httpSendNameHeader: defaults?.httpSendNameHeader,
  };
}

export function newGlobal(): GlobalDraft {
  return {
    maxconn: undefined,
    maxConnectionRate: 0,
    maxSessionRate: 0,
    nbthread: 1,
    daemon: false,
    quiet: false,
    zeroWarning: false,
    environment: [],
    pidfile: undefined,
    chroot: undefined,
    uid: undefined,
    gid: undefined,
    ulimitN: undefined,
    fdHardLimit: undefined,
    strictLimits: true,
    processors: undefined,
    threadProcessors: undefined,
    reusePort: true,
    graceMs: undefined,
    node: undefined,
    description: undefined,
    logTargets: [],
    logTag: undefined,
    logHostname: undefined,
    statsSockets: [],
    statsTimeoutMs: 10_000,
    statsMaxconn: 10,
    spreadChecksPercent: 0,
    maxSpreadChecksMs: undefined,
    hardStopAfterMs: undefined,
    tune: {
      bufsize: 16384,
      maxrewrite: 1024,
      httpMaxhdr: 101,
      httpLogurilen: 1024,
      maxaccept: undefined,
      rcvbufClient: undefined,
      rcvbufServer: undefined,
      sndbufClient: undefined,
      sndbufServer: undefined,
      poolLowFdRatio: 20,
      poolHighFdRatio: 25,
      variables: { global: 0, process: 0, session: 0, transaction: 0, exchange: 0 },
    },
    variables: [],
    unixBind: { prefix: '', mode: undefined, uid: undefined, gid: undefined },
    said: new Set(),
  };
}
