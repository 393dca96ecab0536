/**
 * The model: what a configuration says, as plain frozen data. The parser builds it, the runtime reads it; neither
 * knows the other. Times are milliseconds (undefined = no limit), sizes bytes, texts already unquoted.
 */

import type { LogFacility, LogFormat } from '../net/syslog-header.ts';
import type { LogSampleModel } from './log-sample.ts';
import type { CheckMethodModel, CheckModel } from './model-checks.ts';
import type {
  ConditionModel,
  ExpressionModel,
  FormatModel,
  HttpActionModel,
  HttpRuleModel,
  PatternReferenceModel,
  ReplyModel,
  TcpRuleModel,
  UseBackendModel,
  UseServerModel,
} from './model-rules.ts';

/** Where something stands in the configuration, for messages: `line` and `column` count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface Model {
  readonly global: GlobalModel;
  /** Every frontend, backend and listen, in file order (HAProxy numbers and starts them in this order). */
  readonly proxies: readonly ProxyModel[];
  readonly userLists: readonly UserListModel[];
  /** In the order in which they are named; ACLs refer to them by position. */
  readonly patternReferences: readonly PatternReferenceModel[];
}

/** A `userlist` section: who may authenticate, kept for the rules that will ask. */
export interface UserListModel {
  readonly place: Place;
  readonly name: string;
  readonly groups: readonly { readonly name: string; readonly users: readonly string[] }[];
  readonly users: readonly {
    readonly name: string;
    readonly password: string;
    /** `password` is a crypt(3) hash, or the clear text (`insecure-password`). */
    readonly hashed: boolean;
    readonly groups: readonly string[];
  }[];
}

/** Severities by number, as syslog has them: 0 emerg, 1 alert, 2 crit, 3 err, 4 warning, 5 notice, 6 info, 7 debug. */
export interface LogTargetModel {
  readonly place: Place;
  /** What a log line is sent to; `stdout`/`stderr` are `fd@1`/`fd@2`. */
  readonly address: AddressModel;
  /** `datagram`: UDP or a datagram unix socket; `stream`: TCP (`tcp@`) or a stream unix socket. */
  readonly protocol: 'datagram' | 'stream';
  /** `default`: `local`, or `rfc3164` with `log-send-hostname`. */
  readonly format: LogFormat;
  /** Not all lines are sent there; undefined: all. */
  readonly sample: LogSampleModel | undefined;
  readonly facility: LogFacility;
  /** Messages less urgent than this are dropped. */
  readonly maxLevel: number;
  /** Messages more urgent than this are sent as this. */
  readonly minLevel: number;
  /** Longest line, bytes (default 1024). */
  readonly length: number;
}

/** An address as written, resolved when the configuration is loaded. */
export type AddressModel =
  | {
      readonly kind: 'ipv4' | 'ipv6';
      readonly host: string;
      readonly port: number;
      readonly portEnd: number;
      /** `bind :80` or `*:80`: any address. */ readonly any: boolean;
      /** server lines: the port is an offset to the client's destination port (`+80`, `-80`, or none). */
      readonly portOffset: 'none' | 'same' | 'plus' | 'minus';
    }
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'abstract'; readonly path: string }
  | { readonly kind: 'fd'; readonly fd: number };

/** A `stats socket` line: a bind line whose listener leads to the runtime API. */
export interface StatsSocketModel extends BindModel {
  readonly level: 'user' | 'operator' | 'admin';
}

