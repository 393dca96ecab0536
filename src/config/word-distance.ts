/**
 * "did you mean": HAProxy compares words by how often each pair of neighbouring letters occurs. The same measure is
 * used here so that the same suggestion is made.
 */

const BEGIN_OR_OTHER = 28;

function codeOf(character: string): number {
  if (character >= 'a' && character <= 'z') return character.charCodeAt(0) - 96;
  if (character >= '0' && character <= '9') return 27;
  return BEGIN_OR_OTHER;
}

/** 32x32 counts of transitions; row 0 marks which letters occur at all. */
export function fingerprint(word: string): Uint8Array {
  const counts = new Uint8Array(1024);
  let from = BEGIN_OR_OTHER;
  for (const character of word.toLowerCase()) {
    const to = codeOf(character);
    counts[to] = 1;
    counts[32 * from + to]! += 1;
    from = to;
  }
  counts[32 * from + BEGIN_OR_OTHER]! += 1;
  return counts;
}

export function distance(left: Uint8Array, right: Uint8Array): number {
  let sum = 0;
  for (let index = 0; index < 1024; index++) sum += Math.abs(left[index]! - right[index]!);
  return sum;
}

/**
 * The nearest of the candidates, the first of equals; undefined when none is near enough to be worth saying. `tolerance`
 * is how many differences a letter may cost.
 */
export function nearestWord(
  word: string,
  candidates: Iterable<string>,
  tolerance: (candidate: string) => number = () => 2,
): string | undefined {
  const wanted = fingerprint(word);
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const found = distance(wanted, fingerprint(candidate));
    if (found < bestDistance) {
      best = candidate;
      bestDistance = found;
    }
  }
  if (best === undefined || bestDistance > tolerance(best) * Math.min(word.length, best.length)) return undefined;
  return best;
}
