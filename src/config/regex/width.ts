/** How many bytes an expression can match: lookbehinds need to know, and what may match nothing is special in loops. */
import type { Alternatives, Item } from './syntax.ts';

export interface Widths {
  readonly least: number;
  readonly most: number;
}

export function widthsOf(alternatives: Alternatives): Widths {
  let least = Infinity;
  let most = 0;
  for (const items of alternatives) {
    let low = 0;
    let high = 0;
    for (const item of items) {
      const widths = itemWidths(item);
      low += widths.least;
      high += widths.most;
    }
    least = Math.min(least, low);
    most = Math.max(most, high);
  }
  return { least, most };
}

export function itemWidths(item: Item): Widths {
  switch (item.kind) {
    case 'set':
      return { least: 1, most: 1 };
    case 'assertion':
    case 'look':
      return { least: 0, most: 0 };
    case 'group':
    case 'atomic':
      return widthsOf(item.alternatives);
    case 'repeat': {
      const { least, most } = itemWidths(item.item);
      return { least: least * item.least, most: most === 0 || item.most === 0 ? 0 : most * item.most };
    }
    case 'reference':
      return { least: 0, most: Infinity };
  }
}
