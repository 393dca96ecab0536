/** How commands name proxies and servers, and what they answer when there is none (HAProxy's words). */

import type { Proxy } from '../proxy/proxy.ts';
import type { ProxyRuntime } from '../proxy/proxy-runtime.ts';
import type { Server } from '../proxy/server.ts';
import { type CommandAnswer, type CommandContext, failure } from './command.ts';

/** What was found, or the answer that says why not. */
type Found<T> = { readonly found: T } | { readonly answer: CommandAnswer };

function matches(object: { readonly name: string; readonly id: number }, wanted: string): boolean {
  return object.name === wanted || `#${object.id}` === wanted;
}

/** `backend/server`, either by name or as `#id`. A server of a stopped proxy is found for reading only. */
export function findServer(runtime: ProxyRuntime, name: string, forReading = false): Found<Server> {
  const slash = name.indexOf('/');
  const proxyName = slash < 0 ? name : name.slice(0, slash);
  const serverName = slash < 0 ? '' : name.slice(slash + 1);
  if (serverName === '' || proxyName === '') {
    return { answer: failure("Require 'backend/server'.\n") };
  }
  const proxy = runtime.proxies.find((candidate) => candidate.model.backend && matches(candidate, proxyName));
  if (proxy === undefined) {
    return { answer: failure('No such backend.\n') };
  }
  const server = proxy.servers.find((candidate) => matches(candidate, serverName));
  if (server === undefined) {
    return { answer: failure('No such server.\n') };
  }
  if (proxy.stopped && !forReading) {
    return { answer: failure('Proxy is disabled.\n') };
  }
  return { found: server };
}

export function findFrontend(runtime: ProxyRuntime, name: string): Found<Proxy> {
  if (name === '') {
    return { answer: failure('A frontend name is expected.\n') };
  }
  const proxy = runtime.proxies.find((candidate) => candidate.model.frontend && matches(candidate, name));
  return proxy === undefined ? { answer: failure('No such frontend.\n') } : { found: proxy };
}

/** Wraps a command about the server that word `position` names. */
export function onServer(
  position: number,
  run: (server: Server, context: CommandContext) => CommandAnswer,
): (context: CommandContext) => CommandAnswer {
  return (context) => {
    const result = findServer(context.runtime, context.words[position] ?? '');
    return 'found' in result ? run(result.found, context) : result.answer;
  };
}

/** Wraps a command about the frontend that word `position` names. */
export function onFrontend(
  position: number,
  run: (frontend: Proxy, context: CommandContext) => CommandAnswer,
): (context: CommandContext) => CommandAnswer {
  return (context) => {
    const result = findFrontend(context.runtime, context.words[position] ?? '');
    return 'found' in result ? run(result.found, context) : result.answer;
  };
}
