/**
 * Points in which our program differs from haproxy knowingly. Every entry needs a reason that a user would accept; one
 * that no longer differs fails the suite, so the list cannot rot.
 */
export interface KnownException {
  readonly case: string;
  /** `client-N`, `origin-NAME` or `log`. */
  readonly field: string;
  readonly reason: string;
}

const LOW_STATUS =
  'a status below 100 is no HTTP: haproxy takes content-length out of it and sends the body all the same';

const OUT_OF_RANGE =
  'addresses and ports that cannot be are refused: haproxy takes 192.0.2.700 for 192.0.4.188, and lets such a client past `src` rules';

export const exceptions: readonly KnownException[] = [
  { case: 'bad-line-h2-preface', field: 'client-1', reason: 'haproxy begins HTTP/2, which Mahalo does not speak yet' },
  { case: 'bad-line-h2-preface', field: 'log', reason: 'haproxy begins HTTP/2, which Mahalo does not speak yet' },
  { case: 'resp-line-two-digits', field: 'client-1', reason: LOW_STATUS },
  { case: 'resp-line-status-000', field: 'client-1', reason: LOW_STATUS },
  { case: 'resp-line-status-099', field: 'client-1', reason: LOW_STATUS },
  {
    case: 'rule-response-del-header',
    field: 'client-1',
    reason: 'a rule removed content-length: haproxy sends the body chunked, Mahalo says the length again',
  },
  ...['proxy-in-v1-bad-address', 'proxy-in-v1-bad-port'].flatMap((name) =>
    ['client-1', 'origin-main', 'log'].map((field) => ({ case: name, field, reason: OUT_OF_RANGE })),
  ),
  {
    case: 'upgrade-websocket-without-accept',
    field: 'origin-main',
    reason: 'Mahalo resets the connection of a server whose answer is invalid, as haproxy does for any other fault',
  },
];
