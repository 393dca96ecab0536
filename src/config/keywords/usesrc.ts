/** `usesrc` behind `source`: the address servers see, in place of ours; not implemented yet (manual 4.2, 5.2). */

import type { Statement } from '../statement.ts';

/** How far back `hdr_ip` may look. */
const LARGEST_HISTORY = 10;

/** What is wrong with the word behind `usesrc`, which is word `index`; undefined when it is good. */
export function checkUsesrc(statement: Statement, index: number, expected: string): string | undefined {
  const word = statement.word(index);
  if (word === '') return `'usesrc' expects ${expected} as argument.`;
  if (word === 'client' || word === 'clientip') return undefined;
  if (word.startsWith('hdr_ip(')) {
    const occurrence = Number(/^hdr_ip\([^,)]*,(-?\d+)/.exec(word)?.[1] ?? -1);
    return occurrence < -LARGEST_HISTORY
      ? `usesrc hdr_ip(name,num) does not support negative occurrences values smaller than ${LARGEST_HISTORY}.`
      : undefined;
  }
  const result = statement.address(word, { port: 'optional', stream: true, datagram: false, connect: true });
  return 'error' in result ? `'usesrc ${word}' : ${result.error}` : undefined;
}
