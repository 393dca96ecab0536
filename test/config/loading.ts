/** Loads a text without touching the machine: no files but the given ones, fixed accounts and host names. */

import { type LoadResult, loadConfiguration } from '../../src/config/loader.ts';
import type { Model, ProxyModel } from '../../src/config/model.ts';

export interface World {
  readonly environment?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly hosts?: Readonly<Record<string, string>>;
}

export function loadTexts(texts: readonly string[], world: World = {}): Promise<LoadResult> {
  const sources = texts.map((text, index) => ({ name: index === 0 ? 'test.cfg' : `test${index}.cfg`, text }));
  return loadConfiguration(sources, {
    environment: world.environment ?? {},
    readFile(path) {
      const text = world.files?.[path];
      return text === undefined ? { error: 'No such file or directory' } : { bytes: Buffer.from(text, 'latin1') };
    },
    userId: (name) => (name === 'someone' ? 1001 : undefined),
    groupId: (name) => (name === 'some' ? 1002 : undefined),
    networkNamespace: (name) => name === 'blue',
    machineName: 'machine',
    directoryProblem: (path) => (path.startsWith('/nonexistent') ? 'No such file or directory' : undefined),
    startDirectory: '/start',
    product: { features: '+EPOLL -OPENSSL', version: '2.6.12', tlsVersion: undefined },
    resolveHost: (name) => Promise.resolve(world.hosts?.[name]),
  });
}

/** Loads a text that must be valid. */
export async function loadModel(text: string, world?: World): Promise<Model> {
  const result = await loadTexts([text], world);
  if (result.model === undefined) throw new Error(result.diagnostics.map((found) => found.text).join('\n'));
  return result.model;
}

export async function loadProxy(text: string, name: string, world?: World): Promise<ProxyModel> {
  const found = (await loadModel(text, world)).proxies.find((proxy) => proxy.name === name);
  if (found === undefined) throw new Error(`no proxy '${name}'`);
  return found;
}

/** The texts of all messages. */
export async function messagesOf(text: string, world?: World): Promise<readonly string[]> {
  return (await loadTexts([text], world)).diagnostics.map((found) => found.text);
}

export const TIMEOUTS = ' timeout client 1s\n timeout connect 1s\n timeout server 1s\n';