export interface GlobalModel {
  readonly maxconn: number | undefined;
  /** A second, in all frontends together; 0: no limit. */
  readonly maxConnectionRate: number;
  readonly maxSessionRate: number;
  readonly nbthread: number;
  readonly daemon: boolean;
  readonly quiet: boolean;
  /** A warning is an error. */
  readonly zeroWarning: boolean;
  /** What becomes of environment variables, names and values as byte strings; undefined: it is removed. */
  readonly environment: readonly { readonly name: string; readonly value: string | undefined }[];
  readonly pidfile: string | undefined;
  readonly chroot: string | undefined;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  readonly ulimitN: number | undefined;
  /** Descriptors that `maxconn` is reckoned from, at most. */
  readonly fdHardLimit: number | undefined;
  /** A limit that cannot be raised ends the start. */
  readonly strictLimits: boolean;
  /** The processors to run on. */
  readonly processors: readonly number[] | undefined;
  /** False: listening sockets keep their port to themselves. */
  readonly reusePort: boolean;
  /** Between the signal and the soft stop. */
  readonly graceMs: number | undefined;
  readonly node: string | undefined;
  readonly description: string | undefined;
  readonly logTargets: readonly LogTargetModel[];
  readonly logTag: string | undefined;
  /** `log-send-hostname`: undefined = not sent, else the name to send. */
  readonly logHostname: string | undefined;
  readonly statsSockets: readonly StatsSocketModel[];
  readonly statsTimeoutMs: number;
  readonly statsMaxconn: number;
  readonly spreadChecksPercent: number;
  readonly maxSpreadChecksMs: number | undefined;
  readonly hardStopAfterMs: number | undefined;
  /** What is set at the start, in this order; all of the process. */
  readonly variables: readonly Extract<HttpActionModel, { readonly kind: 'set-var' | 'set-var-fmt' }>[];
  readonly tune: {
    readonly bufsize: number;
    readonly maxrewrite: number;
    readonly httpMaxhdr: number;
    readonly httpLogurilen: number;
    readonly maxaccept: number | undefined;
    readonly rcvbufClient: number | undefined;
    readonly rcvbufServer: number | undefined;
    readonly sndbufClient: number | undefined;
    readonly sndbufServer: number | undefined;
    /** Share of the descriptors in use from which idle server connections are kept only as needed, or not at all; percent. */
    readonly poolLowFdRatio: number;
    readonly poolHighFdRatio: number;
    /** Most bytes that variables may take, by scope (`exchange`: those of a request or response); 0 = no limit. */
    readonly variables: {
      readonly global: number;
      readonly process: number;
      readonly session: number;
      readonly transaction: number;
      readonly exchange: number;
    };
  };
}

export interface BindModel {
  readonly place: Place;
  /** As written, for messages and `show stat`. */
  readonly text: string;
  readonly addresses: readonly AddressModel[];
  readonly name: string | undefined;
  readonly id: number | undefined;
  readonly acceptProxy: boolean;
  /** `accept-netscaler-cip`: the number that such a header begins with. */
  readonly netscalerMagic: number | undefined;
  readonly backlog: number | undefined;
  readonly maxconn: number | undefined;
  readonly interface: string | undefined;
  readonly mode: number | undefined;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  readonly mss: number | undefined;
  readonly tcpFastOpen: boolean;
  readonly deferAccept: boolean;
  readonly transparent: boolean;
  readonly v4v6: boolean;
  readonly v6only: boolean;
  readonly namespace: string | undefined;
  readonly tcpUserTimeoutMs: number | undefined;
}

export interface SourceModel {
  readonly address: AddressModel;
  readonly interface: string | undefined;
}

export interface ServerModel {
  readonly place: Place;
  readonly name: string;
  readonly id: number | undefined;
  readonly address: AddressModel;
  /** Address as written. */
  readonly addressText: string;
  readonly weight: number;
  readonly maxconn: number;
  readonly minconn: number;
  readonly maxqueue: number;
  readonly backup: boolean;
  readonly disabled: boolean;
  readonly slowstartMs: number;
  readonly source: SourceModel | undefined;
  readonly sendProxy: 'none' | 'v1' | 'v2';
  readonly redirectPrefix: string | undefined;
  /** Shown by the statistics, as in HAProxy when no `cookie` line inserts it. */
  readonly cookie: string | undefined;
  readonly tcpFastOpen: boolean;
  readonly tcpUserTimeoutMs: number | undefined;
  readonly namespace: string | undefined;
  readonly poolMaxConn: number;
  readonly poolPurgeDelayMs: number;
  readonly poolLowConn: number;
  readonly maxReuse: number;
  readonly onMarkedDown: 'none' | 'shutdown-sessions';
  readonly onMarkedUp: 'none' | 'shutdown-backup-sessions';
  readonly check: CheckModel | undefined;
}

