/**
 * Small configurations made from tables of lines: every line is put into each of the given sections, alone. `haproxy -c`
 * and `mahalo proxy -c` then say whether they can use it.
 */

export interface VerdictCase {
  /** Where the line stands, and the line. */
  readonly name: string;
  readonly text: string;
}

const TIMEOUTS = ' timeout client 1s\n timeout connect 1s\n timeout server 1s\n';
const FRONTEND = 'frontend f\n bind :18080\n';

export type ProxyKind = 'defaults' | 'frontend' | 'listen' | 'backend';

export const PROXY_KINDS: readonly ProxyKind[] = ['defaults', 'frontend', 'listen', 'backend'];

function defaults(mode: 'http' | 'tcp'): string {
  return `defaults\n mode ${mode}\n${TIMEOUTS}`;
}

/** The lines of a table; blank ones are layout, `\n ` in a line stands for a line end within the configuration. */
function linesOf(table: string): readonly string[] {
  return table
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function written(line: string): string {
  return ` ${line.replaceAll('\\n ', '\n ')}\n`;
}

export function inGlobal(table: string): readonly VerdictCase[] {
  return linesOf(table).map((line) => ({
    name: `global: ${line}`,
    text: `global\n${written(line)}${defaults('http')}${FRONTEND}`,
  }));
}

function proxyText(kind: ProxyKind, mode: 'http' | 'tcp', line: string): string {
  const start = defaults(mode);
  switch (kind) {
    case 'defaults':
      return `${start}${written(line)}${FRONTEND}`;
    case 'frontend':
      return `${start}${FRONTEND}${written(line)}`;
    case 'listen':
      return `${start}listen l\n bind :18080\n server s 127.0.0.1:8000\n${written(line)}`;
    case 'backend':
      return `${start}${FRONTEND}backend b\n server s 127.0.0.1:8000\n${written(line)}`;
  }
}

export function inProxies(
  kinds: readonly ProxyKind[],
  table: string,
  mode: 'http' | 'tcp' = 'http',
): readonly VerdictCase[] {
  return linesOf(table).flatMap((line) =>
    kinds.map((kind) => ({
      name: `${kind}${mode === 'tcp' ? ' (tcp)' : ''}: ${line}`,
      text: proxyText(kind, mode, line),
    })),
  );
}

/** Options of a `bind` line, and the same in front of a runtime API. */
export function onBindLines(table: string): readonly VerdictCase[] {
  return linesOf(table).map((line) => ({
    name: `bind: ${line}`,
    text: `${defaults('http')}frontend f\n bind :18080 ${line}\n`,
  }));
}

export function onStatsSockets(table: string): readonly VerdictCase[] {
  return linesOf(table).map((line) => ({
    name: `stats socket: ${line}`,
    text: `global\n stats socket /tmp/mahalo-verdicts.sock ${line}\n${defaults('http')}${FRONTEND}`,
  }));
}

/** Options of `server` and `default-server` lines. */
export function onServerLines(table: string): readonly VerdictCase[] {
  const start = `${defaults('http')}${FRONTEND}backend b\n server other 127.0.0.1:8001\n`;
  return linesOf(table).flatMap((line) => [
    { name: `server: ${line}`, text: `${start} server s 127.0.0.1:8000 ${line}\n` },
    { name: `default-server: ${line}`, text: `${start} default-server ${line}\n server s 127.0.0.1:8000\n` },
  ]);
}

/** Lines of a section of its own: `opening` is its first line. */
export function inSection(opening: string, table: string): readonly VerdictCase[] {
  return linesOf(table).map((line) => ({
    name: `${opening}: ${line}`,
    text: `${opening}\n${written(line)}${defaults('http')}${FRONTEND}`,
  }));
}

/** First lines of sections. */
export function asOpenings(table: string): readonly VerdictCase[] {
  return linesOf(table).map((line) => ({
    name: `section: ${line}`,
    text: `${line}\n${defaults('http')}${FRONTEND}`,
  }));
}
