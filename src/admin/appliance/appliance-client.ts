/** What the unit's appliance role is asked over its control socket: one look for all viewers, and one order after another. */

import type { DeviceStatus } from '../answers/device.ts';
import type { DeviceNetwork } from '../answers/device-network.ts';
import { SharedAnswer } from '../live/shared-answer.ts';
import { type Answered, type Asking, ask, type Question } from '../neighbour/ask.ts';

const FRESH_MS = 2_000;

/** It said no, in its own words; or (`unreachable`) nothing at all. */
export class ApplianceRefusal extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export class ApplianceClient {
  readonly #socketPath: string;
  readonly #status: SharedAnswer<DeviceStatus>;
  readonly #network: SharedAnswer<DeviceNetwork>;

  constructor(socketPath: string, nowMs: () => number) {
    this.#socketPath = socketPath;
    this.#status = new SharedAnswer(() => this.#askStatus(), FRESH_MS, nowMs);
    const network = async () => (await this.#ask({ command: 'network' })) as DeviceNetwork;
    this.#network = new SharedAnswer(network, FRESH_MS, nowMs);
  }

  /** At most FRESH_MS old. */
  status(): Promise<DeviceStatus> {
    return this.#status.get();
  }

  /** How the ports are used, at most FRESH_MS old. */
  network(): Promise<DeviceNetwork> {
    return this.#network.get();
  }

  /** What changes nothing. */
  look(question: Question, asking: Omit<Asking, 'who'> = {}): Promise<unknown> {
    return this.#ask(question, asking);
  }

  /** What may change something: what was known before it is old. */
  async order(question: Question, asking: Omit<Asking, 'who'> = {}): Promise<unknown> {
    try {
      return await this.#ask(question, asking);
    } finally {
      this.#status.forget();
      this.#network.forget();
    }
  }

  /** Last words repeat lines of the configuration: those who may see that ask for them. */
  async #askStatus(): Promise<DeviceStatus> {
    const { roles, ...rest } = (await this.#ask({ command: 'status' })) as DeviceStatus;
    const plain = roles.map(({ name, pid, state, startedAt, restarts, why }) => {
      return { name, pid, state, startedAt, restarts, why };
    });
    return { ...rest, roles: plain };
  }

  async #ask(question: Question, asking: Omit<Asking, 'who'> = {}): Promise<unknown> {
    const answer: Answered = await ask(this.#socketPath, question, { who: 'the appliance role', ...asking });
    switch (answer.kind) {
      case 'result':
        return answer.result;
      case 'fault':
        throw new ApplianceRefusal(answer.code, answer.message);
      case 'unreachable':
        throw new ApplianceRefusal('unreachable', `the appliance role does not answer: ${answer.reason}`);
    }
  }
}
