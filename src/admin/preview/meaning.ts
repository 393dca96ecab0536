/** What a part of a model means, to be compared: without places in a file and without numbers that only count. */

import type { Model } from '../../config/model.ts';

/** Numbers of proxies and servers are given in their order, unless the text says one. */
const LEFT_OUT = new Set(['place', 'id']);

/** Lists of patterns are named by position, which moves when another one is added before: their content counts. */
function referenceMeaning(model: Model, position: unknown): unknown {
  const found = typeof position === 'number' ? model.patternReferences[position] : undefined;
  if (found === undefined) return null;
  const { file, bytes, patterns } = found;
  return { file, bytes: bytes === undefined ? null : Buffer.from(bytes).toString('latin1'), patterns };
}

/** Equal texts for what means the same, within this model and between models. */
export function meaningOf(value: unknown, model: Model): string {
  return JSON.stringify(value, (key, part: unknown) => {
    if (LEFT_OUT.has(key)) return undefined;
    if (key === 'reference') return referenceMeaning(model, part);
    if (part instanceof Uint8Array) return Buffer.from(part).toString('latin1');
    return part;
  });
}
