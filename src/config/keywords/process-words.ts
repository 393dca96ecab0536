/** Sets of processes and threads: `all`, `odd`, `even`, a number or a range (manual 3.1 `cpu-map`). */

/** What is wrong with a set of numbers from 1 to `maximum`. */
export function checkProcess(text: string, maximum: number): string | undefined {
  if (text === 'all' || text === 'odd' || text === 'even') return undefined;
  if (!/^\d*(?:-\d*)?$/.test(text)) return `'${text}' is not a valid number/range.`;
  const [first, last] = bounds(text, maximum);
  if (first < 1 || last > maximum) {
    return `'${text}' is not a valid number/range. It supports numbers from 1 to ${maximum}.`;
  }
  return undefined;
}

function bounds(text: string, maximum: number): readonly [number, number] {
  const [low = '', high] = text.split('-');
  const first = Number(low);
  const last = high === undefined ? first : high === '' ? maximum : Number(high);
  return first <= last ? [first, last] : [last, first];
}

/** The numbers of a set that `checkProcess` has nothing against. */
export function readProcesses(text: string, maximum: number): readonly number[] {
  const every = Array.from({ length: maximum }, (_, index) => index + 1);
  if (text === 'all') return every;
  if (text === 'odd' || text === 'even') return every.filter((number) => (number % 2 === 1) === (text === 'odd'));
  const [first, last] = bounds(text, maximum);
  return every.filter((number) => number >= first && number <= last);
}
