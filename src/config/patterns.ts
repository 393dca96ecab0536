/** The patterns of ACLs and maps: integer operators, and whether a text can be what its match or value needs. */

import { isIPv4, isIPv6 } from 'node:net';
import type { HostNames } from './address.ts';
import type { MatchName } from './keywords/fetches.ts';
import type { PatternUseModel } from './model-rules.ts';
import { parseNetwork, parseRange } from './pattern-values.ts';
import { compileRegex } from './regex/regex.ts';

type Failure = { readonly error: string };

const OPERATORS = ['eq', 'ge', 'gt', 'le', 'lt', 'ne'] as const;

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
    // HAProxy reads `ne` and compares as for `eq`.
    if (operator === 'ne') ranges.push(word);
    else if (operator === 'gt') ranges.push(`${value + 1n}:`);
    else if (operator === 'ge') ranges.push(`${value}:`);
    else if (operator === 'lt') ranges.push(`:${value - 1n}`);
    else ranges.push(`:${value}`);
  }
  return ranges;
}

/** Versions `major.minor`, each below 65536, are compared as one number; the same operators and ranges. */
export function rewriteDottedPatterns(words: readonly string[], match: MatchName): readonly string[] | Failure {
  const numbers: string[] = [];
  let compares = false;
  for (const word of words) {
    if (OPERATORS.some((name) => name === word)) {
      numbers.push(word);
      compares = word !== 'eq';
      continue;
    }
    const parts = /^(\d+(?:\.\d+)?)?([:-])?(\d+(?:\.\d+)?)?$/.exec(word);
    const [, low = '', separator = '', high = ''] = parts ?? [];
    const values = [low, high].map((part) => (part === '' ? '' : versionNumber(part)));
    const wrong = parts === null || (low === '' && high === '') || values.includes(undefined);
    if (wrong && compares && !/[:-]/.test(word)) {
      return { error: `'${word}' is neither a number nor a supported operator` };
    }
    if (wrong || (low !== '' && high !== '' && Number(values[0]) > Number(values[1]))) {
      return { error: `'${word}' is not a ${/[:-]/.test(word) ? 'valid dotted number range' : 'dotted number'}` };
    }
    numbers.push(`${values[0]}${separator}${values[1]}`);
  }
  return rewriteIntegerPatterns(numbers, match);
}

function versionNumber(text: string): string | undefined {
  const [major = 0, minor = 0] = text.split('.').map(Number);
  return major < 65_536 && minor < 65_536 ? String(major * 65_536 + minor) : undefined;
}

function checkHexadecimal(pattern: string): string | undefined {
  if (pattern.length % 2 === 1) return 'an even number of hex digit is expected';
  const wrong = /[^0-9a-fA-F]/.exec(pattern)?.[0];
  return wrong === undefined ? undefined : `an hex digit is expected (found '${wrong}')`;
}

/** Why a text is no pattern for a way to match, in HAProxy's words; host names are none. */
export function checkPattern(pattern: string, use: Pick<PatternUseModel, 'match' | 'ignoreCase'>): string | undefined {
  switch (use.match) {
    case 'int':
    case 'len':
      if (parseRange(pattern) !== undefined) return undefined;
      return /^[^:-]+$/.test(pattern) ? `'${pattern}' is not a number` : `'${pattern}' is not a valid number range`;
    case 'ip':
      return parseNetwork(pattern) === undefined ? `'${pattern}' is not a valid IPv4 or IPv6 address` : undefined;
    case 'reg':
    case 'regm':
      try {
        compileRegex(pattern, use.ignoreCase, { capture: use.match === 'regm' });
        return undefined;
      } catch (problem) {
        return problem instanceof Error ? problem.message : String(problem);
      }
    case 'bin':
      return checkHexadecimal(pattern);
    default:
      return undefined;
  }
}

/** Why a text is no value for a map of this kind. */
export function checkValue(value: string, kind: PatternUseModel['value']): string | undefined {
  const valid =
    kind === 'sint'
      ? /^[+-]?\d*$/.test(value)
      : kind !== 'addr' || isIPv4(value) || (isIPv6(value) && !value.includes('%'));
  return valid ? undefined : `unable to parse '${value}'`;
}

/** The network that a host name stands for (`host/mask`), as far as it is known. */
export function resolveNetwork(pattern: string, hostNames: HostNames): string | undefined {
  const slash = pattern.lastIndexOf('/');
  const name = slash < 0 ? pattern : pattern.slice(0, slash);
  const address = /^[A-Za-z0-9_.-]+$/.test(name) ? hostNames.find(name, 4) : undefined;
  if (address === undefined) return undefined;
  const network = `${address}${slash < 0 ? '' : pattern.slice(slash)}`;
  return parseNetwork(network) === undefined ? undefined : network;
}
