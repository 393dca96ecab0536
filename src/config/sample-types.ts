/**
 * The types a sample may have (manual 7.3), and which of them turn into which without being asked: a converter or a
 * match that takes one type also takes those that can be cast to it. The position of a type in the list is the number
 * it has while requests are served.
 */

export const SAMPLE_TYPES = ['any', 'bool', 'sint', 'addr', 'ipv4', 'ipv6', 'str', 'bin', 'meth'] as const;

/** `addr` is what matches and converters take: either. A fetch that may give either is declared as `ipv4`, as in HAProxy. */
export type SampleType = (typeof SAMPLE_TYPES)[number];

const CASTS: Readonly<Record<SampleType, readonly SampleType[]>> = {
  any: SAMPLE_TYPES,
  bool: ['any', 'bool', 'sint', 'str', 'bin'],
  sint: ['any', 'bool', 'sint', 'addr', 'ipv4', 'ipv6', 'str', 'bin'],
  addr: ['any'],
  ipv4: ['any', 'sint', 'addr', 'ipv4', 'ipv6', 'str', 'bin'],
  ipv6: ['any', 'addr', 'ipv4', 'ipv6', 'str', 'bin'],
  str: ['any', 'bool', 'sint', 'addr', 'ipv4', 'ipv6', 'str', 'bin', 'meth'],
  bin: ['any', 'str', 'bin', 'meth'],
  meth: ['any', 'str', 'bin', 'meth'],
};

/** Whether samples of one type are ever accepted where another is wanted; a value may still fail to be cast. */
export function canCast(from: SampleType, to: SampleType): boolean {
  return CASTS[from].includes(to);
}
