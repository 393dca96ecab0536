/**
 * An answer for people at a console: names and values, one a line, what belongs together indented. No table, for a
 * serial console may be narrow and nobody knows how narrow.
 */

const INDENT = '  ';
/** Nothing but a time is in there: milliseconds since 1970, from 2001 on; a date cannot say what is far behind the end. */
const FIRST_MOMENT = 1e12;
const LAST_MOMENT = 1e14;

function scalar(value: unknown): string | undefined {
  if (value === null || value === undefined) return '-';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') {
    return value > FIRST_MOMENT && value < LAST_MOMENT ? new Date(value).toISOString() : String(value);
  }
  if (typeof value === 'string' && !value.includes('\n')) return printable(value);
  if (Array.isArray(value) && value.length === 0) return 'none';
  if (Array.isArray(value) && value.every((one) => typeof one === 'string' || typeof one === 'number')) {
    return value.map((one) => printable(String(one))).join(', ');
  }
  return undefined;
}

/** What a role wrote must not steer the console. */
function printable(text: string): string {
  return text.replaceAll(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, '?');
}

/** `unitId` as people write it. */
function spelled(name: string): string {
  return printable(name).replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function lines(value: unknown, indent: string): string[] {
  const flat = scalar(value);
  if (flat !== undefined) return [indent + flat];
  if (typeof value === 'string') return value.split('\n').map((line) => indent + printable(line));
  if (Array.isArray(value)) {
    return value.flatMap((one) => {
      const [first = '', ...rest] = lines(one, `${indent}${INDENT}`);
      return [`${indent}- ${first.trimStart()}`, ...rest];
    });
  }
  return Object.entries(value as object).flatMap(([name, one]) => {
    const short = scalar(one);
    return short === undefined
      ? [`${indent}${spelled(name)}:`, ...lines(one, indent + INDENT)]
      : [`${indent}${spelled(name)}: ${short}`];
  });
}

/** Ends with a line feed. */
export function plainText(value: unknown): string {
  return `${lines(value, '').join('\n')}\n`;
}
