/** The roles of a unit, as the supervisor looks after them: what they are asked, and over which of their sockets. */

import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { askConsole, type ConsoleFacts } from '../admin/console.ts';
import { ProxyUnit } from '../admin/proxy/proxy-unit.ts';
import { askRuntime } from '../admin/proxy/runtime-client.ts';
import { parseStatistics } from '../admin/proxy/statistics.ts';
import { askVrrp } from '../admin/vrrp/vrrp-client.ts';
import { VrrpUnit } from '../admin/vrrp/vrrp-unit.ts';
import { Refusal } from '../appliance/control/command.ts';
import type { HealthCheck } from '../appliance/health/health.ts';
import { httpsAnswer } from '../appliance/health/https-answer.ts';
import type { PairStage } from '../appliance/leds/patterns.ts';
import type { AppliancePaths } from '../appliance/paths.ts';
import { isAlive, markOf, type ProcessMark } from '../appliance/supervisor/process-mark.ts';
import type { RoleSpec } from '../appliance/supervisor/supervised-role.ts';
import type { WatchedSpec } from '../appliance/supervisor/watched-role.ts';
import { readIfThere } from '../sys/atomic-file.ts';
import { ownCommand } from '../sys/own-program.ts';
import type { ApplianceArguments } from './appliance-arguments.ts';
import { launchProxy } from './appliance-proxy.ts';

/** Whose shell the terminal of the web pages runs, where there is such an account. */
const TERMINAL_USER = 'operator';
/** Admin waits so long for the proxy to be through: both at once would only be slower on two processors. */
const PROXY_FIRST_MS = 15_000;

export interface UnitRoles {
  readonly admin: RoleSpec;
  readonly proxy: WatchedSpec;
  readonly vrrp: WatchedSpec;
  /** That the unit is of use to somebody. */
  readonly health: readonly HealthCheck[];
  /** As admin told it when it was asked last; undefined: it does not answer. */
  adminFacts(): ConsoleFacts | undefined;
  /** Who this unit is in its pair, as the VRRP agent told it when it was asked last. */
  pairStage(): PairStage;
  /** Forgets all people. @returns the new claim code */
  unclaim(): Promise<string>;
}

/** What admin begins with, when it starts. */
export type RolesBeginning =
  /** HAProxy configuration of a unit that has none yet. */
  | { readonly configuration: string | undefined }
  /** Management only, and why; a build on trial that comes to this is not healthy. */
  | { readonly failure: string; readonly onTrial: boolean };

export function unitRoles(
  given: ApplianceArguments,
  paths: AppliancePaths,
  beginning: RolesBeginning,
  tell: (text: string) => void,
): UnitRoles {
  const directory = join(paths.data, 'admin');
  const proxyUnit = new ProxyUnit(directory, []);
  const vrrpUnit = new VrrpUnit(directory, []);
  const proxyFinder = new ProcessFinder(
    () => proxyUnit.processes().map(({ processId }) => processId),
    () => traceOf(proxyUnit.socketPath),
  );
  const vrrpFinder = new ProcessFinder(
    () => [vrrpUnit.processId ?? []].flat(),
    () => traceOf(join(directory, 'vrrp/keepalived.conf')),
  );
  let facts: ConsoleFacts | undefined;
  let pair: PairStage = 'alone';
  const admin: RoleSpec = {
    name: 'admin',
    command() {
      const words = adminWords(given, directory, paths.controlSocket);
      return ownCommand('admin', ...words, ...beginningWords(beginning));
    },
    async beforeStart() {
      if ('failure' in beginning) return;
      launchProxy(paths.data, beginning.configuration, tell);
      const launched = proxyUnit.processes().at(-1);
      if (launched !== undefined) await proxyUnit.underWay(launched.revision, PROXY_FIRST_MS);
    },
    async ask() {
      let told: ConsoleFacts | undefined;
      try {
        told = await adminFacts(directory);
      } finally {
        facts = told;
      }
      return told === undefined ? 'it is not ready yet' : undefined;
    },
  };
  const proxy: WatchedSpec = {
    name: 'proxy',
    find: () => proxyFinder.find(),
    async ask() {
      await askRuntime(proxyUnit.socketPath, 'show info');
      return undefined;
    },
    logPath() {
      const revision = proxyUnit.processes().at(-1)?.revision;
      return revision === undefined ? undefined : join(proxyUnit.directory, `${revision}.log`);
    },
    stopAll: () => proxyUnit.stopAll(),
  };
  const vrrp: WatchedSpec = {
    name: 'vrrp',
    find() {
      const mark = vrrpFinder.find();
      if (mark === undefined) pair = 'alone';
      return mark;
    },
    async ask() {
      const answer = await askVrrp(vrrpUnit.socketPath ?? '', { command: 'status' });
      if (answer.kind !== 'result') return answer.kind === 'fault' ? answer.message : answer.reason;
      pair = pairStage(answer.result as { readonly instances: readonly { readonly state: string }[] });
      return undefined;
    },
    isShown: true,
    logPath: () => join(directory, 'vrrp/agent.log'),
    stopAll: () => vrrpUnit.stopAll(),
  };
  const health: readonly HealthCheck[] = [
    { name: 'the web interface', ask: () => adminServes(directory) },
    'failure' in beginning
      ? {
          name: 'the configuration of the device',
          ask: async () => (beginning.onTrial ? beginning.failure : undefined),
        }
      : { name: 'the proxy', ask: () => proxyServes(directory, proxyUnit) },
  ];
  return {
    admin,
    proxy,
    vrrp,
    health,
    adminFacts: () => facts,
    pairStage: () => pair,
    unclaim: () => unclaim(directory),
  };
}

