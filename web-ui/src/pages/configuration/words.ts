/** The words of the language, for colours only; fetched once. */

import { api } from '../../api/client.ts';
import type { EditedDocument } from './documents.ts';
import type { Words } from './editor/tokens.ts';

interface WordsAnswer {
  readonly sections: readonly string[];
  readonly statements: readonly string[];
  readonly options: readonly string[];
}

const known = new Map<string, Promise<Words>>();

export function wordsOf({ base, id }: EditedDocument): Promise<Words> {
  const found = known.get(base);
  if (found !== undefined) return found;
  const asked = api.get<WordsAnswer>(`${base}/words`).then(({ options, sections, statements }) => ({
    sections: new Set(sections),
    statements: new Set(statements),
    options: new Set(options),
    exclamation: id === 'vrrp-configuration',
  }));
  known.set(base, asked);
  // Asked again by the next editor.
  asked.catch(() => known.delete(base));
  return asked;
}
