/**
 * One health check, from the connection to the verdict. A state machine without I/O: events go in, what is to be done comes
 * out as `verdict` or as calls on the port.
 *
 *   connecting --connected--> [PROXY header] [request] --sent--> reading --verdict--> (port.close)
 *        '--- connected, nothing to ask: L4OK
 */
import type { CheckVerdict } from './check-status.ts';
import { HttpCheckResponse, type HttpExpectation } from './http-check.ts';

/** What a check does to its connection. */
export interface CheckPort {
  /** Queues bytes to be sent. */
  send(bytes: Uint8Array): void;
  /** Ends the connection; no event comes after that. */
  close(): void;
}

/** What a check asks and expects; null: that the connection is accepted is enough. */
export interface CheckQuestion {
  readonly request: Uint8Array;
  readonly expectation: HttpExpectation;
}

/** Where opening a connection failed before the network had a say. */
export type OpenFailure = 'socket' | 'bind' | 'ports' | 'connect';

const OPEN_FAILURES: Readonly<Record<OpenFailure, string>> = {
  socket: 'General socket error',
  bind: "Can't bind to source address",
  ports: 'Out of local source ports on the system',
  connect: 'General socket error',
};

export class CheckAttempt {
  /** How it ended; null while it runs. */
  verdict: CheckVerdict | null = null;
  readonly #question: CheckQuestion | null;
  readonly #port: CheckPort;
  readonly #response: HttpCheckResponse | null;
  #connected = false;

  /** @param limit most bytes of a response looked at */
  constructor(question: CheckQuestion | null, port: CheckPort, limit = 16_384) {
    this.#question = question;
    this.#port = port;
    this.#response = question === null ? null : new HttpCheckResponse(question.expectation, limit);
  }

  get connected(): boolean {
    return this.#connected;
  }

  /**
   * The connection could not even be tried.
   * @param text the error's text (strerror)
   * @param local the attempt failed in this machine, not on its way to the peer: unix sockets, no descriptor left
   */
  openFailed(failure: OpenFailure, text: string, local: boolean): void {
    const status = local ? 'SOCKERR' : 'L4CON';
    this.#end({ status, code: 0, info: `${OPEN_FAILURES[failure]} (${text})` });
  }

  /** The peer accepted. `proxyHeader` goes before everything else. */
  onConnected(proxyHeader: Uint8Array | null): void {
    this.#connected = true;
    if (proxyHeader !== null) this.#port.send(proxyHeader);
    if (this.#question !== null) this.#port.send(this.#question.request);
    else if (proxyHeader === null) this.onSent();
  }

  /** All that was to be sent has left. */
  onSent(): void {
    if (this.#question === null) this.#end({ status: 'L4OK', code: 0, info: '' });
  }

  onBytes(bytes: Uint8Array): void {
    const verdict = this.#response?.add(bytes) ?? null;
    if (verdict !== null) this.#end(verdict);
  }

  /** The peer ended its side. */
  onEnd(): void {
    if (this.#response !== null) this.#end(this.#response.finish());
  }

  /** The connection failed; `text` is strerror's. What was received before may be an answer all the same. */
  onError(text: string): void {
    if (!this.#connected) this.#end({ status: 'L4CON', code: 0, info: text });
    else if (this.#response?.headComplete) this.#end(this.#response.finish());
    else this.#end({ status: 'SOCKERR', code: 0, info: text });
  }

  onTimeout(): void {
    this.#end({ status: this.#connected ? 'L7TOUT' : 'L4TOUT', code: 0, info: '' });
  }

  #end(verdict: CheckVerdict): void {
    if (this.verdict !== null) return;
    this.verdict = verdict;
    this.#port.close();
  }
}
