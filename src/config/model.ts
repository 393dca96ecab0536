/**
 * The model: what a configuration says, as plain frozen data. The parser builds it, the runtime reads it; neither
 * knows the other. Times are milliseconds (undefined = no limit), sizes bytes, texts already unquoted.
 */

import type { LogFacility, LogFormat } from '../net/syslog-header.ts';
import type { LogSampleModel } from './log-sample.ts';

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

/**
 * A list of patterns that may change at run time: a file, shared by all that name it, or what one `acl` line says itself.
 */
export interface PatternReferenceModel {
  /** As the runtime API numbers it. */
  readonly id: number;
  /** As written; undefined: an `acl` line. */
  readonly file: string | undefined;
  /** Who uses it, as the runtime API tells. */
  readonly description: string;
  /** It belongs to an ACL, to a map (or to an ACL with `-M`). */
  readonly acl: boolean;
  readonly map: boolean;
  /** Each line of the file is a key and a value. */
  readonly hasValues: boolean;
  /** The file's contents; undefined: `patterns` has all. */
  readonly bytes: Uint8Array | undefined;
  readonly patterns: readonly string[];
  /** Host names among the patterns, and what they were resolved to. */
  readonly resolved: readonly { readonly name: string; readonly address: string }[];
  /** The ways in which its entries are compared, each once. */
  readonly uses: readonly PatternUseModel[];
}

export interface PatternUseModel {
  readonly match: AclModel['match'] | 'regm';
  readonly ignoreCase: boolean;
  /** What its values are: those of a map. */
  readonly value: 'none' | 'str' | 'sint' | 'addr';
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

export interface CheckModel {
  readonly interMs: number;
  readonly fastinterMs: number | undefined;
  readonly downinterMs: number | undefined;
  readonly rise: number;
  readonly fall: number;
  /** Undefined: the server's own. */
  readonly address: AddressModel | undefined;
  readonly port: number | undefined;
  readonly sendProxy: boolean;
}

/** How a backend's servers are checked: steps, the first of which connects. */
export interface CheckMethodModel {
  /** `none`: that the connection is accepted is enough. */
  readonly protocol: 'none' | 'tcp' | 'http';
  readonly steps: readonly CheckStepModel[];
  /** A server that is up and answers 404 is to get no new clients. */
  readonly disableOn404: boolean;
  /** Requests carry a header with the server's state. */
  readonly sendState: boolean;
}

/** `number` counts the rules from 1, 0 for a connection that no rule asks for; texts have one character a byte. */
export type CheckStepModel =
  | {
      readonly kind: 'connect';
      readonly implicit: boolean;
      /** `default`: as the server line says. */
      readonly asServer: boolean;
      readonly address: AddressModel | undefined;
      readonly port: number | undefined;
      readonly sendProxy: boolean;
      readonly linger: boolean;
      readonly comment: string;
      readonly number: number;
    }
  | { readonly kind: 'send'; readonly bytes: Uint8Array; readonly comment: string; readonly number: number }
  | {
      readonly kind: 'request';
      readonly method: string;
      readonly uri: string;
      readonly version: string;
      readonly headers: readonly { readonly name: string; readonly value: string }[];
      readonly body: string;
      readonly comment: string;
      readonly number: number;
    }
  | {
      readonly kind: 'expect';
      readonly expect: CheckExpectModel;
      readonly comment: string;
      readonly number: number;
    };

interface CheckExpectation {
  readonly negated: boolean;
  /** Bytes to wait for before a mismatch counts; -1: until the end. */
  readonly minimum: number;
  /** What `show stat` says then; '' for HAProxy's own words. */
  readonly onSuccess: string;
  readonly onError: string;
  readonly okStatus: 'L7OK' | 'L7OKC' | 'L6OK' | 'L4OK' | undefined;
  readonly errorStatus: 'L7RSP' | 'L7STS' | 'L7OKC' | 'L6RSP' | 'L4CON' | undefined;
  readonly timeoutStatus: 'L7TOUT' | 'L6TOUT' | 'L4TOUT' | undefined;
}

export interface CheckPatternModel {
  readonly what: 'status' | 'rstatus' | 'string' | 'rstring' | 'binary' | 'rbinary';
  /** `status`: the list of ranges. */
  readonly pattern: string;
}

export interface CheckHeaderModel {
  readonly what: 'header';
  readonly name: string;
  readonly nameMatch: HeaderMatch;
  /** Undefined: that there is such a header is enough. */
  readonly value: string | undefined;
  readonly valueMatch: HeaderMatch;
  /** Compare the whole line's value, not each of those that commas separate. */
  readonly whole: boolean;
}

export type HeaderMatch = 'str' | 'beg' | 'end' | 'sub' | 'reg';
export type CheckExpectModel = CheckExpectation & (CheckPatternModel | CheckHeaderModel);

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

/** A sample expression: a fetch, then converters. */
export interface ExpressionModel {
  readonly fetch: string;
  readonly args: readonly string[];
  readonly converters: readonly { readonly name: string; readonly args: readonly string[] }[];
}

/** One `acl` line or anonymous `{ … }`: an expression, how to match it, with what. */
export interface AclModel {
  readonly place: Place;
  /** '' for an anonymous one. */
  readonly name: string;
  readonly expression: ExpressionModel;
  readonly match:
    | 'found'
    | 'bool'
    | 'int'
    | 'ip'
    | 'bin'
    | 'len'
    | 'str'
    | 'sub'
    | 'reg'
    | 'beg'
    | 'end'
    | 'dir'
    | 'dom';
  readonly ignoreCase: boolean;
  /** Patterns of the line itself. */
  readonly patterns: readonly string[];
  /** Where they stand at run time: position among the model's references; -1: nowhere, they never change. */
  readonly reference: number;
  /** The files named before the patterns. */
  readonly files: readonly { readonly reference: number; readonly ignoreCase: boolean }[];
}

/**
 * A condition: any of the alternatives holds, in which all of the terms hold. A term is true when one of its ACLs
 * (several lines of one name are alternatives) matches, or, negated, when none does.
 */
export interface ConditionModel {
  readonly unless: boolean;
  readonly alternatives: readonly (readonly TermModel[])[];
}

export interface TermModel {
  readonly negated: boolean;
  readonly acls: readonly AclModel[];
}

/** A formatted string (log-format syntax), cut into pieces by the parser. */
export interface FormatModel {
  readonly text: string;
  readonly pieces: readonly FormatPiece[];
  /**
   * `log`: separators between pieces are merged, and none stands at the start. `header`: control bytes from expressions
   * are written as %XX, flag Q does not apply to them. `id`: both of these. `text`: neither.
   */
  readonly use: FormatUse;
}

export type FormatUse = 'log' | 'header' | 'id' | 'text';

export type FormatPiece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'variable'; readonly name: string; readonly flags: FormatFlags }
  | { readonly kind: 'expression'; readonly expression: ExpressionModel; readonly flags: FormatFlags };

