/** Columns of the parser are bytes of UTF-8 from 1; an editor counts UTF-16 units from 0. */

export function offsetInLine(line: string, column: number): number {
  let bytes = 1;
  let at = 0;
  for (const character of line) {
    if (bytes >= column) break;
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    at += character.length;
  }
  return at;
}
