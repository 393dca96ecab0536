/** The commands to a running agent, and where it listens. */

import { join } from 'node:path';

export const CONTROL_DIRECTORY = '/run/mahalo';

/** Where an agent listens unless its configuration says otherwise. */
export function defaultControlSocket(namespace: string, instance: string): string {
  return join(CONTROL_DIRECTORY, `${['vrrp', namespace, instance].filter((part) => part !== '').join('_')}.sock`);
}

/** `instance`: may, must or must not name one. */
export const COMMANDS = new Map<string, 'may' | 'must' | 'none'>([
  ['status', 'may'],
  ['why', 'may'],
  ['transitions', 'may'],
  ['counters', 'may'],
  ['trackers', 'none'],
  ['sockets', 'none'],
  ['lateness', 'none'],
  ['interfaces', 'none'],
  ['json', 'none'],
  ['rehearse', 'must'],
  ['reload', 'none'],
  ['metrics', 'none'],
  ['subscribe', 'none'],
]);

export function isVrrpCommand(word: string): boolean {
  return COMMANDS.has(word);
}
