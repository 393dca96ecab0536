/**
 * Whether JavaScript's engine finds the same match and groups as PCRE for an expression. They part where
 *
 * - a reference names a group that did not match: PCRE fails, JavaScript goes on;
 * - a loop's later round skips a group: PCRE keeps what an earlier round had, JavaScript forgets it;
 * - a round matches nothing: PCRE accepts that and leaves the loop, JavaScript looks for another way first.
 */
import type { Alternatives, Item, ParsedRegex } from './syntax.ts';
import { itemWidths } from './width.ts';

export function isExact(parsed: ParsedRegex): boolean {
  return parsed.alternatives.every((items) => items.every(isExactItem));
}

function isExactItem(item: Item): boolean {
  switch (item.kind) {
    case 'set':
    case 'assertion':
      return true;
    case 'reference':
      return false;
    case 'repeat':
      return isExactItem(item.item) && isExactLoop(item.item, item.most);
    default:
      return item.alternatives.every((items) => items.every(isExactItem));
  }
}

function isExactLoop(body: Item, most: number): boolean {
  if (body.kind === 'set') return true;
  if (itemWidths(body).least === 0) {
    if (hasChoice([[body]])) return false;
    return most <= 1 || !hasGroup([[body]]);
  }
  return most <= 1 || !skipsGroup(body);
}

/** Whether there is more than one order in which to try ways to match: then an empty way may come first. */
function hasChoice(alternatives: Alternatives): boolean {
  if (alternatives.length > 1) return true;
  return alternatives.some((items) =>
    items.some((item) => {
      if (item.kind === 'repeat') return item.mode === 'lazy' || hasChoice([[item.item]]);
      return 'alternatives' in item && (item.kind === 'look' || hasChoice(item.alternatives));
    }),
  );
}

function hasGroup(alternatives: Alternatives): boolean {
  return alternatives.some((items) =>
    items.some((item) => {
      if (item.kind === 'repeat') return hasGroup([[item.item]]);
      return 'alternatives' in item && ((item.kind === 'group' && item.index > 0) || hasGroup(item.alternatives));
    }),
  );
}

/** Whether some way through the item leaves a group of it out. */
function skipsGroup(item: Item): boolean {
  if (item.kind === 'repeat') return item.least === 0 ? hasGroup([[item.item]]) : skipsGroup(item.item);
  if (!('alternatives' in item)) return false;
  if (item.alternatives.length > 1 || item.kind === 'look') return hasGroup(item.alternatives);
  return item.alternatives.some((items) => items.some(skipsGroup));
}
