/** What instances can watch besides interfaces and scripts: files, processes, and the proxy. */

import type { Context } from '../context.ts';
import { type FileDraft, type ProcessDraft, type ProxyDraft, placeOf } from '../drafts.ts';
import { type Keyword, works } from '../keyword.ts';
import { INTEGER_MAX, readInteger, SECONDS_MAX } from '../numbers.ts';
import type { Statement } from '../statements.ts';
import type { Word } from '../words.ts';

function readReverse(word: Word | undefined, owner: string, context: Context): boolean {
  if (word === undefined) return false;
  if (word.text === 'reverse') return true;
  context.report.mistake(word, `${owner} unknown weight option ${word.text}`, 'reverse, or nothing');
  return false;
}

function readInit(line: Statement, draft: FileDraft, context: Context): void {
  draft.initValue = 0;
  draft.initOverwrite = false;
  for (const word of line.words.slice(1)) {
    if (/^\s*[-\d]/.test(word.text)) {
      const { value, fault } = readInteger(word.text, { minimum: -INTEGER_MAX - 1, maximum: INTEGER_MAX });
      if (fault !== undefined || value === undefined) {
        context.report.mistake(word, `Track file ${draft.name} init value ${word.text} is invalid`, 'a whole number');
      } else if (Math.abs(value) > 254) {
        const message = `Track file ${draft.name} init value ${value} is outside sensible range [-254, 254]`;
        context.report.mistake(word, message, 'more than any priority can change');
      }
      draft.initValue = value ?? 0;
    } else if (word.text === 'overwrite') draft.initOverwrite = true;
    else context.report.mistake(word, `Unknown track file init option ${word.text}`, 'a number, overwrite');
  }
}

export const FILE: readonly Keyword<FileDraft>[] = [
  works('file', 'PATH', 'holds a whole number', (line, draft, context) => {
    const word = line.words[1];
    if (word === undefined) context.report.mistake(line.words[0], 'track file file name missing', 'file PATH');
    else if (draft.path === '') draft.path = word.text;
    else {
      const message = `File already set for track file ${draft.name} - ignoring ${word.text}`;
      context.report.mistake(word, message, `${draft.path} stands before it`);
    }
  }),
  works(
    'weight',
    '-254..254 [reverse]',
    'factor of the number that is added to the priority; 0: any number but 0 is a FAULT',
    (line, draft, context) => {
      const word = line.words[1];
      const { report } = context;
      if (word === undefined) {
        const message = `No weight specified for track file ${draft.name} - ignoring`;
        report.mistake(line.words[0], message, 'weight NUMBER');
        return;
      }
      if (draft.weight !== 1) {
        const message = `Weight already set for track file ${draft.name} - ignoring ${word.text}`;
        report.mistake(word, message, `weight ${draft.weight} stands before it`);
        return;
      }
      const complaint = `Weight (${word.text}) for track_file ${draft.name} must be between [-254..254] inclusive. Ignoring...`;
      draft.weight = context.integer(word, { minimum: -254, maximum: 254, lenient: true }, { complaint }) ?? 1;
      draft.reverse = readReverse(line.words[2], `track_file ${draft.name}`, context);
    },
    { initially: '1' },
  ),
  works('init_file', '[NUMBER] [overwrite]', 'written at the start, if there is no file or with overwrite', readInit),
];

export function openFile(line: Statement, context: Context): void {
  const spot = context.word(line, 1);
  const draft: FileDraft = {
    place: placeOf(spot),
    name: spot.text,
    path: '',
    weight: 1,
    reverse: false,
    initValue: undefined,
    initOverwrite: false,
    weightSet: false,
  };
  context.walk(line.body, draft);
  const { weightSet: _, ...model } = draft;
  if (model.path !== '') context.drafts.files.push(model);
  else {
    const message = `No file set for track_file ${draft.name} - ignoring`;
    context.report.mistake(spot, message, 'file PATH');
  }
}

function delay(line: Statement, draft: ProcessDraft, context: Context, set: (value: number) => void): void {
  const word = context.word(line, 1);
  const complaint =
    `${context.report.keyword} (${word.text}) for vrrp_track_process ${draft.name} must be between ` +
    '[0.000001..3600] inclusive. Ignoring...';
  const value = context.seconds(word, { minimum: 1, maximum: 3_600_000_000, lenient: true }, { complaint });
  if (value !== undefined) set(value / 1000);
}

