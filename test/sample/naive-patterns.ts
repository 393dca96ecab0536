/** What a list of patterns finds, one pattern after another: what the indexes are compared with. */
import { parseNetwork, parseRange } from '../../src/config/pattern-values.ts';
import type { Match } from '../../src/sample/patterns/lookup.ts';

function holdsWord(text: string, pattern: string, delimiters: string): boolean {
  const isDelimiter = (letter: string | undefined): boolean => letter !== undefined && delimiters.includes(letter);
  let word = pattern;
  while (word !== '' && isDelimiter(word[0])) word = word.slice(1);
  while (word !== '' && isDelimiter(word.at(-1))) word = word.slice(0, -1);
  if (word === '') return false;
  for (let at = 0; at + word.length <= text.length; at++) {
    if (at > 0 && !isDelimiter(text[at - 1])) continue;
    const after = at + word.length;
    if (text.startsWith(word, at) && (after === text.length || isDelimiter(text[after]))) return true;
  }
  return false;
}

function ipv4Number(text: string): number {
  return text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** Bits of an IPv4 network that match the address, -1: none; masks with holes count as 0. */
function ipv4Weight(pattern: string, address: string): number {
  const network = parseNetwork(pattern);
  if (network === undefined || network.address.length !== 1) return -1;
  const mask = network.bits < 0 ? network.mask : network.bits === 0 ? 0 : -1 << (32 - network.bits);
  return ((ipv4Number(address) ^ (network.address[0] as number)) & mask) === 0 ? Math.max(network.bits, -0.5) : -1;
}

function matches(match: Match, pattern: string, text: string): boolean {
  switch (match) {
    case 'str':
      return text === pattern;
    case 'bin':
      return Buffer.from(text, 'latin1').toString('hex') === pattern.toLowerCase();
    case 'beg':
      return text.startsWith(pattern);
    case 'end':
      return text.endsWith(pattern);
    case 'sub':
      return pattern !== '' && text.includes(pattern);
    case 'dir':
      return holdsWord(text, pattern, '/?');
    case 'dom':
      return holdsWord(text, pattern, '/?.:');
    case 'reg':
      return new RegExp(pattern).test(text);
    case 'int':
    case 'len': {
      const range = parseRange(pattern);
      const value = match === 'int' ? Number(text) : text.length;
      return range !== undefined && range.low <= value && value <= range.high;
    }
    default:
      throw new Error(`no naive match '${match}'`);
  }
}

/** The index of the pattern that HAProxy takes, or -1. */
export function findNaively(match: Match, ignoreCase: boolean, patterns: readonly string[], text: string): number {
  const fold = (word: string): string => (ignoreCase && match !== 'reg' && match !== 'bin' ? word.toLowerCase() : word);
  if (match === 'ip') {
    const weights = patterns.map((pattern) => ipv4Weight(pattern, text));
    const best = Math.max(-1, ...weights);
    return best === -1 ? -1 : weights.indexOf(best);
  }
  const found = patterns.flatMap((pattern, index) => (matches(match, fold(pattern), fold(text)) ? [index] : []));
  if (match === 'beg' && !ignoreCase) {
    const longest = Math.max(...found.map((index) => (patterns[index] as string).length));
    return found.find((index) => patterns[index]?.length === longest) ?? -1;
  }
  return found[0] ?? -1;
}
