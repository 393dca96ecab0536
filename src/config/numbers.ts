/**
 * Numbers and delays as HAProxy 2.6 reads them (manual 2.5 "Time format"). The readers are as
 * lenient as C's `atol` where HAProxy is: `maxconn 10abc` is 10, and a configuration that relied on it still loads.
 */

/** C's `atol`: optional blanks and sign, then as many digits as there are; 0 when there are none. */
export function readInteger(text: string): number {
  const match = /^\s*([+-]?\d+)/.exec(text);
  return match === null ? 0 : Number(match[1]);
}

/** An `atol` stored in a C int: wraps at 32 bits, as HAProxy's fields do. */
export function readInt32(text: string): number {
  const value = readInteger(text);
  return Number.isSafeInteger(value) ? value | 0 : value > 0 ? -1 : 0;
}

/** The whole text is a decimal integer (`strl2irc`). */
export function isInteger(text: string): boolean {
  return /^[+-]?\d+$/.test(text);
}

export type TimeResult =
  | {
      readonly kind: 'value';
      readonly value: number /** Text after the unit: HAProxy only warns. */;
      readonly rest: string;
    }
  | { readonly kind: 'over' }
  | { readonly kind: 'under' }
  | { readonly kind: 'character'; readonly character: string };

const UNIT_MICROSECONDS: Readonly<Record<string, number>> = {
  us: 1,
  ms: 1_000,
  s: 1_000_000,
  m: 60_000_000,
  h: 3_600_000_000,
  d: 86_400_000_000,
};

/**
 * A delay: digits and an optional unit us, ms, s, m, h, d. Without one it counts in `unit`. The result is in `unit`,
 * rounded up; at most 2^31 - 1 ("over" beyond), and a non-null text may not become 0 ("under").
 */
export function parseTime(text: string, unit: 'ms' | 's' = 'ms'): TimeResult {
  const digits = /^\d+/.exec(text)?.[0];
  if (digits === undefined) return { kind: 'character', character: text.charAt(0) };
  const after = text.slice(digits.length);
  const suffix = /^(?:us|ms|[smhd])/.exec(after)?.[0];
  if (suffix === undefined && after !== '') {
    return { kind: 'character', character: after.charAt(0) };
  }
  const scale = suffix === undefined ? 1 : (UNIT_MICROSECONDS[suffix] ?? 1);
  const divisor = suffix === undefined ? 1 : (UNIT_MICROSECONDS[unit] ?? 1);
  // 64-bit arithmetic as in the original: products of long texts exceed what a double holds exactly.
  const value = BigInt.asUintN(64, BigInt(digits));
  const result = BigInt.asUintN(64, value * BigInt(scale) + BigInt(divisor) - 1n) / BigInt(divisor);
  if (result >= 0x8000_0000n) return { kind: 'over' };
  if (result === 0n && value !== 0n) return { kind: 'under' };
  return { kind: 'value', value: Number(result), rest: after.slice(suffix?.length ?? 0) };
}
