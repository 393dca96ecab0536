/**
 * Numbers as keepalived reads them (lib/parser.c, read_int and its kin). Something after the digits is a mistake, yet
 * some keywords go on with the digits; then there is a value and a fault.
 */

export interface NumberResult {
  readonly value: number | undefined;
  /** In keepalived's words. */
  readonly fault: string | undefined;
}

export interface Range {
  readonly minimum: number;
  readonly maximum: number;
  /** The value counts though something follows its digits. */
  readonly lenient?: boolean;
}

export const UNSIGNED_MAX = 4_294_967_295;
export const INTEGER_MAX = 2_147_483_647;
/** What fits into an unsigned number of microseconds, in seconds. */
export const SECONDS_MAX = 4294;

function judged(text: string, value: number, wellFormed: boolean, range: Range, limits: string): NumberResult {
  const inside = value >= range.minimum && value <= range.maximum;
  if (!wellFormed) return { value: range.lenient && inside ? value : undefined, fault: `invalid number '${text}'` };
  if (!inside) return { value: undefined, fault: `number '${text}' outside range [${limits}]` };
  return { value, fault: undefined };
}

function limitsOf({ minimum, maximum }: Range): string {
  return `${minimum}, ${maximum}`;
}

export function readInteger(text: string, range: Range): NumberResult {
  const digits = /^\s*([+-]?\d+)/.exec(text);
  const value = digits === null ? 0 : Number(digits[1]);
  const wellFormed = text === '' || (digits !== null && digits[0].length === text.length);
  if (wellFormed && Math.abs(value) > INTEGER_MAX + 1) {
    return { value: undefined, fault: `number '${text}' outside integer range` };
  }
  return judged(text, value, wellFormed, range, limitsOf(range));
}

/** `base` 0: `0x` and a leading 0 count as in C. */
export function readUnsigned(text: string, range: Range, base: 0 | 10 = 10): NumberResult {
  const trimmed = text.trimStart();
  if (trimmed.startsWith('-')) return { value: undefined, fault: `negative number '${text}'` };
  const digits = (base === 10 ? /^\+?(\d+)/ : /^\+?(0[xX][0-9a-fA-F]+|\d+)/).exec(trimmed);
  const written = digits?.[1] ?? '0';
  let value = Number(written);
  if (base === 0 && /^0[0-7]+$/.test(written)) value = Number.parseInt(written, 8);
  const wellFormed = trimmed === '' || (digits !== null && digits[0].length === trimmed.length);
  if (wellFormed && value > UNSIGNED_MAX) {
    return { value: undefined, fault: `number '${text}' outside unsigned integer range` };
  }
  return judged(text, value, wellFormed, range, limitsOf(range));
}

/**
 * A decimal fraction of seconds, with up to six places; in microseconds, as the range. Places beyond the sixth are a
 * mistake that keepalived rounds away.
 */
export function readSeconds(text: string, range: Range): NumberResult {
  if (text.startsWith('-')) return { value: undefined, fault: `negative number '${text}'` };
  const point = text.indexOf('.');
  const places = point < 0 ? '' : text.slice(point + 1);
  const whole = point < 0 ? text : text.slice(0, point);
  const scaled = `${whole}${places.slice(0, 6).padEnd(6, '0')}`;
  const digits = /^\s*\+?\d*/.exec(scaled)?.[0] ?? '';
  const value = Number(digits) + (places.length > 6 && places[6]! >= '5' ? 1 : 0);
  const limits = `${(range.minimum / 1e6).toFixed(6)}, ${(range.maximum / 1e6).toFixed(6)}`;
  const result = judged(text, value, digits.length === scaled.length, range, limits);
  if (result.fault === undefined && places.length > 6) {
    return { value: result.value, fault: `number '${text}' has too many decimal places` };
  }
  return result;
}

/** on, off and their synonyms; undefined for anything else. */
export function readSwitch(text: string): boolean | undefined {
  if (text === 'true' || text === 'on' || text === 'yes') return true;
  if (text === 'false' || text === 'off' || text === 'no') return false;
  return undefined;
}
