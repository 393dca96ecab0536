/** Samples, ACLs, formats and rules in the model: see `model.ts`. */
import type { Place } from './model.ts';

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
