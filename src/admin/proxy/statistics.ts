/** `show info` and `show stat` as typed, bounded data. */

/** A row of `show stat`: texts stay texts, numbers are numbers, what is empty is left out. */
export type StatisticsRow = Readonly<Record<string, string | number>>;

export interface Statistics {
  readonly rows: readonly StatisticsRow[];
  /** Rows beyond the bound. */
  readonly omitted: number;
}

const MOST_ROWS = 5000;
/** Columns that are texts even when they look like numbers. */
const TEXTS = new Set([
  'pxname',
  'svname',
  'status',
  'check_status',
  'last_chk',
  'last_agt',
  'addr',
  'cookie',
  'mode',
  'algo',
]);
/** For names see the manual, 9.1. */
const KINDS = ['frontend', 'backend', 'server', 'listener'];

export function parseInfo(answer: string): Readonly<Record<string, string | number>> {
  const info: Record<string, string | number> = {};
  for (const line of answer.split('\n')) {
    const colon = line.indexOf(': ');
    if (colon <= 0) continue;
    const value = line.slice(colon + 2).trim();
    info[line.slice(0, colon)] = /^-?\d+(?:\.\d+)?$/.test(value) ? Number(value) : value;
  }
  return info;
}

export function parseStatistics(answer: string): Statistics {
  const lines = answer.split('\n').filter((line) => line !== '');
  const names = cellsOf((lines.shift() ?? '').replace(/^# /, ''));
  const rows = lines.slice(0, MOST_ROWS).map((line) => rowOf(names, cellsOf(line)));
  return { rows, omitted: Math.max(0, lines.length - MOST_ROWS) };
}

function rowOf(names: readonly string[], cells: readonly string[]): StatisticsRow {
  const row: Record<string, string | number> = {};
  names.forEach((name, index) => {
    const cell = cells[index] ?? '';
    if (name === '' || name === '-' || cell === '') return;
    row[name] = !TEXTS.has(name) && /^-?\d+$/.test(cell) ? Number(cell) : cell;
  });
  row['kind'] = KINDS[Number(row['type'])] ?? 'unknown';
  return row;
}

/** CSV as RFC 4180 has it. */
function cellsOf(line: string): readonly string[] {
  const cells: string[] = [];
  for (const match of line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)) {
    const cell = match[1] ?? '';
    cells.push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);
  }
  return cells;
}
