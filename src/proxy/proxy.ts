/**
 * A frontend, a backend, or both (`listen`), as it runs: compiled rules, servers and their balancing, counters.
 */
import { createBalancer } from '../balance/balancer.ts';
import type { Balancer } from '../balance/candidate.ts';
import type { ProxyModel } from '../config/model.ts';
import type { HeadOptions } from '../http/h1-head.ts';
import type { LogSender } from '../net/syslog.ts';
import { compileCondition } from '../sample/condition.ts';
import { compileOptions, type SampleContext } from '../sample/context.ts';
import { type CompiledFormat, compileFormat, connectFormat } from '../sample/log-format.ts';
import { NetworkSet } from '../sample/networks.ts';
import type { SocketAddress } from '../sys/socket-address.ts';
import { type BackendRules, compileBackendRules } from './backend-rules.ts';
import { type BalanceKey, compileBalanceKey } from './balance-key.ts';
import { type CompiledCaptures, compileCaptures } from './captures.ts';
import { type CounterBlock, createCounters, QCUR, QMAX, RateCounter, raise, SCUR } from './counters.ts';
import { ErrorResponses } from './error-responses.ts';
import type { FrontendListener } from './frontend-listener.ts';
import { compileRules, type HttpRules } from './http-rules.ts';
import type { ProxyRuntime } from './proxy-runtime.ts';
import { WaitingQueue } from './queue.ts';
import type { Server } from './server.ts';
import { compileServerRules, type ServerRules } from './server-rules.ts';
import type { Stream } from './stream.ts';
import { compileTcpRules, type TcpRules } from './tcp-rules.ts';

function networkOf(text: string | undefined): NetworkSet | null {
  if (text === undefined) return null;
  const networks = new NetworkSet();
  networks.add(text);
  return networks;
}

export class Proxy {
  readonly runtime: ProxyRuntime;
  readonly model: ProxyModel;
  readonly name: string;
  readonly id: number;
  readonly errorResponses: ErrorResponses;
  /** Log lines of this proxy; null when it logs nowhere. */
  log: LogSender | null = null;
  /** The line at the end of each request or session, or (without a format) the one at its beginning. */
  logFormat: CompiledFormat | null = null;
  connectFormat: CompiledFormat | null = null;
  structuredDataFormat: CompiledFormat | null = null;
  /** For what never became a request; null: as any other line. */
  errorLogFormat: CompiledFormat | null = null;
  uniqueIdFormat: CompiledFormat | null = null;
  logCounter = 0;
  readonly headOptions: HeadOptions;
  readonly responseHeadOptions: HeadOptions;
  /** What the balancing algorithm hashes; null: nothing. */
  readonly balanceKey: BalanceKey | null;
  readonly #forwardExcept: NetworkSet | null;
  readonly #originalExcept: NetworkSet | null;

  // Frontend side.
  readonly listeners: FrontendListener[] = [];
  readonly frontendCounters: CounterBlock = createCounters();
  readonly connectionRate = new RateCounter();
  readonly sessionRate = new RateCounter();
  readonly requestRate = new RateCounter();
  /** May be changed by `set maxconn frontend`. */
  maxconn: number;
  /** `rate-limit sessions`; 0: none. */
  sessionRateLimit: number;
  /** `use_backend` rules; null: there are none. */
  backendRules: BackendRules | null = null;
  defaultBackend: Proxy | null = null;
  readonly monitorFail: readonly ((context: SampleContext) => boolean)[];
  /** `tcp-request` and `tcp-response`; null: none. */
  readonly tcpRules: TcpRules | null;
  readonly requestRules: HttpRules;
  readonly redirectRules: HttpRules;
  readonly responseRules: HttpRules;
  readonly afterRules: HttpRules;
  readonly requestCaptures: CompiledCaptures;
  readonly responseCaptures: CompiledCaptures;
  /** Some rule may change responses. */
  readonly changesResponses: boolean;
  /** `option http-restrict-req-hdr-names` reject or delete. */
  readonly namesRestricted: boolean;

  // Backend side.
  readonly servers: Server[] = [];
  /** What stands in for a server where there is no balancing (`dispatch`, `option transparent`). */
  direct: Server | null = null;
  /** `use-server`; null: none. */
  serverRules: ServerRules | null = null;
  balancer: Balancer;
  readonly backendCounters: CounterBlock = createCounters();
  readonly backendSessionRate = new RateCounter();
  readonly queue = new WaitingQueue<Stream>();
  readonly fullconn: number;
  lastChangeMs: number;
  lastSessionMs = -1;
  /** A server of this backend was usable when last looked at. */
  available = true;
  downSinceMs = -1;

  /** Disabled by configuration or `disable frontend`, or the process is stopping. */
  stopped = false;

