/** Schemas that several routes about configurations share. */

import { list, NUMBER, object, type Schema, text } from './schemas.ts';

const LONGEST_TEXT = 512 * 1024;
export const TEXT: Schema = text(LONGEST_TEXT);

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
