/**
 * A line while it is being worked on: comments cut, parameters replaced, braces split off. Every character remembers the
 * column it was written in, so that a message points at what stands in the file whatever was done in between.
 */

export interface Text {
  readonly text: string;
  /** The column (from 1) of each character; what was put in place of a parameter has the column of its `$`. */
  readonly columns: readonly number[];
}

export function textOf(line: string): Text {
  return { text: line, columns: Array.from({ length: line.length }, (_, index) => index + 1) };
}

export function slice(text: Text, from: number, to = text.text.length): Text {
  return { text: text.text.slice(from, to), columns: text.columns.slice(from, to) };
}

export function join(left: Text, right: Text): Text {
  return { text: left.text + right.text, columns: [...left.columns, ...right.columns] };
}

/** Puts a string in place of the characters of `[from, to)`. */
export function replace(text: Text, from: number, to: number, replacement: string): Text {
  const column = text.columns[from] ?? 1;
  const middle = { text: replacement, columns: Array.from({ length: replacement.length }, () => column) };
  return join(join(slice(text, 0, from), middle), slice(text, to));
}

export function trimEnd(text: Text): Text {
  return slice(text, 0, text.text.replace(/[ \t]+$/, '').length);
}

export function trimStart(text: Text): Text {
  return slice(text, text.text.length - text.text.replace(/^[ \t]+/, '').length);
}
