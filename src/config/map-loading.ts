/**
 * Loads the files of map converters while the line that names them is read: whoever parses an expression need not know
 * that some of its converters have files. The parser says which line it is at.
 */
import { isIPv4, isIPv6 } from 'node:net';
import type { PatternUseModel } from './model-rules.ts';
import type { LoadingLine, PatternLists } from './pattern-lists.ts';

export interface MapKind {
  readonly match: PatternUseModel['match'];
  readonly value: PatternUseModel['value'];
}

let current: { readonly lists: PatternLists; readonly line: LoadingLine } | undefined;

/** From now on maps are loaded for this line. */
export function beginLine(lists: PatternLists, line: LoadingLine): void {
  current = { lists, line };
}

/** Loads the map of a converter `name(file,default)`; returns what is wrong with its arguments, if something is. */
export function loadMap({ match, value }: MapKind, [file = '', standard]: readonly string[]): string | undefined {
  if (current === undefined) return 'map: cannot load map at runtime';
  const use = { match, ignoreCase: false, value };
  const request = { file, use, noDns: true, withValues: true, for: 'map', asMap: true } as const;
  const loaded = current.lists.load(request, current.line);
  if ('error' in loaded) return loaded.error;
  if (
    value === 'addr' &&
    standard !== undefined &&
    !isIPv4(standard) &&
    !(isIPv6(standard) && !standard.includes('%'))
  ) {
    return `map: cannot parse default ip <${standard}>.`;
  }
  return undefined;
}
