/**
 * A serving process from its first socket to its last stream, in HAProxy's order: descriptor limit, listeners (again and
 * again while an old process holds them), pidfile, the old processes' signal, chroot and user, then traffic. SIGUSR1
 * ends it softly, SIGTERM and SIGINT at once.
 */

import { unlinkSync, writeFileSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';
import type { Model } from '../config/model.ts';
import { ApiServer } from '../control/api-server.ts';
import { exportMetrics } from '../control/prometheus.ts';
import { Reactor } from '../loop/reactor.ts';
import { Signals } from '../loop/signals.ts';
import { LOG_WARNING } from '../net/syslog.ts';
import { CONN_TOT, STOT } from '../proxy/counters.ts';
import { ProxyRuntime } from '../proxy/proxy-runtime.ts';
import { realtimeMs } from '../sys/clock.ts';
import { getLimit, RLIMIT_NOFILE, setAffinity, setLimit } from '../sys/process.ts';
import { releaseMemory } from '../sys/resident-memory.ts';
import { reportReady } from './daemon.ts';
import { computeNeeds } from './descriptor-limits.ts';
import { signalProcesses } from './old-processes.ts';
import { dropPrivileges } from './privileges.ts';
import { PRODUCT_VERSION, RELEASE_DATE } from './product-version.ts';
import type { ProxyArguments } from './proxy-arguments.ts';
import type { StartupMessages } from './startup-messages.ts';

/** While an old process lets go of its sockets: this often, this long apart. */
const BIND_RETRIES = 100;
const BIND_RETRY_MS = 10;

export interface ServiceSettings {
  readonly program: string;
  readonly messages: StartupMessages;
  readonly given: ProxyArguments;
  /** Set in the child of a daemonizing command. */
  readonly readyFd: number | undefined;
}

/** The runtime and the runtime API that looks at it. */
interface Bound {
  readonly runtime: ProxyRuntime;
  readonly api: ApiServer;
}

/** What is wrong with a bind line, worded for the user. */
interface Fault {
  readonly severity: 'alert' | 'warning';
  readonly text: string;
}

export class ProxyService {
  readonly #model: Model;
  readonly #settings: ServiceSettings;
  readonly #reactor = new Reactor();
  readonly #signals = new Signals();
  #bound: Bound | undefined;
  /** A soft stop is under way, or waits for `grace`. */
  #stopAsked = false;

  constructor(model: Model, settings: ServiceSettings) {
    this.#model = model;
    this.#settings = settings;
  }

  /** Returns the exit code; 0 means that it serves now. */
  async start(): Promise<number> {
    const { program, messages, given, readyFd } = this.#settings;
    const limited = this.#applyLimits();
    if (limited === undefined) {
      return this.#giveUp();
    }
    if (this.#model.global.processors !== undefined) setAffinity(this.#model.global.processors);
    const { model, maxSockets } = limited;
    const bound = this.#build(model, maxSockets);
    this.#bound = bound;
    // Before the first socket listens: whoever can connect may also send a signal.
    this.#handleSignals();
    // What was compiled is kept for the next start, which then needs no TypeScript loader in memory (scripts/mahalo).
    flushCompileCache();
    // While /proc can still be read: a chroot may have none.
    let released = model.global.chroot !== undefined;
    if (released) releaseMemory(true);
    const faults = await this.#bind(bound);
    for (const { severity, text } of faults) messages[severity](text);
    if (faults.some((fault) => fault.severity === 'alert')) {
      messages.alert(`[${program}.main()] Some protocols failed to start their listeners! Exiting.`);
      signalProcesses(given.oldProcesses, 'SIGTTIN');
      return this.#giveUp();
    }
    if (bound.runtime.listeners.length === 0 && bound.api.listenerCount === 0) {
      messages.alert(`[${program}.main()] No enabled listener found (check for 'bind' directives) ! Exiting.`);
      return this.#giveUp();
    }
    if (model.global.daemon && !this.#writePidfile(model)) {
      signalProcesses(given.oldProcesses, 'SIGTTIN');
      return this.#giveUp();
    }
    signalProcesses(given.oldProcesses, given.oldProcessSignal);
    bound.runtime.openLogs();
    if (!dropPrivileges(model.global, program, messages)) {
      return this.#giveUp();
    }
    bound.runtime.onRest = () => {
      releaseMemory(!released);
      released = true;
    };
    // What is thrown outside the reactor (a session of the runtime API) is told like a fault of a stream; serving goes on.
    process.on('uncaughtException', (error) => bound.runtime.reportFault(error));
    bound.runtime.run();
    bound.api.run();
    this.#reactor.start();
    messages.started();
    if (readyFd !== undefined) {
      reportReady(readyFd);
      messages.setQuiet(true);
    }
    return 0;
  }

  /** Raises the descriptor limit to what the configuration needs; undefined after an alert. */
  #applyLimits(): { model: Model; maxSockets: number } | undefined {
    const { program, messages, given } = this.#settings;
    const limit = getLimit(RLIMIT_NOFILE);
    const { soft, hard } = typeof limit === 'number' ? { soft: 1024, hard: 1024 } : limit;
    const { fdHardLimit, strictLimits } = this.#model.global;
    const atBoot = hard === Number.POSITIVE_INFINITY ? soft : Math.max(soft, hard);
    const allowed = Math.min(atBoot, fdHardLimit || Number.POSITIVE_INFINITY);
    const needs = computeNeeds(this.#model, allowed, given.memoryMegabytes);
    if ((this.#model.global.maxconn ?? 0) === 0 && (given.verbose || given.debug)) {
      messages.printError(`Note: setting global.maxconn to ${needs.maxconn}.\n`);
    }
    const model = { ...this.#model, global: { ...this.#model.global, maxconn: needs.maxconn } };
    const wanted = this.#model.global.ulimitN ?? needs.maxSockets;
    let inForce = Math.max(wanted, soft);
    if (wanted > soft && setLimit(RLIMIT_NOFILE, { soft: wanted, hard: Math.max(hard, wanted) }) < 0) {
      if (!strictLimits && setLimit(RLIMIT_NOFILE, { soft: hard, hard }) >= 0) inForce = hard;
      const text = `[${program}.main()] Cannot raise FD limit to ${wanted}, limit is ${strictLimits ? soft : inForce}.`;
      messages[strictLimits ? 'alert' : 'warning'](text);
      if (strictLimits) return undefined;
    }
    if (inForce < needs.maxSockets) {
      messages.alert(
        `[${program}.main()] FD limit (${inForce}) too low for maxconn=${needs.maxconn}/maxsock=${needs.maxSockets}. ` +
          `Please raise 'ulimit-n' to ${needs.maxSockets} or more to avoid any trouble.`,
      );
      if (strictLimits) return undefined;
    }
    return { model, maxSockets: needs.maxSockets };
  }

  #build(model: Model, maxSockets: number): Bound {
    const limit = getLimit(RLIMIT_NOFILE);
    const descriptors = typeof limit === 'number' ? maxSockets : limit.soft;
    const { messages } = this.#settings;
    const runtime = new ProxyRuntime(model, this.#reactor, {
      descriptors,
      nowWallMs: realtimeMs,
      onMessage: (severity, text) => messages[severity](text),
    });
    const api = new ApiServer(runtime, {
      version: PRODUCT_VERSION,
      releaseDate: RELEASE_DATE,
      descriptorLimit: descriptors,
      maxSockets,
    });
    runtime.services.set('prometheus-exporter', (query) => exportMetrics(api.context(), query));
    return { runtime, api };
  }

  /** Listens everywhere; while old processes are to be replaced, again until they let go of their sockets. */
  async #bind(bound: Bound): Promise<readonly Fault[]> {
    const { oldProcesses } = this.#settings.given;
    for (let retry = BIND_RETRIES; ; retry--) {
      const faults = this.#bindOnce(bound);
      const failed = faults.some((fault) => fault.severity === 'alert');
      if (!failed || oldProcesses.length === 0 || retry === 0) {
        return faults;
      }
      bound.runtime.unbind();
      bound.api.unbind();
      if (signalProcesses(oldProcesses, 'SIGTTOU') === 0) {
        return this.#bindOnce(bound);
      }
      await delay(BIND_RETRY_MS);
    }
  }

  #bindOnce(bound: Bound): readonly Fault[] {
    const faults = bound.runtime.bind().map(({ proxy, bind, fault }) => ({
      severity: fault.severity,
      text:
        `${fault.phase} [${bind.place.file}:${bind.place.line}] for ` +
        `${proxy.model.backend ? 'proxy' : 'frontend'} ${proxy.name}: ${fault.text}`,
    }));
    return [...faults, ...bound.api.bind()];
  }

  #writePidfile(model: Model): boolean {
    const { pidfile } = model.global;
    if (pidfile === undefined) {
      return true;
    }
    try {
      unlinkSync(pidfile);
    } catch {
      // Usually there is none; if it cannot be replaced, writing says so.
    }
    try {
      writeFileSync(pidfile, `${process.pid}\n`, { mode: 0o644 });
      return true;
    } catch {
      this.#settings.messages.alert(`[${this.#settings.program}.main()] Cannot create pidfile ${pidfile}`);
      return false;
    }
  }

  #giveUp(): number {
    this.#close();
    return 1;
  }

  #close(): void {
    this.#bound?.runtime.stop();
    this.#bound?.api.close();
    this.#signals.close();
    this.#reactor.stop();
    this.#reactor.close();
  }

  #handleSignals(): void {
    this.#signals.on('SIGUSR1', () => this.#softStop());
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      this.#signals.on(signal, () => this.#die(signal));
    }
    this.#signals.on('SIGTTOU', () => {
      for (const listener of this.#bound?.runtime.listeners ?? []) listener.suspend();
    });
    this.#signals.on('SIGTTIN', () => {
      for (const listener of this.#bound?.runtime.listeners ?? []) listener.restore();
    });
    // Dumping states and reloading come later; neither may end the process meanwhile.
    for (const signal of ['SIGHUP', 'SIGUSR2', 'SIGPIPE', 'SIGQUIT'] as const) {
      this.#signals.ignore(signal);
    }
  }

  /** Ends as HAProxy does, killed by the signal: its parent sees that in the exit status. */
  #die(signal: 'SIGTERM' | 'SIGINT'): void {
    this.#close();
    // Whoever else listens to the signal would keep it from killing.
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  }

  /** After `grace`, accepts no more; the process ends with its last stream, or when `hard-stop-after` is over. */
  #softStop(): void {
    const bound = this.#bound;
    if (bound === undefined || bound.runtime.stopping || this.#stopAsked) {
      return;
    }
    this.#stopAsked = true;
    const { runtime } = bound;
    const end = (): void => {
      this.#close();
      process.exit(0);
    };
    runtime.onQuiet = end;
    const hardStopMs = this.#model.global.hardStopAfterMs;
    if (hardStopMs !== undefined) {
      setTimeout(() => {
        this.#settings.messages.warning('soft-stop running for too long, performing a hard-stop.');
        end();
      }, hardStopMs).unref();
    }
    const stop = (): void => {
      this.#tellStopped(runtime);
      bound.api.softStop();
      runtime.softStop();
    };
    const { graceMs } = this.#model.global;
    if (graceMs === undefined || graceMs === 0) stop();
    else setTimeout(stop, graceMs);
  }

  #tellStopped(runtime: ProxyRuntime): void {
    for (const proxy of runtime.proxies) {
      if (proxy.stopped) continue;
      const text =
        `Proxy ${proxy.name} stopped (cumulated conns: FE: ${proxy.frontendCounters[CONN_TOT]}, ` +
        `BE: ${proxy.backendCounters[STOT]}).`;
      this.#settings.messages.warning(text);
      proxy.log?.send(LOG_WARNING, text);
    }
  }
}
