/** Sections that nothing uses, addresses and cookies that are given twice, timeouts that HAProxy does not ask for. */

import type { ConfigurationDraft, ProxyDraft } from '../draft.ts';
import type { BindModel } from '../model.ts';
import { type SourceLine, wordOf } from '../source-lines.ts';
import type { Report } from './report.ts';

function checkDefaults(draft: ConfigurationDraft, report: Report): void {
  for (const section of draft.defaults) {
    if (section.usedImplicitly || section.usedExplicitly) continue;
    const [header] = draft.lines.of(section);
    if (header === undefined) continue;
    const name = section.name === '' ? 'this defaults section' : `defaults section '${section.name}'`;
    report(header, section.name === '' ? 0 : 1, `${name} is never used.`, "no proxy follows it, or names it by 'from'");
  }
}

function checkUserLists(draft: ConfigurationDraft, report: Report): void {
  for (const list of draft.userLists) {
    const used = draft.lines.all.some((line) => line.words.some((word) => word.text.includes(`(${list.name}`)));
    const header = draft.lines.at(list.place);
    if (used || header === undefined) continue;
    report(header, 1, `userlist '${list.name}' is never used.`, `ask for it: 'if { http_auth(${list.name}) }'`);
  }
}

/** What a listener is bound to; undefined where two may share it. */
function bindKeys(bind: BindModel): readonly string[] {
  if (bind.interface !== undefined || bind.namespace !== undefined) return [];
  return bind.addresses.flatMap((address) => {
    switch (address.kind) {
      case 'fd':
        return [];
      case 'unix':
      case 'abstract':
        return [`${address.kind} ${address.path}`];
      default: {
        const keys: string[] = [];
        for (let port = address.port; port <= Math.min(address.portEnd, address.port + 1000); port++) {
          keys.push(`${address.host} ${port}`);
        }
        return keys;
      }
    }
  });
}

function checkBinds(draft: ConfigurationDraft, report: Report): void {
  const seen = new Map<string, { readonly bind: BindModel; readonly proxy: ProxyDraft }>();
  for (const proxy of draft.proxies) {
    if (proxy.disabled) continue;
    for (const bind of proxy.binds) {
      const other = bindKeys(bind)
        .map((key) => seen.get(key))
        .find((one) => one !== undefined);
      for (const key of bindKeys(bind)) seen.set(key, { bind, proxy });
      const line = draft.lines.at(bind.place);
      if (other === undefined || other.bind === bind || line === undefined) continue;
      const message = `'${other.proxy.name}' is bound to the same address in line ${other.bind.place.line}.`;
      report(line, 1, message, 'connections go to either of them, as the system likes; give one another port');
    }
  }
}

/** HAProxy's own finding with -dD. */
function checkWeights(proxy: ProxyDraft, draft: ConfigurationDraft, report: Report): void {
  for (const server of proxy.servers) {
    const line = draft.lines.at(server.place);
    const index = line?.words.findLastIndex((word) => word.text === 'weight') ?? -1;
    if (server.weight !== 0 || line === undefined || index < 0) continue;
    const message =
      `'server ${proxy.name}/${server.name}' : configured with weight of 0 will never be selected by load balancing ` +
      'algorithms';
    report(line, index, message, 'it gets requests by persistence only; give it a weight from 1 to 256', 'bracket');
  }
}

/** Another one, of the full start. */
function checkCookies(proxy: ProxyDraft, draft: ConfigurationDraft, report: Report): void {
  const seen = new Set<string>();
  for (const server of proxy.servers) {
    if (server.cookie === undefined || server.backup) continue;
    const line = draft.lines.at(server.place);
    if (seen.has(server.cookie) && line !== undefined) {
      const index = line.words.findIndex((word) => word.text === 'cookie');
      report(
        line,
        index + 1,
        `'server ${server.name}' : same cookie value is set for a previous non-backup server in the same backend, it may ` +
          'break connection persistence',
        'give each server a value of its own',
      );
    }
    seen.add(server.cookie);
  }
}

function checkTimeouts(proxy: ProxyDraft, lines: readonly SourceLine[], report: Report): void {
  const [header] = lines;
  if (header === undefined || !proxy.frontend || proxy.mode !== 'http' || proxy.timeouts.httpRequest !== 0) return;
  if (proxy.timeouts.client === 0 || wordOf(header, 1) === '') return;
  report(
    header,
    1,
    `${wordOf(header, 0)} '${proxy.name}' has no 'timeout http-request': a client may take 'timeout client' for each byte of its head.`,
    "add 'timeout http-request 10s' here or to its defaults section",
  );
}

export function findSectionProblems(draft: ConfigurationDraft, report: Report): void {
  checkDefaults(draft, report);
  checkUserLists(draft, report);
  checkBinds(draft, report);
  for (const proxy of draft.proxies) {
    if (proxy.disabled) continue;
    checkWeights(proxy, draft, report);
    checkCookies(proxy, draft, report);
    checkTimeouts(proxy, draft.lines.of(proxy), report);
  }
}
