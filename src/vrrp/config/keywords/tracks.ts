/** `track_interface`, `track_script` ...: what an instance or a sync group watches, and what a failure weighs. */

import type { Context } from '../context.ts';
import type { TracksDraft, TrackUseDraft } from '../drafts.ts';
import { type Keyword, refused, works } from '../keyword.ts';
import type { ValueLine } from '../statements.ts';
import type { Word } from '../words.ts';

type Kind = keyof TracksDraft;

interface Target {
  readonly name: string;
  readonly weight: number;
  readonly reverse: boolean;
}

interface Words {
  /** In keepalived's messages. */
  readonly title: string;
  readonly keyword: string;
  readonly widest: number;
  readonly declared: (context: Context) => readonly Target[];
}

const KINDS: Readonly<Record<Kind, Words>> = {
  interfaces: { title: 'track_interface', keyword: 'track_interface', widest: 254, declared: () => [] },
  scripts: {
    title: 'track script',
    keyword: 'vrrp_script',
    widest: 254,
    declared: (context) => context.drafts.scripts,
  },
  files: { title: 'track file', keyword: 'track_file', widest: 254, declared: (context) => context.drafts.files },
  processes: {
    title: 'track process',
    keyword: 'vrrp_track_process',
    widest: 254,
    declared: (context) => context.drafts.processes,
  },
  proxies: {
    title: 'track proxy',
    keyword: 'vrrp_track_proxy',
    widest: 253,
    declared: (context) => context.drafts.proxies,
  },
};

function target(kind: Kind, word: Word, owner: string, context: Context): Target | undefined {
  const { title, keyword, declared } = KINDS[kind];
  if (kind === 'interfaces') {
    const found = context.interface(word, `(${owner}) tracked interface ${word.text} doesn't exist`);
    return found && { name: word.text, weight: 0, reverse: false };
  }
  const all = declared(context);
  const found = all.find((one) => one.name === word.text);
  if (found === undefined) {
    const names = all.map((one) => one.name);
    const hint = context.nearest(word.text, names, keyword);
    context.report.mistake(word, `(${owner}) ${title} ${word.text} not found, ignoring...`, hint);
  }
  return found;
}

/** The weight of a line, and whether it is reversed; undefined: the line is left out. */
function weigh(kind: Kind, line: ValueLine, found: Target, owner: string, context: Context): TrackUseDraft | undefined {
  const { title, widest } = KINDS[kind];
  const { report } = context;
  const [spot, option, value, direction] = line.words;
  if (spot === undefined) return undefined;
  const use: TrackUseDraft = { spot, name: spot.text, weight: found.weight, reverse: found.reverse };
  if (option === undefined) return use;
  const grammar = `${spot.text} weight NUMBER [reverse]`;
  if (option.text !== 'weight') {
    report.mistake(option, `(${owner}) unknown ${title} option ${option.text} - ignoring`, grammar);
    return undefined;
  }
  if (value === undefined) {
    report.mistake(option, `(${owner}) weight without value specified for ${title} ${spot.text} - ignoring`, grammar);
    return undefined;
  }
  const complaint = `(${owner}) weight ${value.text} of ${title} ${spot.text} must be between [-253..253] inclusive. Ignoring...`;
  const weight = context.integer(value, { minimum: -widest, maximum: widest, lenient: true }, { complaint });
  use.weight = weight ?? (kind === 'interfaces' ? 0 : found.weight);
  if ((kind === 'interfaces' || kind === 'scripts') && Math.abs(use.weight) === 254) {
    report.mistake(value, `(${owner}) weight for ${spot.text} cannot be +/-254. Setting to +/-253`, 'from -253 to 253');
    use.weight = Math.sign(use.weight) * 253;
  }
  if (direction?.text === 'reverse') use.reverse = true;
  else if (direction?.text === 'noreverse' && kind !== 'interfaces') use.reverse = false;
  else if (direction !== undefined) {
    const message = `(${owner}) unknown ${title} ${spot.text} weight option ${direction.text} - ignoring`;
    report.mistake(direction, message, 'reverse, or nothing');
    if (kind === 'files') return undefined;
  }
  return use;
}

function readUse(kind: Kind, line: ValueLine, owner: string, tracks: TracksDraft, context: Context): void {
  const spot = context.word(line, 0);
  const found = target(kind, spot, owner, context);
  if (found === undefined) return;
  if (tracks[kind].some((use) => use.name === spot.text)) {
    const { title } = KINDS[kind];
    context.report.mistake(spot, `(${owner}) duplicate ${title} ${spot.text} - ignoring`, 'the first one counts');
    return;
  }
  const use = weigh(kind, line, found, owner, context);
  if (use !== undefined) tracks[kind].push(use);
}

interface Owner {
  readonly name: string;
  readonly tracks: TracksDraft;
}

export function trackKeywords<Draft extends Owner>(): Keyword<Draft>[] {
  const block = (name: string, kind: Kind, help: string, since?: 'mahalo') =>
    works<Draft>(
      name,
      '{ NAME [weight NUMBER [reverse]] ... }',
      help,
      (line, draft, context) => {
        for (const value of line.values) {
          context.guard(value, () => readUse(kind, value, draft.name, draft.tracks, context));
        }
      },
      { shape: 'values', ...(since && { since }) },
    );
  return [
    block('track_interface', 'interfaces', 'interfaces that must be up'),
    block('track_script', 'scripts', 'vrrp_script blocks that must succeed'),
    block('track_file', 'files', 'track_file blocks whose number counts'),
    block('track_process', 'processes', 'vrrp_track_process blocks that must run'),
    block('track_proxy', 'proxies', 'vrrp_track_proxy blocks that must be well', 'mahalo'),
    refused('track_bfd', '{ NAME [weight NUMBER] ... }', 'BFD sessions that must be up', 'BFD is not implemented', {
      shape: 'values',
    }),
  ];
}
