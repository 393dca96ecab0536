/**
 * `mahalo vrrp status`, `why` ...: asks a running agent over its control socket and prints the answer, for people as text,
 * with `--json` as it came.
 *
 * Exit codes: 0 fine, 1 refused or failed, 2 wrong command line, 3 no agent answers. `status <instance>` tells the state:
 * 0 MASTER, 10 BACKUP, 11 FAULT, 12 INIT.
 */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { askAgent, type ControlAnswer } from '../vrrp/control/control-client.ts';
import type { RehearsalReport } from '../vrrp/control/rehearsal.ts';
import type { InstanceStatus } from '../vrrp/control/status.ts';
import { COMMANDS, CONTROL_DIRECTORY, defaultControlSocket } from './vrrp-command-names.ts';
import { countersText, latenessText, rehearsalText, statusText, transitionsText } from './vrrp-texts.ts';

const EXIT_REFUSED = 1;
const EXIT_USAGE = 2;
const EXIT_NO_AGENT = 3;
const STATE_EXITS = new Map([
  ['MASTER', 0],
  ['BACKUP', 10],
  ['FAULT', 11],
  ['INIT', 12],
]);

interface Asked {
  readonly command: string;
  readonly instance: string | undefined;
  readonly socket: string | undefined;
  readonly json: boolean;
  readonly yes: boolean;
}

function parse(words: readonly string[]): Asked | string {
  const [command = '', ...rest] = words;
  let instance: string | undefined;
  let socket: string | undefined;
  let json = false;
  let yes = false;
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--json') json = true;
    else if (word === '--yes' && command === 'rehearse') yes = true;
    else if (word === '--socket') {
      socket = rest.shift();
      if (socket === undefined) return '--socket needs a path';
    } else if (word.startsWith('--socket=')) socket = word.slice('--socket='.length);
    else if (word.startsWith('-')) return `unknown option ${word}`;
    else if (instance !== undefined || COMMANDS.get(command) === 'none') return `unexpected argument ${word}`;
    else instance = word;
  }
  if (COMMANDS.get(command) === 'must' && instance === undefined) return `${command} needs the name of an instance`;
  return { command, instance, socket, json, yes };
}

/** The socket told, else the one agent that there is. */
function findSocket(given: string | undefined): string | { readonly reason: string } {
  const told = given ?? process.env['MAHALO_VRRP_SOCKET'];
  if (told !== undefined) return told;
  let names: readonly string[] = [];
  try {
    names = readdirSync(CONTROL_DIRECTORY).filter((name) => /^vrrp.*\.sock$/.test(name));
  } catch {
    // No directory: no agent has ever run.
  }
  if (names.length === 1) return join(CONTROL_DIRECTORY, names[0] as string);
  if (names.length === 0 || names.includes('vrrp.sock')) return defaultControlSocket('', '');
  return { reason: `there are several agents (${names.join(', ')}): choose with --socket ${CONTROL_DIRECTORY}/...` };
}

function complain(text: string): void {
  process.stderr.write(`mahalo vrrp: ${text}\n`);
}

/** Returns the exit code. */
export async function runVrrpCommand(words: readonly string[]): Promise<number> {
  const asked = parse(words);
  if (typeof asked === 'string') {
    complain(asked);
    return EXIT_USAGE;
  }
  const socket = findSocket(asked.socket);
  if (typeof socket !== 'string') {
    complain(socket.reason);
    return EXIT_USAGE;
  }
  if (asked.command === 'rehearse') return rehearse(socket, asked);
  const { command, instance } = asked;
  const answer = await askAgent(socket, { command, instance }, command === 'subscribe' ? { onEvent: printJson } : {});
  if (answer.kind !== 'result') return failed(socket, answer);
  if (asked.json) printJson(answer.result);
  else process.stdout.write(textOf(command, answer.result));
  return command === 'status' && instance !== undefined ? stateExit(answer.result) : 0;
}

function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

function failed(socket: string, answer: Exclude<ControlAnswer, { kind: 'result' }>): number {
  if (answer.kind === 'fault') {
    complain(answer.fault.message);
    return EXIT_REFUSED;
  }
  complain(`no agent answers on ${socket}: ${answer.reason}`);
  return EXIT_NO_AGENT;
}

interface StatusResult {
  readonly instances: readonly InstanceStatus[];
}

function stateExit(result: unknown): number {
  return STATE_EXITS.get((result as StatusResult).instances[0]?.state ?? '') ?? EXIT_REFUSED;
}

function textOf(command: string, result: unknown): string {
  switch (command) {
    case 'status':
      return statusText((result as StatusResult).instances);
    case 'why':
      return `${(result as readonly { readonly text: string }[]).map(({ text }) => text).join('\n\n')}\n`;
    case 'transitions':
      return transitionsText(result);
    case 'counters':
      return countersText(result);
    case 'lateness':
      return latenessText(result);
    case 'metrics':
      return result as string;
    case 'reload':
      return 'reloaded\n';
    default:
      return `${JSON.stringify(result, undefined, 2)}\n`;
  }
}

async function rehearse(socket: string, asked: Asked): Promise<number> {
  const instance = asked.instance ?? '';
  let confirmed = asked.yes;
  if (!confirmed && process.stdin.isTTY) {
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    const reply = await lines.question(
      `This gives up the addresses of ${instance} until another unit takes them, then takes them back. Go on? [y/N] `,
    );
    lines.close();
    if (!/^y(es)?$/i.test(reply.trim())) return EXIT_REFUSED;
    confirmed = false; // the agent may still object: no peer known
  }
  const onProgress = (text: string): void => {
    if (!asked.json) process.stderr.write(`${text}\n`);
  };
  const answer = await askAgent(socket, { command: 'rehearse', instance, confirmed }, { onProgress });
  if (answer.kind !== 'result') return failed(socket, answer);
  const report = answer.result as RehearsalReport;
  if (asked.json) printJson(report);
  else process.stdout.write(rehearsalText(instance, report));
  return report.outcome === 'passed' ? 0 : EXIT_REFUSED;
}
