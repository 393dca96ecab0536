/** What an apply would change, from the model in force and the one proposed. */

import type { AddressModel, BindModel, Model, ProxyModel, ServerModel } from '../../config/model.ts';
import { type Change, changesBetween } from './changes.ts';
import { meaningOf } from './meaning.ts';
import type { ReadText } from './rule-changes.ts';
import { processSentences, sentencesOf } from './sentences.ts';

export interface ListenerView {
  readonly proxy: string;
  /** As in the text: `:80`, `192.168.1.10:443`. */
  readonly address: string;
}

export interface ProxyView {
  readonly kind: 'frontend' | 'backend' | 'listen';
  readonly name: string;
}

export interface ServerView {
  readonly backend: string;
  readonly name: string;
  readonly address: string;
}

type Changed<View> = View & { readonly changes: readonly Change[] };

interface Differences<View> {
  readonly added: readonly View[];
  readonly removed: readonly View[];
  readonly changed: readonly Changed<View>[];
}

export interface PreviewParts {
  readonly listeners: {
    readonly kept: readonly ListenerView[];
    readonly opened: readonly ListenerView[];
    readonly closed: readonly ListenerView[];
  };
  readonly proxies: Differences<ProxyView>;
  readonly servers: Differences<ServerView>;
  readonly globals: readonly Change[];
}

export interface Preview extends PreviewParts {
  /** False: both texts mean the same. */
  readonly different: boolean;
  /** What changes, in words. */
  readonly sentences: readonly string[];
  /** What the exchange of processes itself means, whatever changes. */
  readonly process: readonly string[];
}

function kindOf(proxy: ProxyModel): ProxyView['kind'] {
  return proxy.frontend && proxy.backend ? 'listen' : proxy.frontend ? 'frontend' : 'backend';
}

function decode(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

function addressText(address: AddressModel): string {
  switch (address.kind) {
    case 'ipv4':
    case 'ipv6': {
      const ports = address.portEnd > address.port ? `${address.port}-${address.portEnd}` : String(address.port);
      if (address.any) return address.kind === 'ipv4' ? `:${ports}` : `[::]:${ports}`;
      return address.kind === 'ipv4' ? `${address.host}:${ports}` : `[${address.host}]:${ports}`;
    }
    case 'unix':
    case 'abstract':
      return decode(address.path);
    case 'fd':
      return `fd@${address.fd}`;
  }
}

interface Listening extends ListenerView {
  readonly key: string;
}

function listenersOf(model: Model): readonly Listening[] {
  return model.proxies.flatMap((proxy) =>
    proxy.disabled
      ? []
      : proxy.binds.flatMap((bind: BindModel) =>
          bind.addresses.map((address) => ({
            proxy: decode(proxy.name),
            address: addressText(address),
            key: `${addressText(address)} ${bind.interface ?? ''} ${bind.namespace ?? ''}`,
          })),
        ),
  );
}

/** A socket is known by its address: who answers there may change, and no connection is refused. */
function listenersBetween(before: Model, after: Model): PreviewParts['listeners'] {
  const [old, young] = [listenersOf(before), listenersOf(after)];
  const [oldKeys, youngKeys] = [new Set(old.map((one) => one.key)), new Set(young.map((one) => one.key))];
  const view = ({ proxy, address }: Listening): ListenerView => ({ proxy, address });
  return {
    kept: young.filter((one) => oldKeys.has(one.key)).map(view),
    opened: young.filter((one) => !oldKeys.has(one.key)).map(view),
    closed: old.filter((one) => !youngKeys.has(one.key)).map(view),
  };
}

/** By name: what is there on one side only, and what is there on both and differs. */
function compare<Part extends object, View>(
  before: ReadonlyMap<string, Part>,
  after: ReadonlyMap<string, Part>,
  viewOf: (part: Part, key: string) => View,
  changesOf: (one: Part, other: Part) => readonly Change[],
): Differences<View> {
  const missing = (from: ReadonlyMap<string, Part>, others: ReadonlyMap<string, Part>): readonly View[] =>
    [...from].flatMap(([key, part]) => (others.has(key) ? [] : [viewOf(part, key)]));
  const changed = [...after].flatMap(([key, part]) => {
    const old = before.get(key);
    const changes = old === undefined ? [] : changesOf(old, part);
    return changes.length === 0 ? [] : [{ ...viewOf(part, key), changes }];
  });
  return { added: missing(after, before), removed: missing(before, after), changed };
}

function proxiesOf(model: Model): ReadonlyMap<string, ProxyModel> {
  return new Map(model.proxies.map((proxy) => [`${kindOf(proxy)} ${proxy.name}`, proxy]));
}

function serversOf(model: Model): ReadonlyMap<string, ServerModel> {
  return new Map(
    model.proxies.flatMap((proxy) => proxy.servers.map((server) => [`${proxy.name}/${server.name}`, server] as const)),
  );
}

function serverView({ name, addressText: address }: ServerModel, key: string): ServerView {
  return { backend: decode(key.slice(0, key.indexOf('/'))), name: decode(name), address: decode(address) };
}

/** What stands on a `bind` line besides its address. */
function bindChanges(one: ProxyModel, other: ProxyModel, before: Model, after: Model): readonly Change[] {
  const plain = (proxy: ProxyModel, model: Model): string => meaningOf(proxy.binds, model);
  return plain(one, before) === plain(other, after) ? [] : [{ what: 'bind', before: '', after: '' }];
}

export function previewOf(old: ReadText, young: ReadText): Preview {
  const [before, after] = [old.model, young.model];
  const parts: PreviewParts = {
    listeners: listenersBetween(before, after),
    proxies: compare(
      proxiesOf(before),
      proxiesOf(after),
      (proxy): ProxyView => ({ kind: kindOf(proxy), name: decode(proxy.name) }),
      (one, other) => [
        ...changesBetween({ part: one, ...old }, { part: other, ...young }),
        ...bindChanges(one, other, before, after),
      ],
    ),
    servers: compare(serversOf(before), serversOf(after), serverView, (one, other) =>
      changesBetween({ part: one, ...old }, { part: other, ...young }),
    ),
    globals: changesBetween({ part: before.global, ...old }, { part: after.global, ...young }),
  };
  const different =
    meaningOf({ ...before, patternReferences: [] }, before) !== meaningOf({ ...after, patternReferences: [] }, after);
  return { different, ...parts, sentences: sentencesOf(parts, different), process: processSentences(before, after) };
}
