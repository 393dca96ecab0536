/** `sample <ranges>:<size>` of a `log` line (manual 4.2): of every `size` lines those are sent whose numbers are in a range. */

export interface LogSampleModel {
  /** Numbers count from 1; ascending, without overlaps. */
  readonly ranges: readonly { readonly low: number; readonly high: number }[];
  readonly size: number;
}

/** Digits at the start as a number, and what follows. */
function leadingNumber(text: string): { readonly value: number; readonly rest: string } {
  const digits = /^\d*/.exec(text)?.[0] ?? '';
  return { value: Number(digits), rest: text.slice(digits.length) };
}

export function readLogSample(text: string): LogSampleModel | { readonly error: string } {
  const colon = text.indexOf(':');
  if (colon < 0) return { error: 'Missing sample size' };
  const list = text.slice(0, colon);
  const written = text.slice(colon + 1);
  const ranges: { low: number; high: number }[] = [];
  for (let rest = list; rest !== ''; ) {
    const comma = rest.indexOf(',');
    const part = comma < 0 ? rest : rest.slice(0, comma);
    const low = leadingNumber(part);
    const high = low.rest.startsWith('-') ? leadingNumber(low.rest.slice(1)) : low;
    const bad = low.rest.startsWith('-') ? high.value <= low.value : low.value === 0;
    if (low.value === 0 || bad || high.rest !== '') return { error: `wrong sample range '${rest}'` };
    const range = { low: low.value, high: high.value };
    const within = (number: number) => ranges.some((one) => number >= one.low && number <= one.high);
    if (within(range.low) || within(range.high)) return { error: 'ranges are overlapping' };
    ranges.push(range);
    rest = comma < 0 ? '' : rest.slice(comma + 1);
  }
  if (ranges.length === 0) return { error: 'no sampling ranges given' };
  const size = leadingNumber(written);
  if (size.value === 0 || size.rest !== '') {
    return { error: `wrong sample size '${written}' for sample range '${list}'` };
  }
  const most = Math.max(...ranges.map((range) => range.high));
  if (size.value < most) {
    return {
      error: `sample size ${size.value} should be greater or equal to ${most} the maximum of the high ranges limits`,
    };
  }
  return { ranges: ranges.sort((one, other) => one.low - other.low), size: size.value };
}
