/** What the registry knows about a sample fetch: the tables `fetches-*.ts` are made of these. */
import type { ArgumentType } from '../arguments.ts';
import type { KeywordEntry } from '../keyword.ts';
import type { SampleType } from '../sample-types.ts';
import { SOURCES, type Source } from './check-points.ts';

export interface FetchEntry extends KeywordEntry {
  readonly output: SampleType;
  readonly arguments: readonly ArgumentType[];
  /** How many of the arguments must be there. */
  readonly least: number;
  /** What is wrong with arguments that have the right types. */
  readonly validate?: (values: readonly string[]) => string | undefined;
  /** The check points at which it has data, as bits. */
  readonly places: number;
  /** What it reads, in HAProxy's words for "which is not available here". */
  readonly source: string;
  /** The fetch in the model: synonyms share one. */
  readonly meaning: string;
}

export interface FetchFacts {
  readonly name: string;
  readonly output: SampleType;
  readonly source: Source | readonly Source[];
  readonly help: string;
  readonly arguments?: readonly ArgumentType[];
  readonly least?: number;
  readonly validate?: FetchEntry['validate'];
  readonly meaning?: string;
  readonly since?: string;
  readonly manual?: string;
  readonly implemented?: boolean;
}

/** The facts that vary within a topic. */
export type MoreFacts = Partial<Omit<FetchFacts, 'name' | 'output' | 'help'>>;

function grammar(name: string, types: readonly ArgumentType[], least: number): string {
  if (types.length === 0) return name;
  const words = types.map((type, index) => `${index < least ? '' : '['}${index === 0 ? '' : ','}<${type}>`);
  return `${name}(${words.join('')}${']'.repeat(types.length - least)})`;
}

export function fetch(facts: FetchFacts): FetchEntry {
  const { name, output, help, meaning = name, implemented = true, since = '1.5', manual = '7.3.6' } = facts;
  const { arguments: types = [], least = 0, validate } = facts;
  const sources = typeof facts.source === 'string' ? [facts.source] : facts.source;
  return {
    kind: 'fetch',
    name,
    sections: [],
    grammar: grammar(name, types, least),
    help,
    initially: '',
    since,
    manual,
    implemented,
    output,
    arguments: types,
    least,
    ...(validate === undefined ? {} : { validate }),
    places: sources.reduce((mask, source) => mask | SOURCES[source].places, 0),
    source: sources.map((source) => SOURCES[source].words).join(','),
    meaning,
  };
}

/** Other names of a fetch, declared like it. */
export function synonyms(of: FetchFacts, ...names: readonly string[]): readonly FetchFacts[] {
  return names.map((name) => ({ ...of, name, meaning: of.meaning ?? of.name, help: `An older name of ${of.name}.` }));
}
