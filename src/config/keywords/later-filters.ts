/** `filter` (manual 9): what may be hung into a proxy's traffic; none of them is implemented yet. */

import { EVERYWHERE, type ProxyKeyword } from '../keyword.ts';
import type { Statement } from '../statement.ts';
import type { Complaint } from './grammar.ts';
import { firstTwo, laterProxy, type ProxyCheck } from './later-proxy.ts';

/** What is wrong with the words after a filter's name, or the index of the first word it does not take. */
type FilterCheck = (statement: Statement) => string | number;

/** Options with a value each, of which `file` must be there. */
function namedFile(names: readonly string[], missing: string): FilterCheck {
  return (statement) => {
    let file = '';
    for (let at = 2; statement.word(at) !== ''; at += 2) {
      const word = statement.word(at);
      const value = statement.word(at + 1);
      if (!names.includes(word)) return `unknown keyword '${word}'`;
      if (value === '') return `'${statement.word(1)}' : '${word}' option without value`;
      if (word === 'config') file = value;
    }
    if (file === '') return `'${statement.word(1)}' : ${missing}`;
    const read = statement.state.ports.readFile(file);
    if ('error' in read) return `Could not open configuration file ${file} : ${read.error}`;
    return statement.from(0).length;
  };
}

function oneName(name: string): FilterCheck {
  return (statement) => (statement.word(2) === '' ? `${name} : expects a <name> argument` : 3);
}

function traceOptions(statement: Statement): string | number {
  const flags = ['quiet', 'random-parsing', 'random-forwarding', 'hexdump'];
  let at = 2;
  for (; ; at++) {
    const word = statement.word(at);
    if (word === 'name') {
      if (statement.word(++at) === '') return "'trace' : 'name' option without value";
    } else if (!flags.includes(word)) return at;
  }
}

const FILTERS: ReadonlyMap<string, FilterCheck> = new Map<string, FilterCheck>([
  ['cache', oneName('cache')],
  ['compression', () => 2],
  ['fcgi-app', (statement) => (statement.word(2) === '' ? "'fcgi-app' : filter name is missing" : 3)],
  ['opentracing', namedFile(['id', 'config'], 'no configuration file specified')],
  ['spoe', namedFile(['engine', 'config'], 'missing config file')],
  ['trace', traceOptions],
]);

export const FILTER_NAMES: readonly string[] = [...FILTERS.keys()];

const checkFilter: ProxyCheck = (statement, proxy): Complaint | string | undefined => {
  const { file, line } = statement.place;
  const inside = `parsing [${file}:${line}]`;
  if (proxy.section === 'defaults') return `${inside} : filter is not allowed in a 'default' section.`;
  const name = statement.word(1);
  if (name === '') {
    const kind = proxy.section === 'listen' ? 'proxy' : proxy.section;
    return `${inside} : missing argument for 'filter' in ${kind} '${proxy.name}'.`;
  }
  const check = FILTERS.get(name);
  if (check === undefined) {
    return { message: `'filter' : unknown keyword '${name}'. Registered keywords :`, index: 1 };
  }
  const result = check(statement);
  if (typeof result === 'string') return { message: `'filter' : '${result}'`, index: 1 };
  const extra = statement.word(result);
  return extra === '' ? undefined : { message: `'filter ${name}' : unknown keyword '${extra}'.`, index: result };
};

export const LATER_FILTERS: readonly ProxyKeyword[] = [
  laterProxy({
    name: 'filter',
    sections: EVERYWHERE,
    arguments: '{cache | compression | fcgi-app | opentracing | spoe | trace} [<argument>...]',
    help: 'Hangs a filter into the traffic.',
    since: '1.7',
    anywhere: true,
    check: checkFilter,
    what: firstTwo,
  }),
];
