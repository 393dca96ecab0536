/**
 * What changed between two texts, as the unified format of diff(1). Myers' algorithm ("An O(ND) Difference Algorithm and Its
 * Variations", 1986) on lines; past a bound of work the middle is shown as replaced whole, which is true as well.
 */

const CONTEXT_LINES = 3;
/** Lines that differ, before it gives up looking for the shortest way: memory grows with the square. */
const MOST_STEPS = 1000;

interface Edit {
  readonly kind: ' ' | '-' | '+';
  readonly line: string;
}

/** '' when they are equal. */
export function unifiedDiff(before: string, after: string): string {
  const edits = editsBetween(linesOf(before), linesOf(after));
  if (edits.every((edit) => edit.kind === ' ')) return '';
  return hunksOf(edits).join('');
}

function linesOf(text: string): readonly string[] {
  const lines = text.split('\n');
  if (lines[lines.length - 1] === '') lines.pop();
  return lines;
}

function editsBetween(before: readonly string[], after: readonly string[]): readonly Edit[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  const edit = (kind: Edit['kind'], lines: readonly string[]): Edit[] => lines.map((line) => ({ kind, line }));
  return [
    ...edit(' ', before.slice(0, start)),
    ...shortestEdits(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...edit(' ', before.slice(before.length - end)),
  ];
}

function shortestEdits(before: readonly string[], after: readonly string[]): readonly Edit[] {
  const trace: Int32Array[] = [];
  const bound = Math.min(MOST_STEPS, before.length + after.length);
  const size = 2 * bound + 3;
  // furthest[k + bound + 1]: how far into `before` diagonal k reaches.
  let furthest = new Int32Array(size);
  for (let steps = 0; steps <= bound; steps++) {
    trace.push(furthest);
    const next = furthest.slice();
    for (let k = -steps; k <= steps; k += 2) {
      const at = k + bound + 1;
      const down = k === -steps || (k !== steps && (furthest[at - 1] ?? 0) < (furthest[at + 1] ?? 0));
      let x = down ? (furthest[at + 1] ?? 0) : (furthest[at - 1] ?? 0) + 1;
      while (x < before.length && x - k < after.length && before[x] === after[x - k]) x++;
      next[at] = x;
      if (x >= before.length && x - k >= after.length) return walkBack(trace, before, after, bound);
    }
    furthest = next;
  }
  return [...before.map((line): Edit => ({ kind: '-', line })), ...after.map((line): Edit => ({ kind: '+', line }))];
}

function walkBack(
  trace: readonly Int32Array[],
  before: readonly string[],
  after: readonly string[],
  bound: number,
): readonly Edit[] {
  const edits: Edit[] = [];
  let x = before.length;
  let y = after.length;
  for (let steps = trace.length - 1; steps >= 0; steps--) {
    const furthest = trace[steps] ?? new Int32Array();
    const k = x - y;
    const at = k + bound + 1;
    const down = k === -steps || (k !== steps && (furthest[at - 1] ?? 0) < (furthest[at + 1] ?? 0));
    const fromX = steps === 0 ? 0 : down ? (furthest[at + 1] ?? 0) : (furthest[at - 1] ?? 0);
    const fromY = steps === 0 ? 0 : fromX - (down ? k + 1 : k - 1);
    while (x > fromX && y > fromY && before[x - 1] === after[y - 1]) {
      edits.push({ kind: ' ', line: before[--x] ?? '' });
      y--;
    }
    if (steps === 0) break;
    if (down) edits.push({ kind: '+', line: after[--y] ?? '' });
    else edits.push({ kind: '-', line: before[--x] ?? '' });
  }
  return edits.reverse();
}

/** Changes with the lines around them; those that touch are one. */
function hunksOf(edits: readonly Edit[]): readonly string[] {
  const shown = new Uint8Array(edits.length);
  edits.forEach((edit, index) => {
    if (edit.kind !== ' ') shown.fill(1, Math.max(0, index - CONTEXT_LINES), index + CONTEXT_LINES + 1);
  });
  const hunks: string[] = [];
  let beforeLine = 1;
  let afterLine = 1;
  for (let index = 0; index < edits.length; ) {
    const first = index;
    while (index < edits.length && shown[index] === shown[first]) index++;
    const part = edits.slice(first, index);
    const beforeCount = part.filter((edit) => edit.kind !== '+').length;
    const afterCount = part.filter((edit) => edit.kind !== '-').length;
    if (shown[first] === 1) {
      const place = (line: number, count: number): string => `${count === 0 ? line - 1 : line},${count}`;
      const head = `@@ -${place(beforeLine, beforeCount)} +${place(afterLine, afterCount)} @@\n`;
      hunks.push(head + part.map((edit) => `${edit.kind}${edit.line}\n`).join(''));
    }
    beforeLine += beforeCount;
    afterLine += afterCount;
  }
  return hunks;
}