export const PROCESS: readonly Keyword<ProcessDraft>[] = [
  works('process', 'PROGRAM [ARGUMENT ...]', 'name of the program, or its whole command', (line, draft, context) => {
    const word = context.word(line, 1);
    if (draft.process !== '') {
      const message = `Process already set for track process ${draft.name} - ignoring ${word.text}`;
      context.report.mistake(word, message, `${draft.process} stands before it`);
      return;
    }
    draft.process = word.text;
    draft.parameters = line.words.slice(2).map((one) => one.text);
    if (draft.parameters.length === 0) return;
    if (draft.parameterMatch === 'none') draft.parameterMatch = 'exact';
    draft.fullCommand = true;
  }),
  works(
    'param_match',
    '[initial | partial]',
    'how its arguments are compared',
    (line, draft, context) => {
      const word = line.words[1];
      if (word === undefined) draft.parameterMatch = 'exact';
      else if (word.text === 'initial' || word.text === 'partial') draft.parameterMatch = word.text;
      else {
        const message = `Invalid param_match type ${word.text} - ignoring`;
        context.report.mistake(word, message, 'initial, partial, or nothing');
        return;
      }
      draft.fullCommand = true;
    },
    { initially: 'exact, where there are arguments' },
  ),
  works(
    'weight',
    '-254..254 [reverse]',
    'added to the priority while it runs, or, a negative one, while it does not; 0: a FAULT',
    (line, draft, context) => {
      const word = line.words[1];
      const { report } = context;
      if (word === undefined) {
        const message = `No weight specified for track process ${draft.name} - ignoring`;
        report.mistake(line.words[0], message, 'weight NUMBER');
        return;
      }
      if (draft.weight !== 0) {
        const message = `Weight already set for track process ${draft.name} - ignoring ${word.text}`;
        report.mistake(word, message, `weight ${draft.weight} stands before it`);
        return;
      }
      const complaint = `Weight (${word.text}) for vrrp_track_process ${draft.name} must be between [-254..254] inclusive. Ignoring...`;
      const weight = context.integer(word, { minimum: -254, maximum: 254, lenient: true }, { complaint });
      if (weight === undefined) return;
      draft.weight = weight;
      draft.reverse = readReverse(line.words[2], `vrrp_track_process ${draft.name}`, context);
    },
    { initially: '0' },
  ),
  works(
    'quorum',
    '1-65535',
    'how many must run',
    (line, draft, context) => {
      const word = context.word(line, 1);
      const complaint = `Quorum (${word.text}) for vrrp_track_process ${draft.name} must be between [1..65535] inclusive. Ignoring...`;
      const quorum = context.unsigned(word, { minimum: 1, maximum: 65_535, lenient: true }, { complaint });
      if (quorum === undefined) return;
      if (quorum <= draft.quorumMax) draft.quorum = quorum;
      else {
        const message = 'Quorum is greater than quorum_max - ignoring';
        context.report.mistake(word, message, `quorum_max is ${draft.quorumMax}`);
      }
    },
    { initially: '1' },
  ),
  works('quorum_max', '0-65535', 'how many may run', (line, draft, context) => {
    const word = context.word(line, 1);
    const complaint = `quorum_max (${word.text}) for vrrp_track_process ${draft.name} must be between [0..65535] inclusive. Ignoring...`;
    const most = context.unsigned(word, { minimum: 0, maximum: 65_535, lenient: true }, { complaint });
    if (most === undefined) return;
    if ((most > 0 || draft.quorum > 1) && most < draft.quorum) {
      context.report.mistake(word, 'quorum_max is less than quorum - ignoring', `quorum is ${draft.quorum}`);
      return;
    }
    draft.quorumMax = most;
    if (most === 0) draft.quorum = 0;
    else if (draft.quorum === 0) draft.quorum = 1;
  }),
  works('delay', 'SECONDS', 'how long a change must last', (line, draft, context) =>
    delay(line, draft, context, (value) => {
      draft.forkDelayMs = value;
      draft.terminateDelayMs = value;
    }),
  ),
  works('terminate_delay', 'SECONDS', 'how long it must be gone', (line, draft, context) =>
    delay(line, draft, context, (value) => {
      draft.terminateDelayMs = value;
    }),
  ),
  works('fork_delay', 'SECONDS', 'how long it must run', (line, draft, context) =>
    delay(line, draft, context, (value) => {
      draft.forkDelayMs = value;
    }),
  ),
  works('full_command', '', 'the whole command is compared, not its 15 first characters', (_, draft) => {
    draft.fullCommand = true;
  }),
];

