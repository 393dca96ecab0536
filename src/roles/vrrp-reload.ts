/**
 * Whether a configuration may take the place of the one that runs. keepalived goes on with whatever is left of a file with
 * mistakes, and takes the addresses of an instance that a typing error has swallowed off the interface. A unit that serves
 * refuses such a file, unless the mistakes are those that it already runs with.
 */

import type { Diagnostic } from '../config/diagnostics.ts';
import type { LoadResult } from '../vrrp/config/load.ts';

type Loaded = Pick<LoadResult, 'model'> & { readonly diagnostics: { readonly list: readonly Diagnostic[] } };

/** An interface that is missing now is no mistake of the file. */
function isMistake({ severity, message }: Diagnostic): boolean {
  return severity === 'alert' && !message.startsWith('WARNING');
}

/** The reason for which it is refused, undefined when it may be taken. */
export function reasonToRefuse(running: Loaded, fresh: Loaded): string | undefined {
  const fatal = fresh.diagnostics.list.find((diagnostic) => diagnostic.fatal);
  if (fatal !== undefined) return fatal.text;
  if (fresh.model === undefined) return 'the configuration cannot be run';
  // Lines move when a file is edited: a mistake is known by its words.
  const known = new Set(running.diagnostics.list.map(({ message }) => message));
  return fresh.diagnostics.list.find((diagnostic) => isMistake(diagnostic) && !known.has(diagnostic.message))?.text;
}
