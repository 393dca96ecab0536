/**
 * Puts what a template writes behind an existing configuration. What is there already is not touched: the result begins
 * with it, byte for byte. What would not fit is renamed, or refused with the question it is about.
 */

import { type AnswerError, readAnswers } from './answers.ts';
import {
  collides,
  type Existing,
  readExisting,
  readExistingFloating,
  readListening,
  type TimeoutName,
} from './existing.ts';
import {
  comment,
  type ExplainedLine,
  line,
  type Names,
  type NeededFile,
  type Rendered,
  renderBlocks,
  renderSections,
  section,
  type TemplateFile,
  type TemplateLine,
  type TemplatePage,
  type TemplateSection,
} from './page.ts';
import type { Template } from './template.ts';

export interface Target {
  readonly configuration: string;
  /** Of this unit; '' when there is none yet. */
  readonly keepalived?: string;
  /** What to do when the existing `defaults` lack time-outs: HAProxy warns, and connections may hang for ever. */
  readonly timeouts?: 'add' | 'leave';
}

export interface Insertion {
  /** The whole new text. */
  readonly text: string;
  /** The new part, at the end. */
  readonly inserted: string;
  /** Every line of the new part that is no comment, by its number in the whole text. */
  readonly explained: readonly ExplainedLine[];
}

export interface Renaming {
  readonly wanted: string;
  readonly used: string;
}

/** A time-out that nothing sets for the new sections. */
export interface TimeoutOffer {
  readonly section: string;
  readonly line: TemplateLine;
  /** It was put in. */
  readonly added: boolean;
}

export type ApplyResult =
  | { readonly kind: 'refused'; readonly errors: readonly AnswerError[] }
  | {
      readonly kind: 'applied';
      readonly configuration: Insertion;
      readonly keepalived: Insertion | undefined;
      readonly files: readonly TemplateFile[];
      readonly needs: readonly NeededFile[];
      readonly renamed: readonly Renaming[];
      readonly offers: readonly TimeoutOffer[];
    };

const TIMEOUT_LINES: Readonly<Record<TimeoutName, TemplateLine>> = {
  connect: line(
    'timeout connect 5s',
    'A server has five seconds to take a connection; then another try is made.',
    '4.2 timeout connect',
  ),
  client: line('timeout client 30s', 'A client that is silent for 30 seconds is gone.', '4.2 timeout client'),
  server: line('timeout server 30s', 'A server has 30 seconds to begin its answer, or to go on.', '4.2 timeout server'),
};

const DEFAULTS = section(
  ['What holds for all sections below.'],
  line('defaults', 'Here begins what the sections below start from.', '4'),
  [
    ...Object.values(TIMEOUT_LINES),
    line('retries 3', 'A connection that a server refuses is tried three times more.', '4.2 retries'),
    line('option redispatch', '... the last time with another server.', '4.2 option redispatch'),
    line(
      'option dontlognull',
      'Connections without a byte (port scans, other load balancers asking) are not logged.',
      '4.2 option dontlognull',
    ),
  ],
);

const NEEDED: Readonly<Record<string, readonly TimeoutName[]>> = {
  frontend: ['client'],
  backend: ['connect', 'server'],
  listen: ['client', 'connect', 'server'],
};

/** Hands out names that nothing has yet, and remembers which were changed. */
class NameGiver implements Names {
  readonly renamed: Renaming[] = [];
  readonly #proxies: Set<string>;
  readonly #peers: Set<string>;
  readonly #floating: Set<string>;

  constructor(existing: Existing, floating: ReadonlySet<string>) {
    this.#proxies = new Set(existing.proxyNames);
    this.#peers = new Set(existing.peersNames);
    this.#floating = new Set(floating);
  }

  proxy(wanted: string): string {
    return this.#give(wanted, this.#proxies);
  }

  peers(wanted: string): string {
    return this.#give(wanted, this.#peers);
  }

  floating(wanted: string): string {
    return this.#give(wanted, this.#floating);
  }

  #give(wanted: string, taken: Set<string>): string {
    let used = wanted;
    for (let number = 2; taken.has(used); number++) used = `${wanted}_${number}`;
    taken.add(used);
    if (used !== wanted) this.renamed.push({ wanted, used });
    return used;
  }
}

function wordsOf(one: TemplateLine): readonly string[] {
  return one.text.split(' ');
}

