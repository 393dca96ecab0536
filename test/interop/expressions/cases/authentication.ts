/** Fetches about who the client says it is. */
import { type ExpressionTopic, onRequest, requestOf } from '../case.ts';

const FETCHES = [
  'http_auth(people)',
  'http_auth_type',
  'http_auth_user',
  'http_auth_pass',
  'http_auth_bearer',
  'http_auth_bearer(X-Token)',
];

function basic(credentials: string): string {
  return `Authorization: Basic ${Buffer.from(credentials, 'latin1').toString('base64')}`;
}

const HEADERS: readonly (readonly string[])[] = [
  [],
  [basic('anna:secret')],
  [basic('bert:sha-secret')],
  [basic('cleo:md5-secret')],
  [basic('anna:wrong')],
  [basic('nobody:secret')],
  [basic('anna:')],
  [basic('anna')],
  [basic(':')],
  [basic('anna:secret:more')],
  [basic('an\0na:x')],
  ['Authorization: basic   YW5uYTpzZWNyZXQ='],
  ['Authorization: Basic YW5uYTpzZWNyZXQ'],
  ['Authorization: Basic'],
  ['Authorization: Basic '],
  ['Authorization: Basic YW5uYTpzZWNyZXQ=, other'],
  ['Authorization: Bearer abc.def'],
  ['Authorization: bearer   abc'],
  ['Authorization: Digest x=y'],
  ['Proxy-Authorization: Basic YW5uYTpzZWNyZXQ='],
  ['X-Token: Bearer t0ken'],
  ['X-Token: t0ken'],
  ['X-Token: Bearer'],
  ['X-Token: Basic abc'],
];

export const AUTHENTICATION: ExpressionTopic = {
  name: 'authentication',
  sections: [
    'userlist people',
    '  group admins users anna',
    '  group users users bert,cleo',
    '  user anna insecure-password secret',
    '  user bert password $5$saltsalt$VhJF.H1zUjjLVzmSdchORw9.aauoiTgvAguJ.VC8IL. groups admins',
    '  user cleo password $1$saltsalt$XuswuQOKx9U.CAJJONxO61',
  ],
  cases: [
    ...HEADERS.flatMap((lines) => onRequest(requestOf('GET /', ['Host: h', ...lines]), FETCHES)),
    ...HEADERS.flatMap((lines) =>
      ['admins', 'users', 'users admins'].map((groups) => ({
        request: requestOf('GET /', ['Host: h', ...lines]),
        expression: 'http_auth_group(people)',
        acl: `http_auth_group(people) ${groups}`,
      })),
    ),
    { expression: 'http_auth(strangers)', refused: true },
    { expression: 'http_auth', refused: true },
  ],
};
