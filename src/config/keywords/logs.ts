/** `log` and `log-tag`, in global and proxy sections (manual 3.1, 4.2). */

import { LOG_FACILITIES } from '../../net/syslog-header.ts';
import { parseAddress } from '../address.ts';
import type { GlobalDraft, ProxyDraft } from '../draft.ts';
import { EVERYWHERE, type ProxyKeyword, proxyKeyword } from '../keyword.ts';
import { type LogSampleModel, readLogSample } from '../log-sample.ts';
import type { AddressModel, LogTargetModel } from '../model.ts';
import { readInteger } from '../numbers.ts';
import type { Statement } from '../statement.ts';

const LEVELS: readonly string[] = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'];

const FORMATS: readonly LogTargetModel['format'][] = [
  'local',
  'rfc3164',
  'rfc5424',
  'priority',
  'short',
  'timed',
  'iso',
  'raw',
];

type Failure = { readonly error: string };

function readTarget(statement: Statement, global: boolean): LogTargetModel | Failure {
  if (statement.word(1) === '' || statement.word(2) === '') {
    return { error: `expects <address> and <facility> ${global ? '' : 'or global'} as arguments` };
  }
  let at = 2;
  let length = 1024;
  if (statement.word(at) === 'len') {
    const text = statement.word(at + 1);
    length = readInteger(text);
    if (length < 80 || length > 65535) return { error: `invalid log length '${text}', must be between 80 and 65535` };
    at += 2;
  }
  let format: LogTargetModel['format'] | undefined;
  if (statement.word(at) === 'format') {
    const text = statement.word(at + 1);
    format = FORMATS.find((name) => name === text);
    if (format === undefined) return { error: `unknown log format '${text}'` };
    at += 2;
  }
  let sample: LogSampleModel | undefined;
  if (statement.word(at) === 'sample') {
    const read = readLogSample(statement.word(at + 1));
    if ('error' in read) return read;
    sample = read;
    at += 2;
  }
  const facility = LOG_FACILITIES.find((name) => name === statement.word(at));
  if (facility === undefined) return { error: `unknown log facility '${statement.word(at)}'` };
  at++;
  const levels = [7, 0];
  const levelNames = ['optional log level', 'optional minimum log level'];
  for (let index = 0; index < 2 && statement.word(at) !== ''; index++, at++) {
    const level = LEVELS.indexOf(statement.word(at));
    if (level < 0) return { error: `unknown ${levelNames[index]} '${statement.word(at)}'` };
    levels[index] = level;
  }
  if (statement.word(at) !== '') return { error: `cannot handle unexpected argument '${statement.word(at)}'` };
  const [maxLevel = 7, minLevel = 0] = levels;
  return readTargetAddress(statement, { format, facility, length, sample, maxLevel, minLevel });
}

type Settings = Pick<LogTargetModel, 'facility' | 'length' | 'sample' | 'maxLevel' | 'minLevel'> & {
  readonly format: LogTargetModel['format'] | undefined;
};

function readTargetAddress(statement: Statement, settings: Settings): LogTargetModel | Failure {
  const written = statement.word(1);
  if (written.startsWith('ring@')) return { error: "'ring@' is not implemented yet" };
  const text = written === 'stdout' ? 'fd@1' : written === 'stderr' ? 'fd@2' : written;
  const { hostNames, variables } = statement.state.ports;
  const rules = { port: 'optional', descriptor: true, datagram: true, stream: true, datagramFirst: true } as const;
  const result = parseAddress(text, rules, hostNames, variables);
  if ('error' in result) return { error: result.error.replace(/\n$/, '') };
  const { protocol } = result.parsed;
  let address: AddressModel = result.parsed.address;
  if ((address.kind === 'ipv4' || address.kind === 'ipv6') && address.port === 0) {
    address = { ...address, port: 514, portEnd: 514 };
  }
  return { place: statement.place, address, protocol, ...settings, format: settings.format ?? 'default' };
}

/** Reads a `log` line into the list it belongs to; `shared` are the global targets, for `log global`. */
function parseLog(
  statement: Statement,
  targets: LogTargetModel[],
  shared: readonly LogTargetModel[] | undefined,
): LogTargetModel[] {
  const complain = (error: string, index = 0): LogTargetModel[] => {
    statement.alert(`log : ${error}`, 'spaced', index);
    return targets;
  };
  if (statement.modifier === 'no') {
    return statement.word(1) === '' ? [] : complain("'no log' does not expect arguments", 1);
  }
  if (statement.word(1) === 'global' && statement.word(2) === '') {
    if (shared === undefined) return complain("'global' is not supported for a global syslog server", 1);
    return [...targets, ...shared.filter((target) => !targets.includes(target))];
  }
  const target = readTarget(statement, shared === undefined);
  return 'error' in target ? complain(target.error, 1) : [...targets, target];
}

export function parseGlobalLog(statement: Statement, global: GlobalDraft): void {
  global.logTargets = parseLog(statement, [...global.logTargets], undefined);
}

function parseProxyLog(statement: Statement, proxy: ProxyDraft): void {
  proxy.logTargets = parseLog(statement, proxy.logTargets, statement.state.draft.global.logTargets);
}

export const LOG_GRAMMAR =
  '<address> [len <length>] [format <format>] [sample <ranges>:<size>] <facility> [<max level> [<min level>]]';

export const LOG_KEYWORDS: readonly ProxyKeyword[] = [
  proxyKeyword({
    name: 'log',
    sections: EVERYWHERE,
    grammar: `log global | log ${LOG_GRAMMAR}`,
    help: 'Where log lines go; `log global` takes the targets of the global section, `no log` forgets all.',
    initially: 'no log',
    negatable: true,
    parse: parseProxyLog,
  }),
  proxyKeyword({
    name: 'log-tag',
    sections: EVERYWHERE,
    grammar: 'log-tag <text>',
    help: 'The tag of log lines, instead of the program name.',
    since: '1.6',
    parse(statement, proxy) {
      if (statement.word(1) === '') {
        statement.alert("'log-tag' expects a tag for use in syslog.");
        return;
      }
      proxy.logTag = statement.word(1);
    },
  }),
];
