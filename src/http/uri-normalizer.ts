/**
 * The normal forms of `http-request normalize-uri` (manual 4.2, RFC 3986 section 6.2.2), on text of one character a byte.
 * `null` stands for what the strict variants refuse.
 */

/** `a//b` becomes `a/b`. */
export function mergeSlashes(path: string): string {
  return path.replace(/\/{2,}/g, '/');
}

/** Segments `.` go. */
export function stripDots(path: string): string {
  let result = '';
  let rest = path;
  while (rest !== '') {
    const slash = rest.indexOf('/');
    const segment = slash < 0 ? rest : rest.slice(0, slash);
    rest = slash < 0 ? '' : rest.slice(slash + 1);
    if (segment !== '.') result += slash < 0 ? segment : `${segment}/`;
  }
  return result;
}

/** `a/../b` becomes `b`. What leads above the root stays in front, or goes with `full`. */
export function stripDoubleDots(path: string, full: boolean): string {
  let result = '';
  let up = 0;
  let at = path.length - 1;
  if (path.endsWith('/..')) {
    up++;
    at -= 2;
  }
  while (at >= 0) {
    if (at >= 3 && path.startsWith('/../', at - 3)) {
      up++;
      at -= 3;
      continue;
    }
    const end = at + 1;
    // The slash, then the segment before it.
    at--;
    if (up === 0) {
      while (at >= 0 && path[at] !== '/') at--;
      result = path.slice(at + 1, end) + result;
    } else if (at >= 0) {
      up--;
      while (at >= 0 && path[at] !== '/') at--;
    }
  }
  return up === 0 ? result : `${full ? '' : '/..'.repeat(up)}/${result}`;
}

function byName(left: string, right: string): number {
  const one = left.split('=', 1)[0] as string;
  const other = right.split('=', 1)[0] as string;
  return one < other ? -1 : one > other ? 1 : 0;
}

/** Sorts the parameters of a query (its `?` included) by name; those of one name keep their order. */
export function sortQuery(query: string): string {
  const parameters = query.slice(1).split('&');
  if (parameters.at(-1) === '') parameters.pop();
  return query.charAt(0) + parameters.sort(byName).join('&');
}

function hasStrayPercent(text: string): boolean {
  return /%(?![0-9A-Fa-f]{2})/.test(text);
}

/** `%c3%a4` becomes `%C3%A4`. */
export function upperPercent(text: string, strict: boolean): string | null {
  if (strict && hasStrayPercent(text)) return null;
  return text.replace(/%[0-9A-Fa-f]{2}/g, (code) => code.toUpperCase());
}

/** `%41` becomes `A`: what need not be encoded is decoded. */
export function decodeUnreserved(text: string, strict: boolean): string | null {
  if (strict && hasStrayPercent(text)) return null;
  return text.replace(/%([0-9A-Fa-f]{2})/g, (code, digits: string) => {
    const character = String.fromCharCode(Number.parseInt(digits, 16));
    return /[A-Za-z0-9._~-]/.test(character) ? character : code;
  });
}

/** What follows a `#` goes, and it. */
export function stripFragment(text: string): string {
  const hash = text.indexOf('#');
  return hash < 0 ? text : text.slice(0, hash);
}

/** `#` becomes `%23`. */
export function encodeFragment(text: string): string {
  return text.replaceAll('#', '%23');
}
