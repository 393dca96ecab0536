/** What an apply changes, in sentences that need no manual. */

import type { Model } from '../../config/model.ts';
import type { Change } from './changes.ts';
import type { PreviewParts } from './preview.ts';

/** So many names are told; then their number. */
const MOST_NAMES = 6;

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES);
  const rest = names.length - shown.length;
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ');
}

function changeText({ what, before, after }: Change): string {
  if (what === '') return ruleText(before, after);
  if (before === '' && after === '') return `${what} is not the same`;
  if (before === '') return `${what} is set to ${after}`;
  return after === '' ? `${what} is no longer ${before}` : `${what} from ${before} to ${after}`;
}

function ruleText(before: string, after: string): string {
  if (before === '') return `"${after}" is new`;
  if (after === '') return `"${before}" goes`;
  if (before === after) return `"${before}" means something else: an ACL, a file or a setting that it uses has changed`;
  return `"${before}" becomes "${after}"`;
}

function count(number: number, one: string, more: string): string {
  return number === 1 ? `One ${one}` : `${number} ${more}`;
}

export function sentencesOf(parts: PreviewParts, different: boolean): readonly string[] {
  if (!different)
    return ['Nothing changes: both texts mean the same (comments, blanks or the order of sections differ at most).'];
  const { listeners, proxies, servers, globals } = parts;
  const at = ({ address, proxy }: { address: string; proxy: string }): string => `${address} (${proxy})`;
  const proxyName = ({ kind, name }: { kind: string; name: string }): string => `${kind} ${name}`;
  const serverName = ({ backend, name }: { backend: string; name: string }): string => `${backend}/${name}`;
  const withAddress = (server: { backend: string; name: string; address: string }): string =>
    `${serverName(server)} at ${server.address}`;
  const say = (names: readonly string[], sentence: (names: string) => string): readonly string[] =>
    names.length === 0 ? [] : [sentence(listed(names))];
  return [
    ...say(listeners.opened.map(at), (names) => `New connections will be taken at ${names}.`),
    ...say(listeners.closed.map(at), (names) => `Nobody will answer any more at ${names}.`),
    ...say(listeners.kept.map(at), (names) => `Listening goes on without a gap at ${names}.`),
    ...say(
      proxies.added.map(proxyName),
      (names) => `${count(proxies.added.length, 'section is', 'sections are')} new: ${names}.`,
    ),
    ...say(
      proxies.removed.map(proxyName),
      (names) => `${count(proxies.removed.length, 'section goes', 'sections go')}: ${names}.`,
    ),
    ...say(
      servers.added.map(withAddress),
      (names) => `${count(servers.added.length, 'server gets', 'servers get')} traffic that did not before: ${names}.`,
    ),
    ...say(
      servers.removed.map(withAddress),
      (names) => `${count(servers.removed.length, 'server gets', 'servers get')} no new traffic: ${names}.`,
    ),
    ...servers.changed.map((server) => `Server ${serverName(server)}: ${server.changes.map(changeText).join('; ')}.`),
    ...proxies.changed.map((proxy) => `In ${proxyName(proxy)}: ${proxy.changes.map(changeText).join('; ')}.`),
    ...(globals.length === 0 ? [] : [`For the whole proxy: ${globals.map(changeText).join('; ')}.`]),
  ];
}

function seconds(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000} s` : `${ms} ms`;
}

/** True for every apply: a new process takes over from the old one (`-sf`). */
export function processSentences(before: Model, after: Model): readonly string[] {
  const { hardStopAfterMs } = before.global;
  const limit =
    hardStopAfterMs === undefined
      ? 'there is no limit to that (hard-stop-after would set one)'
      : `after ${seconds(hardStopAfterMs)} they are closed (hard-stop-after)`;
  const had = before.proxies.length > 0;
  return [
    ...(had
      ? [
          'A new process takes over. Connections that exist stay with the old one, by the old rules, until they end; ' +
            `${limit}.`,
          'Counters begin at zero. What was set by hand goes: servers in maintenance or draining, changed weights.',
        ]
      : ['The proxy is started.']),
    ...(after.proxies.some((proxy) => proxy.servers.some((server) => server.check !== undefined))
      ? ['Servers that are checked count as up until their first checks say otherwise.']
      : []),
    'Every setting is in force at once: nothing has to be started anew by hand.',
  ];
}