export type BalanceAlgorithm =
  | 'roundrobin'
  | 'static-rr'
  | 'leastconn'
  | 'first'
  | 'source'
  | 'uri'
  | 'url_param'
  | 'hdr'
  | 'rdp-cookie'
  | 'hash'
  | 'random';

/** What is hashed to find a server. A request without it takes the next server in turn. */
export type BalanceKeyModel =
  /** `length` and `depth`: bytes and directories that count, 0 = all. */
  | {
      readonly kind: 'uri';
      readonly whole: boolean;
      readonly pathOnly: boolean;
      readonly length: number;
      readonly depth: number;
    }
  | { readonly kind: 'url_param'; readonly name: string }
  /** `domainOnly`: of a host name, the label before the last dot. */
  | { readonly kind: 'hdr'; readonly name: string; readonly domainOnly: boolean }
  | { readonly kind: 'expression'; readonly expression: ExpressionModel };

export interface BalanceModel {
  readonly algorithm: BalanceAlgorithm;
  /** Of `uri`, `url_param`, `hdr`, `rdp-cookie` and `hash`. */
  readonly key: BalanceKeyModel | undefined;
  /** `random`: so many servers are drawn, the least loaded of them is taken. */
  readonly draws: number;
  readonly hashType: 'map-based' | 'consistent';
  readonly hashFunction: 'sdbm' | 'djb2' | 'wt6' | 'crc32';
  readonly hashAvalanche: boolean;
  /** Most load of a server, percent of the average; 0 = no limit. */
  readonly hashBalanceFactor: number;
}

/** The formatted strings of a proxy. */
export interface ProxyFormats {
  /** Undefined: no log-format of its own, the short default line. */
  readonly log: FormatModel | undefined;
  readonly structuredData: FormatModel | undefined;
  /** For connections that never became a request; undefined: the log format. */
  readonly error: FormatModel | undefined;
  readonly uniqueId: FormatModel | undefined;
}

export interface CaptureModel {
  /** Undefined: a place for what rules capture. */
  readonly header: string | undefined;
  /** Most bytes that are kept. */
  readonly length: number;
}

/** What is answered in place of the built-in response for this status (`errorfile`, `errorloc`, `errorfiles`, `http-error`). */
export interface ErrorResponseModel {
  readonly status: number;
  readonly reply: ReplyModel;
}

export interface OriginalToModel {
  /** Networks that are not told of (`except`). */
  readonly except: string | undefined;
  readonly header: string;
}

/** Of TCP keep-alive packets; 0: as the system does. */
export interface KeepAliveModel {
  readonly count: number;
  readonly idleSeconds: number;
  readonly intervalSeconds: number;
}

export interface ForwardForModel {
  /** Networks whose clients get no header (`except`). */
  readonly except: string | undefined;
  readonly header: string;
  readonly ifNone: boolean;
}

export interface ProxyModel {
  readonly place: Place;
  readonly name: string;
  readonly id: number;
  readonly frontend: boolean;
  readonly backend: boolean;
  readonly mode: 'http' | 'tcp';
  readonly disabled: boolean;
  readonly description: string | undefined;
  /** Between the signal to stop softly and the end of listening. */
  readonly graceMs: number;

  readonly timeouts: {
    readonly client: number | undefined;
    readonly clientFin: number | undefined;
    readonly connect: number | undefined;
    readonly server: number | undefined;
    readonly serverFin: number | undefined;
    readonly queue: number | undefined;
    readonly httpRequest: number | undefined;
    readonly httpKeepAlive: number | undefined;
    readonly tunnel: number | undefined;
    readonly tarpit: number | undefined;
    readonly check: number | undefined;
  };

  readonly logTargets: readonly LogTargetModel[];
  readonly logTag: string | undefined;
  readonly formats: ProxyFormats;
  /**
   * When the log line is written: as soon as all is known that is to be in it. `response`: when the head of the response is
   * there, in TCP mode when the server was reached (`option logasap` too). Only lines at the end have totals.
   */
  readonly logMoment: 'request' | 'response' | 'end';
  /** Something is written from the request line. */
  readonly logsRequestLine: boolean;
  /** Something is written of our end of the connection to the server. */
  readonly logsServerSource: boolean;
  readonly uniqueIdHeader: string | undefined;
  /** Places in which headers, or what rules capture, are kept; `capture.req.hdr(n)` counts them from 0. */
  readonly requestCaptures: readonly CaptureModel[];
  readonly responseCaptures: readonly CaptureModel[];
  /** The cookie whose values are logged, as the client sends it and as the server sets it. */
  readonly cookieCapture: { readonly name: string; readonly length: number } | undefined;

