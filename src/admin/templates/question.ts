/**
 * What a template asks. A question is data: the form is drawn from it, the answer is read by it (answer.ts). What may be
 * answered is always a list of what is allowed, never of what is forbidden: an answer becomes words of a configuration.
 */

import type { TextShape } from './text-shapes.ts';

interface Base<Type extends string, Value> {
  readonly type: Type;
  readonly label: string;
  readonly help: string;
  /** The answer when none is given; undefined: an answer is needed. */
  readonly initially: Value | undefined;
  readonly example: Value;
}

/** An IPv4 or IPv6 address; `*` for all of the unit's where `any`. */
export interface AddressQuestion extends Base<'address', string> {
  readonly any: boolean;
}
export interface AddressesQuestion extends Base<'addresses', readonly string[]> {
  readonly least: number;
}
export type PortQuestion = Base<'port', number>;
export type HostQuestion = Base<'host', string>;
/** Each `address:port`, or `name address:port`. */
export interface ServersQuestion extends Base<'servers', readonly string[]> {
  readonly least: number;
  /** Servers without a name are called so, with a number. */
  readonly prefix: string;
}
/** Each `host address:port [address:port]...`. */
export interface RoutesQuestion extends Base<'routes', readonly string[]> {
  readonly least: number;
}
export interface ChoiceQuestion extends Base<'choice', string> {
  readonly choices: readonly { readonly value: string; readonly label: string }[];
}
export interface NumberQuestion extends Base<'number', number> {
  readonly least: number;
  readonly most: number;
  readonly unit: string;
}
export interface TextQuestion extends Base<'text', string> {
  readonly shape: TextShape;
}
export interface TextsQuestion extends Base<'texts', readonly string[]> {
  readonly shape: TextShape;
  readonly least: number;
}

export type Question =
  | AddressQuestion
  | AddressesQuestion
  | PortQuestion
  | HostQuestion
  | ServersQuestion
  | RoutesQuestion
  | ChoiceQuestion
  | NumberQuestion
  | TextQuestion
  | TextsQuestion;

export type Questions = Readonly<Record<string, Question>>;

export interface ServerAnswer {
  readonly name: string;
  /** As it stands in a configuration: brackets around IPv6. */
  readonly address: string;
}

export interface RouteAnswer {
  readonly host: string;
  readonly servers: readonly ServerAnswer[];
}

interface Values {
  address: string;
  addresses: readonly string[];
  port: number;
  host: string;
  servers: readonly ServerAnswer[];
  routes: readonly RouteAnswer[];
  choice: string;
  number: number;
  text: string;
  texts: readonly string[];
}

export type AnswersOf<Asked extends Questions> = { readonly [Id in keyof Asked]: Values[Asked[Id]['type']] };
export type AnswerValue = Values[keyof Values];

/** Most entries of a list that becomes lines. */
export const MOST_SERVERS = 32;
/** Most entries of a list that becomes words of one line, which HAProxy takes up to 64 of, and 2,048 bytes. */
export const MOST_WORDS = 16;
