/** The patterns of ACLs: pattern files, integer operators, and whether a pattern can be what its match needs. */

import type { HostNames } from './address.ts';
import { isNetwork } from './address.ts';
import type { MatchName } from './keywords/fetches.ts';
import { compileRegex } from './regex/regex.ts';
import type { ParserPorts } from './statement.ts';

type Failure = { readonly error: string };

export interface FilePattern {
  readonly pattern: string;
  readonly line: number;
}

/** One pattern a line, blanks within it kept, `#` at the very start of the line a comment. */
export function readPatternFile(
  path: string,
  ports: Pick<ParserPorts, 'readFile'>,
): { readonly patterns: readonly FilePattern[] } | Failure {
  const file = ports.readFile(path);
  if ('error' in file) return { error: `failed to open pattern file <${path}>` };
  const patterns: FilePattern[] = [];
  const lines = Buffer.from(file.bytes).toString('latin1').split('\n');
  lines.forEach((text, index) => {
    if (text.startsWith('#')) return;
    const pattern = text.replace(/^[ \t]+/, '').replace(/\r.*$/s, '');
    if (pattern !== '') patterns.push({ pattern, line: index + 1 });
  });
  return { patterns };
}

const OPERATORS = ['eq', 'ge', 'gt', 'le', 'lt'] as const;

/**
 * `gt 5 10` means "above 5 or above 10". The operators become ranges, which is all the matching knows: `gt 5` is `6:`,
 * `le 4` is `:4`, `eq 3` and `3` stay `3`, and `1:4` stays.
 */
export function rewriteIntegerPatterns(words: readonly string[], match: MatchName): readonly string[] | Failure {
  if (match !== 'int' && match !== 'len') return words;
  const ranges: string[] = [];
  let operator: (typeof OPERATORS)[number] = 'eq';
  for (const word of words) {
    const named = OPERATORS.find((name) => name === word);
    if (named !== undefined) {
      operator = named;
      continue;
    }
    if (/[:-]/.test(word) || operator === 'eq') {
      ranges.push(word);
      continue;
    }
    const whole = word.split('.')[0] ?? '';
    if (!/^[+-]?\d+$/.test(whole)) return { error: `'${word}' is neither a number nor a supported operator` };
    const value = BigInt(whole);
    if (operator === 'gt') ranges.push(`${value + 1n}:`);
    else if (operator === 'ge') ranges.push(`${value}:`);
    else if (operator === 'lt') ranges.push(`:${value - 1n}`);
    else ranges.push(`:${value}`);
  }
  return ranges;
}

function validateRange(pattern: string): string | undefined {
  const separator = /[:-]/.exec(pattern)?.index ?? -1;
  const number = /^[+-]?\d+$/;
  if (pattern !== '' && separator < 0) return number.test(pattern) ? undefined : `'${pattern}' is not a number`;
  const low = pattern.slice(0, Math.max(separator, 0));
  const high = pattern.slice(separator + 1);
  const valid =
    pattern !== '' &&
    (low !== '' || high !== '') &&
    (low === '' || number.test(low)) &&
    (high === '' || number.test(high)) &&
    (low === '' || high === '' || BigInt(low) <= BigInt(high));
  return valid ? undefined : `'${pattern}' is not a valid number range`;
}

function validateHexadecimal(pattern: string): { readonly pattern: string } | Failure {
  if (pattern.length % 2 === 1) return { error: 'an even number of hex digit is expected' };
  const wrong = /[^0-9a-fA-F]/.exec(pattern)?.[0];
  return wrong === undefined ? { pattern } : { error: `an hex digit is expected (found '${wrong}')` };
}

/** The pattern as the model has it (host names of `src` resolved, ranges written with a colon), or why not. */
export function validatePattern(
  pattern: string,
  match: MatchName,
  noDns: boolean,
  hostNames: HostNames,
): { readonly pattern: string } | Failure {
  switch (match) {
    case 'int':
    case 'len': {
      const refusal = validateRange(pattern);
      // The first of ':' and '-' separates; later ones are signs.
      return refusal === undefined ? { pattern: pattern.replace(/^([^:-]*)-/, '$1:') } : { error: refusal };
    }
    case 'bool':
      return { pattern };
    case 'ip': {
      if (isNetwork(pattern)) return { pattern };
      const slash = pattern.lastIndexOf('/');
      const name = slash < 0 ? pattern : pattern.slice(0, slash);
      const address = noDns || !/^[A-Za-z0-9_.-]+$/.test(name) ? undefined : hostNames.find(name, 4);
      const network = `${address}${slash < 0 ? '' : pattern.slice(slash)}`;
      if (address !== undefined && isNetwork(network)) return { pattern: network };
      return { error: `'${pattern}' is not a valid IPv4 or IPv6 address` };
    }
    case 'reg':
      try {
        compileRegex(pattern, false, { capture: false });
        return { pattern };
      } catch (problem) {
        return { error: problem instanceof Error ? problem.message : String(problem) };
      }
    case 'bin':
      return validateHexadecimal(pattern);
    default:
      return { pattern };
  }
}
