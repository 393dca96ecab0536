/** Fetches of cookies. */
import { type ExpressionTopic, onRequest, onResponse, requestOf, responseOf } from '../case.ts';

const NAMES = ['a', 'b', 'quoted', 'empty', 'none', 'spaced', '$Path', 'A', 'n'];

function fetches(prefix: string): readonly string[] {
  return [
    `${prefix}cook`,
    `${prefix}cook()`,
    `${prefix}cook_cnt`,
    `${prefix}cook_cnt()`,
    `${prefix}cook_val`,
    ...NAMES.flatMap((name) => [`${prefix}cook(${name})`, `${prefix}cook_cnt(${name})`, `${prefix}cook_val(${name})`]),
  ];
}

const COOKIES: readonly (readonly string[])[] = [
  ['Cookie: a=1; b=2; a=3'],
  ['Cookie: a=1', 'Cookie: b="x;y"; quoted="a,b\\"c" ; empty=; n=-12x'],
  ['Cookie:   spaced =  v 1 ;$Path=/;a=7'],
  ['Cookie: a=1, b=2; nonsense; =unnamed; b=3'],
  ['Cookie: a'],
  ['Cookie: ;;;a=1;;'],
  ['Cookie:'],
  [],
];

const SET_COOKIES: readonly (readonly string[])[] = [
  ['Set-Cookie: a=1; path=/; b=2', 'Set-Cookie: b=5; expires=Wed, 21 Oct 2026 07:28:00 GMT', 'Set-Cookie: a=9'],
  ['Set-Cookie: quoted="x, y"; secure', 'Set-Cookie: n=12'],
  ['Set-Cookie: nonsense'],
];

export const COOKIE_CASES: ExpressionTopic = {
  name: 'cookies',
  cases: [
    ...COOKIES.flatMap((lines) =>
      onRequest(requestOf('GET /', ['Host: h', ...lines]), [...fetches('req.'), 'cook(a)', 'cook_cnt(a)', 'cookie(a)']),
    ),
    ...SET_COOKIES.flatMap((lines) =>
      onResponse(responseOf('200 OK', lines), [
        ...fetches('res.'),
        'scook(a)',
        'scook_cnt(b)',
        'scook_val(n)',
        'cookie(a)',
      ]),
    ),
  ],
};
