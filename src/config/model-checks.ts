/** Health checks in the model: see `model.ts`. Texts have one character a byte. */
import type { AddressModel } from './model.ts';

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
