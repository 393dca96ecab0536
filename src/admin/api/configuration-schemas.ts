/** Schemas that several routes about configurations share. */

import { BOOLEAN, list, NUMBER, object, pattern, type Schema, text } from './schemas.ts';

const LONGEST_TEXT = 512 * 1024;
const MOST_FILES = 32;
export const TEXT: Schema = text(LONGEST_TEXT);

const NAME = '[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}';
/** In a folder of the proxy's directory, never beside its own files. */
const FILE_PATH = pattern(`^${NAME}(?:/${NAME}){1,4}$`, 'as the text names it: maps/sites.map');
export const FILES: Schema = { ...list(object({ path: FILE_PATH, text: TEXT })), maxItems: MOST_FILES };

export const REPORT = object({
  verdict: text(16, '"valid", "invalid", "no-listener"'),
  diagnostics: list({
    ...object(
      {
        severity: text(16),
        file: text(4096),
        line: NUMBER,
        column: NUMBER,
        endColumn: NUMBER,
        message: text(65536),
        hint: text(65536),
        keyword: text(4096),
      },
      ['endColumn', 'hint', 'keyword'],
    ),
  }),
});

const SENTENCES = list(text(4096));
const CHANGES = list(object({ what: text(200), before: text(400), after: text(400) }));
const differences = (view: Readonly<Record<string, Schema>>): Schema =>
  object({
    added: list(object(view)),
    removed: list(object(view)),
    changed: list(object({ ...view, changes: CHANGES })),
  });
const LISTENERS = list(object({ proxy: text(400), address: text(400) }));

/** `different` false: both texts mean the same; `process`: what an exchange means in itself. */
export const PREVIEW = object({
  different: BOOLEAN,
  sentences: SENTENCES,
  process: SENTENCES,
  listeners: object({ kept: LISTENERS, opened: LISTENERS, closed: LISTENERS }),
  proxies: differences({ kind: text(16), name: text(400) }),
  servers: differences({ backend: text(400), name: text(400), address: text(400) }),
  globals: CHANGES,
});

/** Of keepalived.conf. */
export const FLOATING_PREVIEW = object({ different: BOOLEAN, sentences: SENTENCES, process: SENTENCES });

const WORD_LIST = list(text(100));
/** For colours: what may stand first on a line, and behind it. */
export const WORDS = object({ sections: WORD_LIST, statements: WORD_LIST, options: WORD_LIST });
