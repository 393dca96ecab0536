/**
 * One raw TCP connection of a case, client's or origin's end: plays a script and remembers everything it received and
 * how the proxy ended the connection. It knows nothing of HTTP but where messages end, so that scripts can wait.
 */
import type { Socket } from 'node:net';
import type { Script, Step } from './case.ts';
import type { ChangeHub } from './change-hub.ts';
import { type Decoded, decodeMessages } from './http-message.ts';
import { takeProxyHeader } from './proxy-header.ts';

/** How long a step may wait before the script is given up; a correct run never comes near. */
const STEP_DEADLINE_MS = 30_000;

export interface PeerOptions {
  readonly kind: 'request' | 'response';
  readonly bodyless: readonly number[];
  readonly hub: ChangeHub;
  /** Conditions that look at the whole case, not at this peer only. */
  readonly surroundings: Surroundings;
}

export interface Surroundings {
  originReceived(text: string): boolean;
  clientReceived(text: string): boolean;
  originConnections(): number;
  originsClosed(): boolean;
  logLines(): number;
}

export class RawPeer {
  readonly socket: Socket;
  /** How the proxy ended its direction; the first event counts. */
  end: 'open' | 'fin' | 'rst' = 'open';
  /** What this side did itself. */
  own: '' | 'half-closed' | 'closed' | 'reset' = '';
  /** The step at which the script was given up, empty when it ran through. */
  stuckAt = '';
  readonly #options: PeerOptions;
  #parts: Buffer[] = [];
  #finalsWritten = 0;
  #tunnelAfter = -1;

  constructor(socket: Socket, options: PeerOptions) {
    this.socket = socket;
    this.#options = options;
    socket.setNoDelay(true);
    socket.on('data', (part: Buffer) => {
      this.#parts.push(part);
      options.hub.changed();
    });
    socket.on('connect', () => options.hub.changed());
    socket.on('end', () => this.#ended('fin'));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // EPIPE only says that we wrote after the proxy's close, which was or will be seen by reading.
      if (error.code === 'ECONNRESET') this.#ended('rst');
    });
    socket.on('close', () => this.#ended('fin'));
  }

  #ended(how: 'fin' | 'rst'): void {
    if (this.end === 'open' && this.own !== 'closed' && this.own !== 'reset') this.end = how;
    this.#options.hub.changed();
  }

  get received(): Buffer {
    if (this.#parts.length > 1) this.#parts = [Buffer.concat(this.#parts)];
    return this.#parts[0] ?? Buffer.alloc(0);
  }

  get over(): boolean {
    return this.end !== 'open' || this.own === 'closed' || this.own === 'reset';
  }

  decoded(): Decoded {
    const { kind, bodyless } = this.#options;
    const [, bytes] = takeProxyHeader(this.received);
    return decodeMessages(bytes, { kind, bodyless, ended: this.end === 'fin', tunnelAfter: this.#tunnelAfter });
  }

  #finals(): number {
    return this.decoded().messages.filter((message) => message.complete && !message.interim).length;
  }

  /** Plays the script; resolves when it ran through or got stuck. Never rejects. */
  async play(script: Script): Promise<void> {
    for (const [index, step] of script.entries()) {
      if (!(await this.#perform(step))) {
        this.stuckAt = `step ${index + 1} (${step.do})`;
        this.#options.hub.changed();
        return;
      }
    }
  }

  /** Waits for a condition of this connection: given up when it is over without it. */
  async #until(holds: () => boolean): Promise<boolean> {
    await this.#options.hub.until(() => holds() || this.over, STEP_DEADLINE_MS);
    return holds();
  }

  /** Waits for a condition of the case, which this connection's end does not prevent. */
  #untilCase(holds: () => boolean): Promise<boolean> {
    return this.#options.hub.until(holds, STEP_DEADLINE_MS);
  }

  async #write(text: string): Promise<boolean> {
    if (this.socket.destroyed || !this.socket.writable) return true;
    let done = false;
    const finish = (): void => {
      done = true;
      this.#options.hub.changed();
    };
    this.socket.write(Buffer.from(text, 'latin1'), finish);
    await this.#options.hub.until(() => done || this.socket.destroyed, STEP_DEADLINE_MS);
    return true;
  }

  async #perform(step: Step): Promise<boolean> {
    const { hub, surroundings } = this.#options;
    switch (step.do) {
      case 'send':
        if (this.#options.kind === 'request' && step.text.startsWith('HTTP/1.1 101')) {
          this.#tunnelAfter = this.decoded().messages.length - 1;
        }
        return this.#write(step.text);
      case 'drip':
        for (const character of step.text) {
          await this.#write(character);
          await new Promise((resolve) => setImmediate(resolve));
        }
        return true;
      case 'messages':
        return this.#until(() => this.#finals() >= step.count);
      case 'heads':
        return this.#until(() => this.decoded().messages.length >= step.count);
      case 'text':
        return this.#until(() => this.received.includes(step.text, 0, 'latin1'));
      case 'originText':
        return this.#untilCase(() => surroundings.originReceived(step.text));
      case 'clientText':
        return this.#untilCase(() => surroundings.clientReceived(step.text));
      case 'originConnections':
        return this.#untilCase(() => surroundings.originConnections() >= step.count);
      case 'closed':
        return this.#until(() => this.over);
      case 'originsClosed':
        return this.#untilCase(() => surroundings.originsClosed());
      case 'logged':
        return this.#untilCase(() => surroundings.logLines() >= step.count);
      case 'raise':
        hub.raise(step.name);
        return true;
      case 'await':
        return this.#untilCase(() => hub.raised(step.name));
      case 'idle':
        await new Promise((resolve) => setTimeout(resolve, step.milliseconds));
        return true;
      case 'pause':
        this.socket.pause();
        return true;
      case 'resume':
        this.socket.resume();
        return true;
      case 'halfClose':
        this.own = 'half-closed';
        this.socket.end();
        return true;
      case 'close':
        this.own = 'closed';
        this.socket.destroy();
        hub.changed();
        return true;
      case 'reset':
        this.own = 'reset';
        this.socket.resetAndDestroy();
        hub.changed();
        return true;
      case 'serve':
        return this.#serve(step.text);
      case 'tunnel':
        this.#tunnelAfter = this.decoded().messages.length - 1;
        return true;
    }
  }

  async #serve(response: string): Promise<boolean> {
    for (;;) {
      const wanted = this.#finalsWritten + 1;
      // Without a deadline: a pooled connection may rest for as long as the proxy likes.
      await this.#options.hub.until(() => this.#finals() >= wanted || this.over, 600_000);
      if (this.#finals() < wanted) {
        this.socket.end();
        return true;
      }
      this.#finalsWritten = wanted;
      await this.#write(response);
    }
  }
}