  readonly options: {
    readonly dontlognull: boolean;
    readonly dontlogNormal: boolean;
    readonly logSeparateErrors: boolean;
    readonly logHealthChecks: boolean;
    readonly abortonclose: boolean;
    /** Redispatch after this many retries: 0 off, -1 (the option alone) on the last one, N every Nth, -N counting from the last. */
    readonly redispatch: number;
    readonly httpIgnoreProbes: boolean;
    readonly acceptInvalidHttpRequest: boolean;
    readonly acceptInvalidHttpResponse: boolean;
    readonly clitcpka: boolean;
    readonly srvtcpka: boolean;
    readonly nolinger: boolean;
    readonly contstats: boolean;
    readonly allbackups: boolean;
    readonly tcpSmartAccept: boolean;
    readonly tcpSmartConnect: boolean;
    readonly socketStats: boolean;
    readonly preferLastServer: boolean;
    /** The whole payload of a request (or a buffer of it) is waited for before its rules run. */
    readonly httpBufferRequest: boolean;
    /** A request with an authority in its target is one for a proxy. */
    readonly httpUseProxyHeader: boolean;
    /** Servers are not told that their connection will be closed. */
    readonly httpPretendKeepalive: boolean;
  };
  /** How `option clitcpka` and `option srvtcpka` ask silent peers. */
  readonly clientKeepAlive: KeepAliveModel;
  readonly serverKeepAlive: KeepAliveModel;
  readonly httpMode: 'keep-alive' | 'server-close' | 'close';
  readonly httpReuse: 'never' | 'safe' | 'aggressive' | 'always';
  readonly forwardFor: ForwardForModel | undefined;
  readonly originalTo: OriginalToModel | undefined;
  /** What is done about request headers whose names have other characters than letters, digits and dashes. */
  readonly restrictHeaderNames: 'preserve' | 'reject' | 'delete';
  readonly errorResponses: readonly ErrorResponseModel[];

  /** Frontend side. */
  readonly binds: readonly BindModel[];
  readonly maxconn: number | undefined;
  readonly backlog: number | undefined;
  /** Sessions a second; 0: no limit. */
  readonly sessionRateLimit: number;
  readonly defaultBackend: string | undefined;
  readonly useBackends: readonly UseBackendModel[];
  readonly monitorUri: string | undefined;
  readonly monitorFail: readonly ConditionModel[];

  /** Before the session begins, and when it does. */
  readonly tcpConnectionRules: readonly TcpRuleModel[];
  readonly tcpSessionRules: readonly TcpRuleModel[];

  /** On what the client (both sides) or the server (backend side) sends first, and how long to wait for that, ms. */
  readonly tcpRequestRules: readonly TcpRuleModel[];
  readonly tcpRequestDelayMs: number;
  readonly tcpResponseRules: readonly TcpRuleModel[];
  readonly tcpResponseDelayMs: number;

  /** Both sides; `redirect` lines stand here in their order among the http-request rules' end. */
  readonly httpRequestRules: readonly HttpRuleModel[];
  readonly redirectRules: readonly HttpRuleModel[];
  readonly httpResponseRules: readonly HttpRuleModel[];
  readonly httpAfterResponseRules: readonly HttpRuleModel[];

  /** Backend side. */
  readonly servers: readonly ServerModel[];
  readonly useServers: readonly UseServerModel[];
  /** Where everything goes without balancing (`dispatch`, `option transparent`); undefined: to the servers. */
  readonly direct: AddressModel | undefined;
  readonly balance: BalanceModel;
  readonly retries: number;
  readonly fullconn: number | undefined;
  readonly source: SourceModel | undefined;
  readonly checkMethod: CheckMethodModel;
  readonly httpSendNameHeader: string | undefined;
}
