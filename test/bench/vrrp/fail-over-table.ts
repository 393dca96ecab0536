/** The measured fail-overs as a table in Markdown, each pair of agents judged by keepalived's against itself. */
import { highest, median } from '../percentile.ts';
import { type Cell, noticedBySilence } from './cells.ts';
import type { Pair, PairResult, RoundResult } from './round.ts';

/** What is allowed beyond keepalived's own figures of the same run. */
const MEDIAN_SLACK_MS = 10;
const HIGHEST_SLACK_MS = 20;

export interface CellResult {
  readonly cell: Cell;
  readonly pairs: readonly { readonly pair: Pair; readonly result: PairResult }[];
}

export interface Judged {
  readonly met: boolean;
  readonly why: string;
}

type Figure = 'darkMs' | 'alignedDarkMs' | 'firstAnswerMs' | 'returnDarkMs';

function sorted(rounds: readonly RoundResult[], figure: Figure): number[] {
  return rounds.map((round) => round[figure]).sort((a, b) => a - b);
}

/** `never` stands for what has no figure. */
function spread(rounds: readonly RoundResult[], figure: Figure, never = '-'): string {
  const values = sorted(rounds, figure);
  if (values.length === 0) return '-';
  if (values.some(Number.isNaN)) return never;
  const [low, middle, high] = [values[0]!, median(values), highest(values)].map(Math.round);
  return `${low}/**${middle}**/${high}`;
}

function within(own: readonly RoundResult[], base: readonly RoundResult[], figure: Figure, name: string): string[] {
  const [ours, theirs] = [sorted(own, figure), sorted(base, figure)];
  if (ours.some(Number.isNaN)) return [];
  const told: string[] = [];
  const [medianBy, highestBy] = [median(ours) - median(theirs), highest(ours) - highest(theirs)];
  if (medianBy > MEDIAN_SLACK_MS) told.push(`${name} median +${Math.round(medianBy)}`);
  if (highestBy > HIGHEST_SLACK_MS) told.push(`${name} max +${Math.round(highestBy)}`);
  return told;
}

/**
 * The pair's verdict. What only keepalived does is not in our hands: when it takes over from a unit that says nothing any
 * more, and what it leaves behind where it steps down.
 */
export function judge(cell: Cell, pair: Pair, own: PairResult, base: PairResult): Judged {
  if (own.failures.length > 0) return { met: false, why: `failed: ${own.failures[0]!.split('\n')[0]}` };
  if (own.rounds.length === 0 || base.rounds.length === 0) return { met: false, why: 'nothing measured' };
  const silent = noticedBySilence(cell);
  const dark = silent ? 'alignedDarkMs' : 'darkMs';
  const told = silent && pair[1] === 'keepalived' ? [] : within(own.rounds, base.rounds, dark, 'dark');
  const returned = highest(sorted(own.rounds, 'returnDarkMs'));
  if (cell.fault === 'partition' && pair[1] === 'keepalived') {
    // It steps down without a word unless told to speak: nobody knows that the neighbours have to be told.
  } else if (cell.returnIsZero && pair[1] === 'mahalo') {
    // A probe on its way while the address moves is one of the 10 ms prober's, now and then.
    if (median(sorted(own.rounds, 'returnDarkMs')) > 0 || returned > HIGHEST_SLACK_MS + 5) {
      told.push(`return dark up to ${Math.round(returned)}`);
    }
  } else {
    told.push(...within(own.rounds, base.rounds, 'returnDarkMs', 'return'));
  }
  return { met: told.length === 0, why: told.join(', ') };
}

function pairName(pair: Pair): string {
  return pair.join(' -> ');
}

export function isBase(pair: Pair): boolean {
  return pair[0] === 'keepalived' && pair[1] === 'keepalived';
}

const HEAD = [
  '| cell | master -> backup | n | VIP dark | dark, aligned | fault -> first answer | dark on return | verdict |',
  '|---|---|---|---|---|---|---|---|',
];

export function cellRows({ cell, pairs }: CellResult): string[] {
  const base = pairs.find(({ pair }) => isBase(pair))?.result;
  return pairs.map(({ pair, result }) => {
    const judged = base && !isBase(pair) ? judge(cell, pair, result, base) : undefined;
    let verdict = 'base';
    if (judged) verdict = judged.met ? 'met' : `**NOT MET** (${judged.why})`;
    else if (result.failures.length > 0) verdict = `failed: ${result.failures[0]!.split('\n')[0]}`;
    else if (!isBase(pair)) verdict = '-';
    const repeated = result.repeated > 0 ? ` (+${result.repeated} void)` : '';
    const { rounds } = result;
    const figures = [
      ...(['darkMs', 'alignedDarkMs', 'firstAnswerMs'] as const).map((name) => spread(rounds, name)),
      spread(rounds, 'returnDarkMs', 'stays'),
    ];
    const columns = [`${cell.name}, ${cell.fault}`, pairName(pair), `${rounds.length}${repeated}`, ...figures, verdict];
    return `| ${columns.join(' | ')} |`;
  });
}

export function failOverTable(results: readonly CellResult[]): string {
  return [...HEAD, ...results.flatMap(cellRows)].join('\n');
}

/** How many of the judged pairs met their verdict. */
export function tally(results: readonly CellResult[]): { readonly judged: number; readonly met: number } {
  let [judged, met] = [0, 0];
  for (const { cell, pairs } of results) {
    const base = pairs.find(({ pair }) => isBase(pair))?.result;
    for (const { pair, result } of pairs) {
      if (!base || isBase(pair)) continue;
      judged++;
      if (judge(cell, pair, result, base).met) met++;
    }
  }
  return { judged, met };
}
