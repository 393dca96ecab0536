/** A server as health checks see it. */
import { hostname } from 'node:os';
import { WEIGHT_SCALE } from '../balance/candidate.ts';
import type { CheckMethodModel, CheckModel } from '../config/model-checks.ts';
import type { ConnectStep } from '../health/check-chain.ts';
import type { CheckTarget } from '../health/check-runner.ts';
import type { CheckTimings } from '../health/schedule.ts';
import { ServerHealth } from '../health/server-health.ts';
import { encodeProxyHeader, LONGEST_ENCODED } from '../net/proxy-protocol.ts';
import type { SocketAddress } from '../sys/socket-address.ts';
import { SCUR } from './counters.ts';
import { type Server, STOPPING } from './server.ts';
import { socketAddress } from './server-source.ts';

export class ServerCheck implements CheckTarget {
  readonly server: Server;
  readonly model: CheckModel;
  readonly health: ServerHealth;
  readonly timings: CheckTimings;
  readonly method: CheckMethodModel;
  readonly connectTimeoutMs: number | undefined;
  readonly checkTimeoutMs: number | undefined;
  readonly source: SocketAddress | null;
  readonly sourceInterface: string | null;
  readonly namespaceFd: number | undefined;
  /** `disable health`. */
  enabled = true;
  readonly #address: SocketAddress | null;

  constructor(server: Server, model: CheckModel) {
    this.server = server;
    this.model = model;
    this.health = new ServerHealth(model.rise, model.fall);
    this.timings = model;
    this.method = server.proxy.model.checkMethod;
    this.connectTimeoutMs = server.proxy.model.timeouts.connect;
    this.checkTimeoutMs = server.proxy.model.timeouts.check;
    this.source = server.source;
    this.sourceInterface = server.sourceInterface;
    this.namespaceFd = server.namespaceFd;
    this.#address = model.address === undefined ? null : socketAddress(model.address);
  }

  checkAddress(): SocketAddress {
    const address = this.#address ?? this.server.address;
    if (this.model.port !== undefined) return address.withPort(this.model.port);
    return this.#address !== null && this.#address.port === 0
      ? this.#address.withPort(this.server.address.port)
      : address;
  }

  stepAddress(step: ConnectStep): SocketAddress {
    const own = step.address === undefined ? undefined : socketAddress(step.address);
    const port = step.port ?? (own === undefined || own.port === 0 ? this.checkAddress().port : own.port);
    return (own ?? this.checkAddress()).withPort(port);
  }

  get sendsProxy(): boolean {
    return this.model.sendProxy;
  }

  proxyHeader(local: SocketAddress, peer: SocketAddress): Uint8Array {
    const out = Buffer.alloc(LONGEST_ENCODED + 512);
    // Version 2 says "local": nobody is proxied here.
    const end =
      this.server.model.sendProxy === 'v2'
        ? encodeProxyHeader(2, null, null, out, 0)
        : encodeProxyHeader(1, local, peer, out, 0);
    return out.subarray(0, end);
  }

  /** `UP 2/3; address=...; weight=1/2; scur=0/1; qcur=0`. */
  stateHeader(): string {
    const { server, health } = this;
    const { proxy, address } = server;
    const settled = health.health === 0 || health.health === health.full;
    const state = server.running ? (server.operation === STOPPING ? 'NOLB' : 'UP') : 'DOWN';
    const working = proxy.servers.filter((one) => one.usable && one.backup === server.backup);
    const total = working.reduce((sum, one) => sum + one.weight, 0);
    const current = (proxy.backendCounters[SCUR] as number) - proxy.queue.length;
    return (
      `${state}${settled ? '' : ` ${health.progress}`}; address=${address.host}; port=${address.port}; ` +
      `name=${proxy.name}/${server.name}; node=${proxy.runtime.model.global.node ?? hostname()}; ` +
      `weight=${Math.ceil(server.weight / WEIGHT_SCALE)}/${Math.ceil(total / WEIGHT_SCALE)}; ` +
      `scur=${server.current}/${current}; qcur=${server.queue.length}`
    );
  }

  get stopped(): boolean {
    return !this.server.running;
  }

  get paused(): boolean {
    return !this.enabled || this.server.inMaintenance || this.server.proxy.stopped;
  }
}
