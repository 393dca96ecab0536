/** Backends without servers or without use, frontends that lead nowhere, servers that nobody watches. */

import type { ConfigurationDraft, ProxyDraft } from '../draft.ts';
import { type SourceLine, wordOf } from '../source-lines.ts';
import type { Report } from './report.ts';
import { answersEverything } from './rules.ts';

function has(lines: readonly SourceLine[], ...starts: readonly string[]): boolean {
  return lines.some((line) => {
    const text = line.words.map((word) => word.text).join(' ');
    return starts.some((start) => text === start || text.startsWith(`${start} `));
  });
}

/** Lines that give a backend a purpose without servers. */
const PURPOSES = [
  'dispatch',
  'server-template',
  'option transparent',
  'option http_proxy',
  'stick-table',
  'stats',
  'errorfile',
  'errorfiles',
  'errorloc',
  'errorloc302',
  'errorloc303',
  'http-error',
  'redirect',
];

function checkServers(proxy: ProxyDraft, lines: readonly SourceLine[], report: Report): void {
  const [header] = lines;
  if (header === undefined || !proxy.backend) return;
  const routed = proxy.frontend && (proxy.defaultBackend !== undefined || has(lines, 'use_backend'));
  if (proxy.servers.length === 0) {
    if (routed || has(lines, ...PURPOSES) || answersEverything(lines)) return;
    const what = proxy.mode === 'http' ? 'requests get a 503' : 'connections are closed';
    report(header, 1, `'${proxy.name}' has no server: ${what}.`, "add a line 'server <name> <address>:<port> check'");
    return;
  }
  const checked = proxy.servers.some((server) => server.checked);
  if (!checked && !has(lines, 'default-server')) {
    const option = lines.find((line) => wordOf(line, 0) === 'option' && /chk$|-check$/.test(wordOf(line, 1)));
    const first = lines.find((line) => wordOf(line, 0) === 'server') ?? header;
    if (option !== undefined) {
      report(option, 1, `'${wordOf(option, 1)}' has no effect: no server has 'check'.`, "add 'check' to the servers");
    } else if (proxy.servers.length > 1 && !lines.some((line) => line.words.some((word) => word.text === 'track'))) {
      const message = `no server of '${proxy.name}' is checked: one that is down keeps getting its share.`;
      report(first, 0, message, "add 'check' to the servers");
    }
  }
}

function checkRoute(proxy: ProxyDraft, lines: readonly SourceLine[], report: Report): void {
  const [header] = lines;
  if (header === undefined || !proxy.frontend || proxy.backend || proxy.defaultBackend !== undefined) return;
  if (answersEverything(lines) || has(lines, 'stats')) return;
  const what = has(lines, 'use_backend') ? "what no 'use_backend' takes gets" : 'all requests get';
  const answer = proxy.mode === 'http' ? 'a 503' : 'nothing';
  report(
    header,
    1,
    `frontend '${proxy.name}' has no default backend: ${what} ${answer}.`,
    "add 'default_backend <backend>'",
  );
}

/** Everything that could be a name, of all lines but those that open sections. */
function mentionedNames(lines: readonly SourceLine[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const line of lines) {
    if (wordOf(line, 0) === line.section) continue;
    for (const word of line.words.slice(1)) {
      for (const name of word.text.match(/[\w.:-]+/g) ?? []) names.add(name);
    }
  }
  return names;
}

function checkUse(draft: ConfigurationDraft, report: Report): void {
  const { all } = draft.lines;
  const names = mentionedNames(all);
  if (all.some((line) => wordOf(line, 0) === 'use_backend' && wordOf(line, 1).includes('%['))) return;
  for (const proxy of draft.proxies) {
    if (proxy.frontend || proxy.disabled || names.has(proxy.name)) continue;
    const [header] = draft.lines.of(proxy);
    if (header === undefined) continue;
    const hint = "lead to it by 'default_backend' or 'use_backend', or leave it out";
    report(header, 1, `backend '${proxy.name}' is never used.`, hint);
  }
}

export function findBackendProblems(draft: ConfigurationDraft, report: Report): void {
  for (const proxy of draft.proxies) {
    if (proxy.disabled) continue;
    const lines = draft.lines.of(proxy);
    checkServers(proxy, lines, report);
    checkRoute(proxy, lines, report);
  }
  checkUse(draft, report);
}