  constructor(runtime: ProxyRuntime, model: ProxyModel, maxconn: number, fullconn: number) {
    this.runtime = runtime;
    this.model = model;
    this.name = model.name;
    this.id = model.id;
    this.maxconn = maxconn;
    this.sessionRateLimit = model.sessionRateLimit;
    this.fullconn = fullconn;
    this.stopped = model.disabled;
    const requestOptions = compileOptions(runtime.environment, 'request');
    const responseOptions = compileOptions(runtime.environment, 'response');
    this.errorResponses = new ErrorResponses(model, requestOptions);
    this.monitorFail = model.monitorFail.map((condition) => compileCondition(condition, requestOptions));
    this.tcpRules = compileTcpRules(model, runtime.environment);
    this.requestRules = compileRules(model.httpRequestRules, requestOptions, model.name);
    this.redirectRules = compileRules(model.redirectRules, requestOptions, model.name);
    this.responseRules = compileRules(model.httpResponseRules, responseOptions, model.name);
    this.afterRules = compileRules(model.httpAfterResponseRules, responseOptions, model.name);
    this.requestCaptures = compileCaptures(model.requestCaptures);
    this.responseCaptures = compileCaptures(model.responseCaptures);
    this.changesResponses = this.responseRules.length + this.afterRules.length > 0;
    this.namesRestricted = model.restrictHeaderNames !== 'preserve';
    this.balancer = createBalancer(model.balance, [], model.options.allbackups);
    this.lastChangeMs = runtime.reactor.nowMs;
    const maxHeaders = runtime.model.global.tune.httpMaxhdr;
    this.headOptions = { maxHeaders, acceptInvalid: model.options.acceptInvalidHttpRequest };
    this.responseHeadOptions = { maxHeaders, acceptInvalid: model.options.acceptInvalidHttpResponse };
    this.balanceKey = compileBalanceKey(model.balance, requestOptions);
    this.#forwardExcept = networkOf(model.forwardFor?.except);
    this.#originalExcept = networkOf(model.originalTo?.except);
  }

  /** `option forwardfor except`: clients of that network get no header. */
  forwardedForExcept(peer: SocketAddress): boolean {
    return this.#forwardExcept?.has(peer) ?? false;
  }

  /** `option originalto except`: who asked for an address of that network is told of none. */
  originalToExcept(address: SocketAddress): boolean {
    return this.#originalExcept?.has(address) ?? false;
  }

  /** Second step of construction, once every proxy exists: servers are known and names lead somewhere. */
  connect(find: (name: string) => Proxy | null): void {
    this.balancer = createBalancer(this.model.balance, this.servers, this.model.options.allbackups);
    this.available = this.balancer.countUsable() > 0;
    const requestOptions = compileOptions(this.runtime.environment, 'request');
    this.serverRules = compileServerRules(this.model.useServers, this.servers, requestOptions);
    if (this.model.useBackends.length > 0) {
      const rules = this.model.useBackends;
      this.backendRules = compileBackendRules(rules, this.runtime.backendsByName, requestOptions);
    }
    if (this.model.defaultBackend !== undefined) this.defaultBackend = find(this.model.defaultBackend);
    const { log, structuredData, error, uniqueId } = this.model.formats;
    const logOptions = compileOptions(this.runtime.environment, 'log');
    const captured = { request: this.requestCaptures.count > 0, response: this.responseCaptures.count > 0 };
    if (log === undefined) this.connectFormat = compileFormat(connectFormat(this.model.mode), logOptions);
    else this.logFormat = compileFormat(log, logOptions, captured);
    if (structuredData !== undefined) this.structuredDataFormat = compileFormat(structuredData, logOptions, captured);
    if (error !== undefined) this.errorLogFormat = compileFormat(error, logOptions, captured);
    if (uniqueId !== undefined) this.uniqueIdFormat = compileFormat(uniqueId, requestOptions);
  }

  /** A request or session of this frontend, or a state change of this backend, is logged there. */
  openLog(log: LogSender | null): void {
    this.log = log;
  }

  /** Something happened to its servers. `level`: syslog's. */
  tell(level: number, line: string): void {
    this.log?.send(level, line);
    this.runtime.logWatch?.told(level, this.name, line);
  }

  /** The weight or the state of a server changed. */
  serversChanged(): void {
    this.balancer.changed();
  }

  /** Servers that would take a request now: active ones and backups. */
  countServers(): { active: number; backup: number } {
    let active = 0;
    let backup = 0;
    for (const server of this.servers) {
      if (!server.usable) continue;
      if (server.backup) backup++;
      else active++;
    }
    return { active, backup };
  }

  /** Puts a stream into the backend's own queue: no server has room for it. */
  enqueue(stream: Stream): void {
    this.queue.add(stream);
    raise(this.backendCounters, QCUR, QMAX);
  }

  get frontendConnections(): number {
    return this.frontendCounters[SCUR] as number;
  }

  get backendConnections(): number {
    return this.backendCounters[SCUR] as number;
  }

  get queuedTotal(): number {
    let total = this.queue.length;
    for (const server of this.servers) total += server.queue.length;
    return total;
  }

  /** A place became free on `server` (or it became usable): gives it to whoever has waited longest. */
  serveQueue(server: Server): void {
    for (;;) {
      const own = server.queue.first as Stream | null;
      const general =
        this.queue.length > 0 && server.usable && (!server.backup || this.countServers().active === 0)
          ? this.queue.first
          : null;
      if ((own === null && general === null) || server.full) return;
      let next: Stream;
      if (own !== null && (general === null || own.waitingOrder <= general.waitingOrder)) {
        next = own;
        own.serverQueuePosition += server.queue.position(own);
        server.queue.remove(own);
        server.queue.index++;
        server.counters[QCUR] = server.queue.length;
      } else {
        next = general as Stream;
        next.backendQueuePosition += this.queue.position(next);
        this.queue.remove(next);
        this.queue.index++;
        this.backendCounters[QCUR] = (this.backendCounters[QCUR] as number) - 1;
      }
      next.placeFound(server);
    }
  }
}