export interface FormatFlags {
  readonly quote: boolean;
  readonly hex: boolean;
  readonly escape: boolean;
  /** `M`: '-' in place of an empty value. */
  readonly mandatory: boolean;
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

export interface RedirectModel {
  readonly kind: 'location' | 'prefix' | 'scheme';
  readonly to: FormatModel;
  readonly code: 301 | 302 | 303 | 307 | 308;
  readonly dropQuery: boolean;
  readonly appendSlash: boolean;
  /** No redirection when the location comes out empty: the next rule has its turn. */
  readonly ignoreEmpty: boolean;
  readonly setCookie: string | undefined;
  readonly clearCookie: string | undefined;
}

/** What the proxy answers itself: `http-request return`, `deny` and their kin, `http-error`, `errorfile`, `errorloc`. */
export interface ReplyModel {
  readonly status: number;
  readonly payload: ReplyPayloadModel;
  readonly contentType: string | undefined;
  readonly headers: readonly { readonly name: string; readonly value: FormatModel }[];
}

/**
 * `default`: the proxy's own error response for the status; `message`: a whole response as its bytes (none: close without a
 * word); `raw` and `format`: the body; `section`: the error file of an `http-errors` section, found once all is read.
 */
export type ReplyPayloadModel =
  | { readonly kind: 'none' | 'default' }
  | { readonly kind: 'message' | 'raw'; readonly bytes: Uint8Array }
  | { readonly kind: 'format'; readonly format: FormatModel }
  | { readonly kind: 'section'; readonly section: string };

export type UriNormalizer =
  | 'path-merge-slashes'
  | 'path-strip-dot'
  | 'path-strip-dotdot'
  | 'path-strip-dotdot full'
  | 'query-sort-by-name'
  | 'percent-to-uppercase'
  | 'percent-to-uppercase strict'
  | 'percent-decode-unreserved'
  | 'percent-decode-unreserved strict'
  | 'fragment-strip'
  | 'fragment-encode';

export type HttpActionModel =
  | { readonly kind: 'set-header' | 'add-header' | 'early-hint'; readonly name: string; readonly value: FormatModel }
  | { readonly kind: 'del-header'; readonly name: string; readonly match: 'str' | 'beg' | 'end' | 'sub' | 'reg' }
  | {
      /** The whole value of each header, or each of its comma-separated values, that the expression matches. */
      readonly kind: 'replace-header' | 'replace-value';
      readonly name: string;
      readonly pattern: string;
      readonly value: FormatModel;
    }
  | {
      readonly kind: 'set-method' | 'set-path' | 'set-pathq' | 'set-query' | 'set-uri';
      readonly value: FormatModel;
    }
  | {
      readonly kind: 'replace-path' | 'replace-pathq' | 'replace-uri';
      readonly pattern: string;
      readonly value: FormatModel;
    }
  | { readonly kind: 'normalize-uri'; readonly normalizer: UriNormalizer }
  | { readonly kind: 'set-status'; readonly status: number; readonly reason: string | undefined }
  | { readonly kind: 'add-acl' | 'del-acl' | 'del-map'; readonly file: string; readonly key: FormatModel }
  | { readonly kind: 'set-map'; readonly file: string; readonly key: FormatModel; readonly value: FormatModel }
  /** `conditions`: words such as `ifexists`, all of which must hold for the variable to be set. */
  | {
      readonly kind: 'set-var';
      readonly name: string;
      readonly conditions: readonly string[];
      readonly expression: ExpressionModel;
    }
  | {
      readonly kind: 'set-var-fmt';
      readonly name: string;
      readonly conditions: readonly string[];
      readonly value: FormatModel;
    }
  | { readonly kind: 'unset-var'; readonly name: string }
  /** 0 to 7, or -1: not logged at all. */
  | { readonly kind: 'set-log-level'; readonly level: number }
  | { readonly kind: 'set-mark' | 'set-tos'; readonly value: number }
  /** `slot` counts the frontend's places for captures from 0. */
  | { readonly kind: 'capture'; readonly expression: ExpressionModel; readonly slot: number }
  | { readonly kind: 'set-src' | 'set-dst'; readonly expression: ExpressionModel }
  | { readonly kind: 'set-src-port' | 'set-dst-port'; readonly expression: ExpressionModel }
  | { readonly kind: 'set-priority-class' | 'set-priority-offset'; readonly expression: ExpressionModel }
  | {
      readonly kind: 'set-timeout';
      readonly timeout: 'server' | 'tunnel';
      /** Milliseconds, or an expression that gives them. */
      readonly value: number | ExpressionModel;
    }
  | { readonly kind: 'wait-for-body'; readonly timeoutMs: number; readonly atLeast: number }
  /** `off`: a rewrite that fails is skipped instead of answered with a 500. */
  | { readonly kind: 'strict-mode'; readonly on: boolean }
  /** There is no retry after a response and no early data here: nothing is to be disabled or waited for. */
  | { readonly kind: 'disable-l7-retry' | 'wait-for-handshake' }
  | { readonly kind: 'deny' | 'tarpit' | 'return'; readonly reply: ReplyModel }
  | {
      /** A rule of 1.9 on whole lines: what becomes of the message, or of its lines, where the expression matches. */
      readonly kind: 'filter-lines';
      readonly effect: 'replace' | 'delete' | 'deny' | 'allow' | 'tarpit' | 'pass';
      readonly pattern: string;
      readonly ignoreCase: boolean;
      /** The new line, with `\1` to `\9` for groups. */
      readonly replacement: string;
      /** What is answered when it denies. */
      readonly status: number;
    }
  | { readonly kind: 'auth'; readonly realm: string | undefined }
  | { readonly kind: 'use-service'; readonly service: 'prometheus-exporter' }
  | { readonly kind: 'allow' | 'reject' | 'silent-drop' }
  | { readonly kind: 'redirect'; readonly redirect: RedirectModel };

export interface HttpRuleModel {
  readonly place: Place;
  readonly action: HttpActionModel;
  readonly condition: ConditionModel | undefined;
}

/** What `tcp-request` and `tcp-response` rules do; what HTTP rules do by the same name, they do alike. */
export type TcpActionModel =
  | {
      readonly kind:
        | 'accept'
        | 'reject'
        | 'close'
        | 'silent-drop'
        | 'expect-proxy'
        | 'expect-netscaler-cip'
        | 'switch-mode';
    }
  | Extract<
      HttpActionModel,
      {
        readonly kind:
          | 'capture'
          | 'set-log-level'
          | 'set-mark'
          | 'set-tos'
          | 'set-src'
          | 'set-src-port'
          | 'set-dst'
          | 'set-dst-port'
          | 'set-priority-class'
          | 'set-priority-offset'
          | 'set-var'
          | 'set-var-fmt'
          | 'unset-var';
      }
    >;

export interface TcpRuleModel {
  readonly place: Place;
  readonly action: TcpActionModel;
  readonly condition: ConditionModel | undefined;
}

/** `use-server`: of the rules that hold, the first whose server is up. */
export interface UseServerModel {
  readonly place: Place;
  /** '' when `format` makes the name for each request. */
  readonly server: string;
  readonly format: FormatModel | undefined;
  readonly condition: ConditionModel;
}

export interface UseBackendModel {
  readonly place: Place;
  /** '' when `format` makes the name for each request. */
  readonly backend: string;
  readonly format: FormatModel | undefined;
  readonly condition: ConditionModel | undefined;
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