export function openProcess(line: Statement, context: Context): void {
  const spot = context.word(line, 1);
  const draft: ProcessDraft = {
    place: placeOf(spot),
    name: spot.text,
    process: '',
    parameters: [],
    parameterMatch: 'none',
    fullCommand: false,
    weight: 0,
    reverse: false,
    quorum: 1,
    quorumMax: Number.POSITIVE_INFINITY,
    forkDelayMs: 0,
    terminateDelayMs: 0,
  };
  context.walk(line.body, draft);
  if (draft.process !== '') context.drafts.processes.push(draft);
  else {
    const message = `track process '${draft.name}' process name not specified`;
    context.report.mistake(spot, message, 'process PROGRAM');
  }
}

const LONGEST_MS = SECONDS_MAX * 1000;

function milliseconds(line: Statement, context: Context): number | undefined {
  const word = context.word(line, 1);
  const value = context.seconds(word, { minimum: 1000, maximum: LONGEST_MS * 1000 });
  return value === undefined ? undefined : Math.round(value / 1000);
}

export const PROXY: readonly Keyword<ProxyDraft>[] = [
  works<ProxyDraft>(
    'socket',
    'PATH',
    'the stats socket of the proxy',
    (line, draft, context) => {
      draft.socket = context.word(line, 1).text;
    },
    { since: 'mahalo' },
  ),
  works<ProxyDraft>(
    'frontend',
    'NAME',
    'must be bound and open',
    (line, draft, context) => {
      draft.frontends = [...draft.frontends, context.word(line, 1).text];
    },
    { since: 'mahalo' },
  ),
  works<ProxyDraft>(
    'backend',
    'NAME [COUNT]',
    'must have so many usable servers',
    (line, draft, context) => {
      const name = context.word(line, 1).text;
      const word = line.words[2];
      const least = word === undefined ? 1 : context.unsigned(word, { minimum: 1, maximum: 65_535 });
      if (least !== undefined) draft.backends = [...draft.backends, { name, usableServers: least }];
    },
    { initially: '1', since: 'mahalo' },
  ),
  works<ProxyDraft>(
    'interval',
    'SECONDS',
    'how often it is asked',
    (line, draft, context) => {
      draft.intervalMs = milliseconds(line, context) ?? draft.intervalMs;
    },
    { initially: '1', since: 'mahalo' },
  ),
  works<ProxyDraft>(
    'timeout',
    'SECONDS',
    'when it has failed to answer',
    (line, draft, context) => {
      draft.timeoutMs = milliseconds(line, context) ?? draft.timeoutMs;
    },
    { initially: 'that of interval', since: 'mahalo' },
  ),
  works<ProxyDraft>(
    'weight',
    '-253..253 [reverse]',
    'added to the priority: when it is well, or, a negative one, when it is not; 0: a FAULT',
    (line, draft, context) => {
      const weight = context.integer(context.word(line, 1), { minimum: -253, maximum: 253 });
      draft.weight = weight ?? draft.weight;
      draft.reverse = readReverse(line.words[2], `vrrp_track_proxy ${draft.name}`, context);
    },
    { initially: '0', since: 'mahalo' },
  ),
  works<ProxyDraft>(
    'rise',
    'COUNT',
    'good answers in a row that make it up',
    (line, draft, context) => {
      draft.rise = context.unsigned(context.word(line, 1), { minimum: 1, maximum: INTEGER_MAX }) ?? draft.rise;
    },
    { initially: '1', since: 'mahalo' },
  ),
  works<ProxyDraft>(
    'fall',
    'COUNT',
    'bad answers in a row that make it down',
    (line, draft, context) => {
      draft.fall = context.unsigned(context.word(line, 1), { minimum: 1, maximum: INTEGER_MAX }) ?? draft.fall;
    },
    { initially: '1', since: 'mahalo' },
  ),
];

export function openProxy(line: Statement, context: Context): void {
  const spot = context.word(line, 1);
  const draft: ProxyDraft = {
    place: placeOf(spot),
    name: spot.text,
    socket: '',
    frontends: [],
    backends: [],
    intervalMs: 1000,
    timeoutMs: 0,
    weight: 0,
    reverse: false,
    rise: 1,
    fall: 1,
  };
  context.walk(line.body, draft);
  if (draft.timeoutMs === 0) draft.timeoutMs = draft.intervalMs;
  if (draft.socket !== '') context.drafts.proxies.push(draft);
  else {
    const message = `No socket set for vrrp_track_proxy ${draft.name} - ignoring`;
    context.report.mistake(spot, message, 'socket PATH, that of `stats socket` in the proxy');
  }
}
