/** A checked server for tests: fields instead of a proxy, and the changes of state that a proxy would make. */
import type { CheckExpectModel, CheckMethodModel, CheckStepModel } from '../../src/config/model-checks.ts';
import type { ConnectStep } from '../../src/health/check-chain.ts';
import { type CheckTarget, startChecks } from '../../src/health/check-runner.ts';
import { healthCheckLine } from '../../src/health/messages.ts';
import type { CheckTimings } from '../../src/health/schedule.ts';
import { type HealthChange, ServerHealth } from '../../src/health/server-health.ts';
import { Reactor } from '../../src/loop/reactor.ts';
import type { SocketAddress } from '../../src/sys/socket-address.ts';

/** That the connection is accepted is enough. */
export const BARE: CheckMethodModel = {
  protocol: 'none',
  steps: [
    {
      kind: 'connect',
      implicit: true,
      asServer: true,
      address: undefined,
      port: undefined,
      sendProxy: false,
      linger: false,
      comment: '',
      number: 0,
    },
  ],
  disableOn404: false,
  sendState: false,
};

/** `option httpchk` with this expectation. */
export function httpCheck(
  expect: Partial<CheckExpectModel> = {},
  request: Partial<Extract<CheckStepModel, { kind: 'request' }>> = {},
): CheckMethodModel {
  return {
    ...BARE,
    protocol: 'http',
    steps: [
      ...BARE.steps,
      {
        kind: 'request',
        method: 'OPTIONS',
        uri: '/',
        version: 'HTTP/1.0',
        headers: [],
        body: '',
        comment: '',
        number: 1,
        ...request,
      },
      {
        kind: 'expect',
        comment: '',
        number: 2,
        expect: {
          what: 'status',
          pattern: '200-399',
          negated: false,
          minimum: -1,
          onSuccess: '',
          onError: '',
          okStatus: undefined,
          errorStatus: undefined,
          timeoutStatus: undefined,
          ...expect,
        } as CheckExpectModel,
      },
    ],
  };
}

export class PlainTarget implements CheckTarget {
  health: ServerHealth;
  timings: CheckTimings = { interMs: 300, fastinterMs: undefined, downinterMs: undefined };
  method: CheckMethodModel = BARE;
  connectTimeoutMs: number | undefined = 250;
  checkTimeoutMs: number | undefined;
  address: SocketAddress;
  source: SocketAddress | null = null;
  sourceInterface: string | null = null;
  readonly namespaceFd = undefined;
  sendProxy = false;
  stopped = false;
  paused = false;
  readonly name: string;
  /** Lines of log-health-checks, and `UP` or `DOWN` at changes of state. */
  readonly lines: string[] = [];
  checks = 0;

  constructor(name: string, address: SocketAddress, rise = 1, fall = 1) {
    this.name = name;
    this.address = address;
    this.health = new ServerHealth(rise, fall);
  }

  checkAddress(): SocketAddress {
    return this.address;
  }

  stepAddress(step: ConnectStep): SocketAddress {
    return step.port === undefined ? this.address : this.address.withPort(step.port);
  }

  get sendsProxy(): boolean {
    return this.sendProxy;
  }

  proxyHeader(local: SocketAddress, peer: SocketAddress): Uint8Array {
    return Buffer.from(`PROXY TCP4 ${local.host} ${peer.host} ${local.port} ${peer.port}\r\n`);
  }

  stateHeader(): string {
    return 'UP';
  }

  apply(change: HealthChange): void {
    this.checks++;
    if (change.notable) {
      this.lines.push(healthCheckLine({ backend: this.name, server: 's', backup: false }, this.health, 1));
    }
    if (change.verdict === 'down' && !this.stopped) {
      this.stopped = true;
      this.lines.push('DOWN');
    } else if (change.verdict === 'up' && this.stopped) {
      this.stopped = false;
      this.lines.push('UP');
    }
  }
}

/** Checks these until `stop`; which also checks that nothing stays behind in the reactor. */
export function check(targets: readonly PlainTarget[]): { stop(): void; reactor: Reactor } {
  const reactor = new Reactor();
  reactor.start();
  const stopChecks = startChecks(targets, { spreadChecksPercent: 0, maxSpreadChecksMs: 1, bufsize: 16_384 }, reactor, {
    onChecked: (target, change) => target.apply(change),
  });
  return {
    reactor,
    stop: () => {
      stopChecks();
      stopChecks();
      const left = reactor.watched;
      reactor.close();
      if (left !== 0) throw new Error(`${left} descriptors are still watched`);
    },
  };
}

export function withoutDuration(line: string): string {
  return line.replace(/check duration: \d+ms/, 'check duration: Nms');
}
