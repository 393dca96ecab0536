/** All keywords, by the block they stand in. */

import { nearestWord } from '../../config/word-distance.ts';
import type { BlockName, Keyword } from './keyword.ts';

export class KeywordTable {
  readonly #blocks = new Map<BlockName, Map<string, Keyword>>();

  constructor(blocks: Readonly<Record<BlockName, readonly Keyword[]>>) {
    for (const [name, keywords] of Object.entries(blocks)) {
      const entries = new Map(keywords.map((keyword) => [keyword.name, keyword]));
      if (entries.size !== keywords.length) throw new Error(`a keyword of '${name}' is declared twice`);
      this.#blocks.set(name as BlockName, entries);
    }
  }

  get blocks(): ReadonlyMap<BlockName, ReadonlyMap<string, Keyword>> {
    return this.#blocks;
  }

  find(block: BlockName, name: string): Keyword | undefined {
    return this.#blocks.get(block)?.get(name);
  }

  /** What may have been meant by an unknown word: a word of another block, or one of this that is like it. */
  hint(block: BlockName, name: string): string | undefined {
    const homes = [...this.#blocks].filter(([home, entries]) => home !== block && entries.has(name));
    if (homes.length > 0) return `'${name}' belongs ${homes.map(([home]) => placeName(home)).join(' or ')}`;
    const near = nearestWord(name, this.#blocks.get(block)?.keys() ?? []);
    return near === undefined ? undefined : `did you mean '${near}'?`;
  }
}

function placeName(block: BlockName): string {
  return block === '' ? 'outside of all blocks' : `into ${block} { ... }`;
}