/** Ports that are taken, by this text or by the template itself, each with the question it belongs to. */
function portErrors(
  template: Template,
  given: Readonly<Record<string, unknown>>,
  page: TemplatePage,
  existing: Existing,
) {
  const errors: AnswerError[] = [];
  const taken = [...existing.listening];
  for (const one of page.sections) {
    const name = wordsOf(one.opening)[1] ?? '';
    for (const entry of one.body) {
      if ('comment' in entry || !entry.text.startsWith('bind ')) continue;
      const wanted = readListening(wordsOf(entry)[1] ?? '');
      if (wanted === undefined) continue;
      const found = taken.find((other) => collides(wanted, other));
      taken.push({ ...wanted, name, line: 0 });
      if (found === undefined) continue;
      const question = Object.entries(template.questions).findLast(
        ([id, asked]) => asked.type === 'port' && Number(given[id] ?? asked.initially) === wanted.lowPort,
      );
      const where = found.line === 0 ? 'these settings themselves' : `"${found.name}" (line ${found.line})`;
      errors.push({
        question: question?.[0] ?? '',
        message: `port ${wanted.lowPort} is taken: ${found.line === 0 ? 'it is asked for twice in ' : ''}${where}${
          found.line === 0 ? '' : ' listens there already'
        }`,
      });
    }
  }
  return errors;
}

function routerErrors(template: Template, page: TemplatePage, routers: ReadonlySet<number>): readonly AnswerError[] {
  const lines = (page.floating ?? []).flatMap((block) => block.lines);
  const taken = lines
    .map((one) => /virtual_router_id ([0-9]+)$/.exec(one.text)?.[1])
    .find((number) => number !== undefined && routers.has(Number(number)));
  if (taken === undefined) return [];
  const question = Object.hasOwn(template.questions, 'router') ? 'router' : '';
  return [{ question, message: `virtual router ${taken} is taken: keepalived.conf has one of that number already` }];
}

/** Adds the time-outs that a section needs and nothing gives, or says only that they are missing. */
function withTimeouts(
  sections: readonly TemplateSection[],
  existing: Existing,
  add: boolean,
): { readonly sections: readonly TemplateSection[]; readonly offers: readonly TimeoutOffer[] } {
  const offers: TimeoutOffer[] = [];
  const complete = sections.map((one): TemplateSection => {
    const [keyword = '', name = ''] = wordsOf(one.opening);
    const own = new Set(one.body.flatMap((entry) => ('comment' in entry ? [] : wordsOf(entry).slice(0, 2).join(' '))));
    const missing = (NEEDED[keyword] ?? []).filter(
      (timeout) => !existing.inheritedTimeouts.has(timeout) && !own.has(`timeout ${timeout}`),
    );
    for (const timeout of missing) offers.push({ section: name, line: TIMEOUT_LINES[timeout], added: add });
    if (!add || missing.length === 0) return one;
    const lines = missing.map((timeout) => TIMEOUT_LINES[timeout]);
    return { ...one, body: [...one.body, comment('The defaults of this configuration lack these.'), ...lines] };
  });
  return { sections: complete, offers };
}

/** An empty line between what is there and what is new. */
function gapAfter(text: string): string {
  if (text === '' || /\n\r?\n$/.test(text)) return '';
  return text.endsWith('\n') ? '\n' : '\n\n';
}

function insert(text: string, render: (firstLine: number) => Rendered): Insertion {
  const gap = gapAfter(text);
  const { text: written, explained } = render((text + gap).split('\n').length);
  const inserted = gap + written;
  return { text: text + inserted, inserted, explained };
}

/** Never throws, whatever the answers are. */
export function applyTemplate(
  template: Template,
  given: Readonly<Record<string, unknown>>,
  target: Target,
): ApplyResult {
  const read = readAnswers(template.questions, given);
  if ('errors' in read) return { kind: 'refused', errors: read.errors };
  const wrong = template.check(read.answers);
  if (wrong.length > 0) return { kind: 'refused', errors: wrong };
  const existing = readExisting(target.configuration);
  const keepalived = target.keepalived ?? '';
  const existingFloating = readExistingFloating(keepalived);
  const names = new NameGiver(existing, existingFloating.names);
  const page = template.write(read.answers, names);
  const errors = [
    ...(existing.openCondition
      ? [{ question: '', message: 'the configuration ends within an .if: add its .endif first' }]
      : []),
    ...portErrors(template, given, page, existing),
    ...routerErrors(template, page, existingFloating.routers),
  ];
  if (errors.length > 0) return { kind: 'refused', errors };
  const { sections, offers } = existing.hasDefaults
    ? withTimeouts(page.sections, existing, target.timeouts === 'add')
    : { sections: [DEFAULTS, ...page.sections], offers: [] };
  const { floating } = page;
  return {
    kind: 'applied',
    configuration: insert(target.configuration, (first) => renderSections(sections, first)),
    keepalived: floating === undefined ? undefined : insert(keepalived, (first) => renderBlocks(floating, first)),
    files: page.files ?? [],
    needs: page.needs ?? [],
    renamed: names.renamed,
    offers,
  };
}
