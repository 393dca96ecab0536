/**
 * The life of `mahalo vrrp`: pid files, namespace, log, agent, control socket; then signals until it is told to stop. What
 * it says on the way is worded as keepalived words it, for those who look for that in their logs.
 */

import { writeFileSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { release, version as systemVersion, type } from 'node:os';
import { Reactor } from '../loop/reactor.ts';
import { InterfaceTable } from '../net/interfaces.ts';
import { RLIMIT_CORE, setLimit } from '../sys/process.ts';
import { releaseMemory } from '../sys/resident-memory.ts';
import { Agent } from '../vrrp/agent.ts';
import type { LoadResult } from '../vrrp/config/load.ts';
import { viewOf } from '../vrrp/control/agent-adapter.ts';
import type { AgentView } from '../vrrp/control/agent-view.ts';
import { createCommandHandler } from '../vrrp/control/control-commands.ts';
import { ControlRefusal, ControlServer } from '../vrrp/control/control-server.ts';
import { dataDump } from '../vrrp/control/data-dump.ts';
import { dumpDirectory, writeDump } from '../vrrp/control/dump-files.ts';
import { jsonDump } from '../vrrp/control/json-dump.ts';
import { statsDump } from '../vrrp/control/stats-dump.ts';
import { addressText } from '../vrrp/control/text-formats.ts';
import type { ScriptCommandModel, VrrpModel } from '../vrrp/model.ts';
import { reportReady } from './daemon.ts';
import { notifyService } from './service-notification.ts';
import type { VrrpArguments } from './vrrp-arguments.ts';
import { defaultControlSocket } from './vrrp-command-names.ts';
import { logFilePath, syslogTag, VrrpLog } from './vrrp-log.ts';
import {
  type AgentPlace,
  claimPidFiles,
  type PidFiles,
  pidFilesOf,
  reloadFileOf,
  removePidFile,
} from './vrrp-pid-files.ts';
import { applyProcessSettings } from './vrrp-process-settings.ts';
import { Rehearsals } from './vrrp-rehearsal.ts';
import { reasonToRefuse } from './vrrp-reload.ts';
import { removeReloadFile, whileReloadFile } from './vrrp-reload-file.ts';
import { type EarlySignals, VrrpSignals } from './vrrp-signals.ts';
import { VRRP_VERSION_TEXT } from './vrrp-usage.ts';

const EXIT_FAILURE = 1;
/** Scripts of a stop that take longer are left alone. */
const LONGEST_STOP_MS = 10_000;

export interface VrrpServiceSettings {
  readonly given: VrrpArguments;
  /** What the start's configuration had to say. */
  readonly loaded: LoadResult;
  /** Reads it anew, for a reload. */
  readonly load: () => LoadResult;
  /** Where a daemon's parent waits for word; undefined in the foreground. */
  readonly readyFd: number | undefined;
  /** Signals that came before this. */
  readonly early: EarlySignals;
}

export class VrrpService {
  readonly #settings: VrrpServiceSettings;
  readonly #reactor = new Reactor();
  readonly #log: VrrpLog;
  readonly #agent: Agent;
  readonly #control: ControlServer;
  readonly #place: AgentPlace;
  readonly #pidFiles: PidFiles;
  readonly #startedMs = Date.now();
  readonly #rehearsals: Rehearsals;
  #signals: VrrpSignals | undefined;
  #monitor: InterfaceTable | undefined;
  /** What the running configuration had to say. */
  #loaded: LoadResult;
  #agentRuns = false;
  #stopping = false;
  /** All is there, the control socket included. */
  #started = false;
  /** SIGHUP before that. */
  #reloadWanted = false;

  constructor(model: VrrpModel, settings: VrrpServiceSettings) {
    this.#settings = settings;
    this.#loaded = settings.loaded;
    const { given } = settings;
    const namespace = given.namespace ?? model.global.netNamespace;
    const { instanceName, usePidDirectory } = model.global;
    this.#log = new VrrpLog(this.#reactor, {
      console: given.logConsole && given.foreground,
      detail: given.logDetail > 0,
      syslog: !given.noSyslog,
      facility: given.logFacility,
      file: given.logFile === undefined ? undefined : logFilePath(given.logFile, dumpDirectory(process.env)),
      tag: syslogTag(namespace, instanceName),
    });
    this.#place = { namespace, instance: instanceName, directory: usePidDirectory };
    this.#pidFiles = pidFilesOf(given, this.#place);
    this.#agent = new Agent(model, this.#reactor, {
      log: (level, text) => this.#log.write(level, text),
      detail: given.logDetail > 0,
      onEvent: (event) => this.#control.tell(event),
    });
    this.#rehearsals = new Rehearsals(this.#agent, this.#reactor);
    this.#control = new ControlServer(
      createCommandHandler({
        view: () => this.#view(),
        reload: async () => {
          const fault = this.#reload();
          if (fault !== undefined) throw new ControlRefusal('bad-configuration', fault);
        },
        rehearse: (name, confirmed, progress) => this.#rehearsals.run(name, confirmed, progress),
        version: VRRP_VERSION_TEXT,
        configuration: given.configuration,
      }),
    );
  }

  /** Returns an exit code; 0 when the agent runs, which then goes on by itself. */
  async start(): Promise<number> {
    const { given, readyFd } = this.#settings;
    const { model } = this.#agent;
    this.#say(`Starting ${VRRP_VERSION_TEXT}`);
    this.#say(`Running on ${type()} ${release()} ${systemVersion()} (node ${process.versions.node})`);
    this.#say(
      `Command line: ${process.argv
        .slice(2)
        .map((word) => `'${word}'`)
        .join(' ')}`,
    );
    this.#say(`Configuration file ${given.configuration}`);
    for (const line of given.notices) this.#log.write('notice', line);
    this.#tellDiagnostics(this.#settings.loaded);
    const reloadFile = this.#reloadFile();
    // Of one that was killed while it read.
    const left = reloadFile === undefined ? undefined : removeReloadFile(reloadFile);
    if (left !== undefined) this.#say(left);
    if (!claimPidFiles(this.#pidFiles, (level, line) => this.#log.write(level, line))) return this.#giveUp();
    if (given.coreDump) setLimit(RLIMIT_CORE, { soft: Number.POSITIVE_INFINITY, hard: Number.POSITIVE_INFINITY });
    if (model.global.processName !== '') writeFileSync('/proc/self/comm', model.global.processName);
    applyProcessSettings(model.global, (text) => this.#log.write('warning', text));
    this.#signals = new VrrpSignals(
      {
        stop: () => void this.#stop(),
        reload: () => this.#hangup(),
        data: () => this.#dump('data', 'keepalived.data', dataDump),
        stats: (clear) => this.#dumpStats(clear),
        json: () => this.#dump('as json', 'keepalived.json', jsonDump),
      },
      (text) => this.#log.write('warning', text),
    );
    this.#reloadWanted = this.#settings.early.close();
    process.on('uncaughtException', (error) => this.#fail(error));
    // Before the first script and the first FIFO, which have it from us.
    process.umask(given.umask ?? model.global.umask);
    this.#reactor.start();
    const { startupScript, startupScriptTimeoutMs } = model.global;
    await this.#runScript('Startup', startupScript, startupScriptTimeoutMs);
    if (this.#stopping) return 0;
    // What was compiled is kept for the next start, which then needs no TypeScript loader in memory (scripts/mahalo).
    flushCompileCache();
    // Now, while nothing waits for us: an agent that is master has no time for it. Memory that is locked cannot be given
    // back, and V8 aborts when the kernel says so.
    if (!model.global.noSwap) releaseMemory(true);
    try {
      this.#agent.start();
      this.#agentRuns = true;
      if (given.logAddresses) this.#logAddresses();
    } catch (error) {
      this.#log.write('error', `cannot start: ${(error as Error).message}`);
      return this.#giveUp();
    }
    await this.#openControl(model);
    if (given.dumpConfiguration)
      for (const line of dataDump(this.#view()).split('\n')) if (line !== '') this.#say(line);
    this.#say('Startup complete');
    notifyService('READY=1');
    if (readyFd !== undefined) {
      process.chdir('/');
      reportReady(readyFd);
    }
    this.#started = true;
    if (this.#reloadWanted) this.#reload();
    return 0;
  }

  #say(text: string): void {
    this.#log.write('info', text);
  }

  #reloadFile(): string | undefined {
    return reloadFileOf(this.#agent.model.global.reloadFile, this.#place);
  }

  /** `startup_script` and `shutdown_script`: waits for the end, or for its timeout. */
  async #runScript(what: string, command: ScriptCommandModel | undefined, timeoutMs: number): Promise<void> {
    if (command === undefined) return;
    const run = this.#agent.runner.run(command, [], { timeoutMs });
    if (run === undefined) return; // the runner has said why
    this.#say(`Running ${what.toLowerCase()} script ${command.text}`);
    await run.end;
    if (run.timedOut) this.#say(`${what} script timed out`);
    else if (run.exitCode !== 0) this.#say(`${what} script failed, status ${run.exitCode}`);
  }

  /** `-a`. */
  #logAddresses(): void {
    this.#monitor = new InterfaceTable(this.#reactor);
    this.#monitor.open({
      onInterface: () => {},
      onInterfaceGone: () => {},
      onAddress: (device, address, added) =>
        this.#say(
          added
            ? `Assigned address ${addressText(address)} for interface ${device.name}`
            : `Deassigned address ${addressText(address)} from interface ${device.name}`,
        ),
    });
  }

  #tellDiagnostics({ diagnostics }: LoadResult): void {
    for (const { severity, text } of diagnostics.list)
      this.#log.write(severity === 'alert' ? 'error' : 'warning', text);
  }

  #view(): AgentView {
    return viewOf(this.#agent, this.#reactor.refresh(), this.#startedMs);
  }

  async #openControl(model: VrrpModel): Promise<void> {
    const { controlSocket, instanceName, netNamespace } = model.global;
    const namespace = this.#settings.given.namespace ?? netNamespace;
    const usual = process.env['MAHALO_VRRP_SOCKET'] ?? defaultControlSocket(namespace, instanceName);
    const path = controlSocket === '' ? usual : controlSocket;
    if (path === this.#control.path) return;
    const fault = await this.#control.open(path);
    // Without it nobody can ask, but the addresses are served.
    if (fault !== undefined) this.#log.write('warning', `no control socket: ${fault}`);
  }

  #hangup(): void {
    if (this.#started) this.#reload();
    else this.#reloadWanted = true;
  }

  /** Returns why it was not done, or undefined. */
  #reload(): string | undefined {
    if (this.#stopping) return 'the agent is stopping';
    if (!this.#agentRuns) return 'the agent is starting';
    this.#say('Reloading ...');
    notifyService('RELOADING=1');
    const loaded = whileReloadFile(this.#reloadFile(), (text) => this.#say(text), this.#settings.load);
    const { model } = loaded;
    this.#tellDiagnostics(loaded);
    const reason = reasonToRefuse(this.#loaded, loaded);
    if (model === undefined || reason !== undefined) {
      this.#log.write('error', `Reload refused, the old configuration goes on: ${reason}`);
      notifyService('READY=1');
      return reason;
    }
    this.#loaded = loaded;
    const before = this.#agent.model.global;
    if (before.netNamespace !== model.global.netNamespace || before.instanceName !== model.global.instanceName) {
      this.#log.write(
        'warning',
        'Cannot change the network namespace or the instance name on a reload: restart for that',
      );
    }
    this.#agent.reload(model);
    applyProcessSettings(model.global, (text) => this.#log.write('warning', text));
    void this.#openControl(model);
    this.#say('Reload complete');
    notifyService('READY=1');
    return undefined;
  }

  #dump(what: string, file: string, text: (view: AgentView) => string): void {
    this.#say(`Printing VRRP ${what} for process(${process.pid}) on signal`);
    const fault = writeDump(dumpDirectory(process.env), file, text(this.#view()));
    if (fault !== undefined) this.#say(fault);
  }

  #dumpStats(clear: boolean): void {
    this.#dump(clear ? 'stats, clearing them,' : 'stats', 'keepalived.stats', statsDump);
    if (clear) for (const router of this.#agent.routers) router.instance.counters.clear();
  }

  /** A second signal does not wait for scripts. */
  async #stop(): Promise<void> {
    if (this.#stopping) process.exit(0);
    this.#stopping = true;
    this.#say('Stopping');
    notifyService('STOPPING=1');
    this.#control.close();
    const patience = new Promise((resolve) => setTimeout(resolve, LONGEST_STOP_MS));
    if (this.#agentRuns) await Promise.race([this.#agent.stop(), patience]);
    const { shutdownScript, shutdownScriptTimeoutMs } = this.#agent.model.global;
    await this.#runScript('Shutdown', shutdownScript, shutdownScriptTimeoutMs);
    this.#say(`Stopped ${VRRP_VERSION_TEXT}`);
    this.#close();
    process.exit(0);
  }

  /** A bug: the peer is told and the addresses are given back before the process ends. */
  #fail(error: unknown): void {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#log.write('error', `unexpected error, stopping: ${text.replaceAll('\n', ' | ')}`);
    if (!this.#log.console) process.stderr.write(`${text}\n`);
    try {
      if (this.#agentRuns) void this.#agent.stop();
    } catch (second) {
      this.#log.write('error', `and while stopping: ${String(second)}`);
    }
    this.#close();
    process.exit(EXIT_FAILURE);
  }

  #giveUp(): number {
    this.#say(`Stopped ${VRRP_VERSION_TEXT}`);
    this.#close();
    return EXIT_FAILURE;
  }

  #close(): void {
    this.#signals?.close();
    this.#control.close();
    this.#rehearsals.close();
    this.#monitor?.close();
    removePidFile(this.#pidFiles.main);
    removePidFile(this.#pidFiles.vrrp);
    this.#reactor.stop();
    this.#reactor.close();
    this.#log.close();
  }
}
