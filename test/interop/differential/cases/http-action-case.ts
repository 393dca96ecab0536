/** A case about an action of HTTP rules: one exchange under some rules. */
import {
  closed,
  type DifferentialCase,
  get,
  httpCase,
  type Loose,
  reply,
  type Script,
  send,
  serve,
  web,
} from '../case.ts';

export type Lines = Parameters<typeof web>[0];
type More = {
  readonly files?: Readonly<Record<string, string>>;
  readonly logs?: number;
  readonly origin?: Script;
  readonly client?: Script;
  readonly bodyless?: readonly number[];
};

/** `set-src` keeps the port the client came from; of two timeouts at once either may be told. */
const LOOSE: readonly Loose[] = [
  { pattern: /(192\.0\.2\.9|127\.0\.0\.0|2001:db8::9):\d{5}/g, as: '$1:PORT', because: 'clients come from any port' },
  { pattern: / 101 132 - - [cs]D-- /g, as: ' 101 132 - - ?D-- ', because: 'both sides of a tunnel expire at once' },
];

/** One request and its answer under some rules. */
export function action(
  name: string,
  expect: string,
  lines: Lines,
  request: string = get('/'),
  more: More = {},
): DifferentialCase {
  return httpCase({
    name: `action-${name}`,
    expect,
    config: web(lines),
    client: more.client ?? [send(request), closed],
    loose: LOOSE,
    ...more,
  });
}

export const front = (...rules: readonly string[]): Lines => ({ frontend: rules });
export const back = (...rules: readonly string[]): Lines => ({ backend: rules });
/** http-request rules of the frontend. */
export const ask = (...rules: readonly string[]): Lines => front(...rules.map((rule) => `http-request ${rule}`));
/** http-response rules of the backend. */
export const answer = (...rules: readonly string[]): Lines => back(...rules.map((rule) => `http-response ${rule}`));
export const after = (...rules: readonly string[]): Lines =>
  front(...rules.map((rule) => `http-after-response ${rule}`));
export const respond = (...headers: readonly string[]): More => ({ origin: [serve(reply('hello', ...headers))] });
