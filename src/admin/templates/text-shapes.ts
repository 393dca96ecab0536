/** What texts may be: each a whitelist of characters, none of which ends a word, quotes, or begins a comment. */

export type TextShape = 'name' | 'cookie' | 'path' | 'file' | 'extension' | 'token' | 'user' | 'password' | 'interface';

export interface Shape {
  /** The whole text; a source for HTML's `pattern`, too. */
  readonly pattern: string;
  readonly mostCharacters: number;
  /** "must be ..." */
  readonly must: string;
}

export const SHAPES: Readonly<Record<TextShape, Shape>> = {
  name: {
    pattern: '[A-Za-z][A-Za-z0-9_-]*',
    mostCharacters: 24,
    must: 'be letters, digits, - and _, and begin with a letter',
  },
  cookie: {
    pattern: '[A-Za-z0-9][A-Za-z0-9_.-]*',
    mostCharacters: 40,
    must: 'begin with a letter or digit, then letters, digits, dots, - and _: the name of a cookie',
  },
  path: {
    pattern: '/[A-Za-z0-9_.~/-]*',
    mostCharacters: 80,
    must: 'begin with / and be letters, digits and . _ ~ - /',
  },
  file: {
    pattern: '/[A-Za-z0-9_./-]+|[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-][A-Za-z0-9_.-]*)+',
    mostCharacters: 120,
    must: 'be the path of a file, of letters, digits and . _ - /, such as maps/sites.map',
  },
  extension: {
    pattern: '[.][A-Za-z0-9]+',
    mostCharacters: 12,
    must: 'be a dot and letters or digits, such as .png',
  },
  token: {
    pattern: '[A-Za-z0-9][A-Za-z0-9_.-]*',
    mostCharacters: 40,
    must: 'begin with a letter or digit, then letters, digits, dots, - and _',
  },
  user: {
    pattern: '[A-Za-z0-9][A-Za-z0-9_.-]*',
    mostCharacters: 32,
    must: 'begin with a letter or digit, then letters, digits, dots, - and _',
  },
  password: {
    pattern: '[A-Za-z0-9_.,:;!?@+*=/-]{8,}',
    mostCharacters: 64,
    must: 'have at least 8 characters: letters, digits and . , : ; ! ? @ + * = / - _',
  },
  interface: {
    pattern: '[A-Za-z0-9][A-Za-z0-9_.-]*',
    mostCharacters: 15,
    must: 'be the name of a network interface, such as eth0',
  },
};