/** Of all instances: trouble first, then what matters more to whoever looks at the box. */
function pairStage({ instances }: { readonly instances: readonly { readonly state: string }[] }): PairStage {
  const is = (name: string): boolean => instances.some(({ state }) => state === name);
  if (is('FAULT')) return 'fault';
  if (is('MASTER')) return 'master';
  return instances.length > 0 ? 'backup' : 'alone';
}

/** Undefined: it is not ready yet. */
async function adminFacts(directory: string): Promise<ConsoleFacts | undefined> {
  const answer = await askConsole(directory, 'facts');
  return answer?.startsWith('{') ? (JSON.parse(answer) as ConsoleFacts) : undefined;
}

async function adminServes(directory: string): Promise<string | undefined> {
  const facts = await adminFacts(directory);
  return facts === undefined || facts.port === 0 ? 'it is not ready yet' : await httpsAnswer(facts.port);
}

async function unclaim(directory: string): Promise<string> {
  const answer = (await askConsole(directory, 'unclaim'))?.trim();
  if (answer === undefined) throw new Refusal('not-running', 'the web interface does not run just now');
  if (answer.startsWith('failed')) throw new Refusal('failed', answer);
  return answer;
}

/** It runs the configuration that is in force, and every frontend listens; a unit without a configuration needs no proxy. */
async function proxyServes(directory: string, unit: ProxyUnit): Promise<string | undefined> {
  if (revisionInForce(directory) === 0) return undefined;
  const { rows } = parseStatistics(await askRuntime(unit.socketPath, 'show stat'));
  const closed = rows.find((row) => row['kind'] === 'frontend' && row['status'] !== 'OPEN');
  return closed === undefined ? undefined : `frontend ${closed['pxname']} does not listen`;
}

/** Admin's own note of what is confirmed (revision-store.ts); 0: nothing is. */
function revisionInForce(directory: string): number {
  const text = readIfThere(join(directory, 'configuration.json'))?.toString('utf8');
  return text === undefined ? 0 : ((JSON.parse(text) as { readonly confirmed?: number }).confirmed ?? 0);
}

function adminWords(
  { adminAddress, adminPort }: ApplianceArguments,
  directory: string,
  applianceSocket: string,
): readonly string[] {
  const words = ['-s', directory, '-a', adminAddress, '-p', String(adminPort), '--appliance-socket', applianceSocket];
  const accounts = existsSync('/etc/passwd') ? readFileSync('/etc/passwd', 'utf8') : '';
  const hasUser = process.getuid?.() === 0 && new RegExp(`^${TERMINAL_USER}:`, 'm').test(accounts);
  return hasUser ? [...words, '--terminal-user', TERMINAL_USER] : words;
}

function beginningWords(beginning: RolesBeginning): readonly string[] {
  if ('failure' in beginning) return ['--management-only'];
  return beginning.configuration === undefined ? [] : ['-f', beginning.configuration];
}

/** All processes of the machine are looked through only when something tells that there may be another one. */
class ProcessFinder {
  readonly #search: () => readonly number[];
  readonly #trace: () => string;
  #found: ProcessMark | undefined;
  #traced: string | undefined;

  /**
   * @param search looks through all of them
   * @param trace another text when another one may have begun; `''`: none ever did
   */
  constructor(search: () => readonly number[], trace: () => string) {
    this.#search = search;
    this.#trace = trace;
  }

  find(): ProcessMark | undefined {
    const traced = this.#trace();
    if (traced === '') return undefined;
    if (this.#found !== undefined && traced === this.#traced && isAlive(this.#found)) return this.#found;
    this.#traced = traced;
    const marks = this.#search().flatMap((pid) => markOf(pid) ?? []);
    // The one that took over last.
    this.#found = marks.sort((one, other) => one.startTicks - other.startTicks).at(-1);
    return this.#found;
  }
}

/** Of a file: another text when somebody put another one into its place. */
function traceOf(path: string): string {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? '' : `${found.ino} ${found.ctimeNs}`;
}
