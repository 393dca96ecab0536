/**
 * One health check, from the first connection to the verdict. A state machine without I/O: events go in, what is to be done
 * comes out as `verdict` or as calls on the port.
 *
 *   connect --onConnected--> [PROXY header] --onSent--> send --onSent--> expect --onBytes, onEnd--> ... --> verdict
 *      ^                                                                                         |
 *      '------------------------------- another connect step ------------------------------------'
 */
import type { CheckChain, CheckStep, ConnectStep, ExpectStep } from './check-chain.ts';
import { whereText } from './check-chain.ts';
import type { CheckVerdict } from './check-status.ts';
import { emptyAnswer, judgeBytes, judgeResponse, PASSED, WAIT } from './expectation.ts';
import { HttpCheckResponse } from './http-check.ts';

/** What a check does to its connection. */
export interface CheckPort {
  /** Opens a connection, after closing the one there is. */
  connect(step: ConnectStep): void;
  /** Queues bytes to be sent. */
  send(bytes: Uint8Array): void;
  /** Ends the connection; no event comes after that. */
  close(): void;
}

/** What a check asks about its server. */
export interface CheckSubject {
  /** The server is down. */
  readonly stopped: boolean;
  /** What `http-check send-state` says of it. */
  stateHeader(): string;
}

/** Where opening a connection failed before the network had a say. */
export type OpenFailure = 'socket' | 'bind' | 'ports' | 'connect';

const OPEN_FAILURES: Readonly<Record<OpenFailure, string>> = {
  socket: 'General socket error',
  bind: "Can't bind to source address",
  ports: 'Out of local source ports on the system',
  connect: 'General socket error',
};

const NOT_FOUND = 404;

export class CheckAttempt {
  /** How it ended; null while it runs. */
  verdict: CheckVerdict | null = null;
  readonly #chain: CheckChain;
  readonly #port: CheckPort;
  readonly #subject: CheckSubject;
  readonly #limit: number;
  #at = 0;
  #connected = false;
  #sending = false;
  #peerEnded = false;
  #response: HttpCheckResponse | null = null;
  #input = '';
  #headRequest = false;

  /** @param limit most bytes of an answer looked at */
  constructor(chain: CheckChain, port: CheckPort, subject: CheckSubject, limit = 16_384) {
    this.#chain = chain;
    this.#port = port;
    this.#subject = subject;
    this.#limit = limit;
  }

  get connected(): boolean {
    return this.#connected;
  }

  start(): void {
    this.#run();
  }

  /**
   * The connection could not even be tried.
   * @param text the error's text (strerror)
   * @param local the attempt failed in this machine, not on its way to the peer: unix sockets, no descriptor left
   */
  openFailed(failure: OpenFailure, text: string, local: boolean): void {
    const status = local ? 'SOCKERR' : 'L4CON';
    this.#end({ status, code: 0, info: `${OPEN_FAILURES[failure]} (${text})${this.#where()}` });
  }

  /** The peer accepted. `proxyHeader` goes before everything else. */
  onConnected(proxyHeader: Uint8Array | null): void {
    this.#connected = true;
    if (proxyHeader === null) this.#advance();
    else this.#send(proxyHeader);
  }

  /** All that was to be sent has left. */
  onSent(): void {
    if (!this.#sending) return;
    this.#sending = false;
    this.#advance();
  }

  onBytes(bytes: Uint8Array): void {
    if (this.#chain.protocol === 'http') {
      this.#response ??= new HttpCheckResponse(this.#limit, this.#headRequest);
      this.#response.add(bytes);
    } else {
      const room = this.#limit - this.#input.length;
      this.#input += Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, room)).toString('latin1');
    }
    if (this.#step?.kind === 'expect') this.#run();
  }

  /** The peer ended its side. */
  onEnd(): void {
    this.#peerEnded = true;
    if (this.#step?.kind === 'expect') this.#run();
  }

  /** The connection failed; `text` is strerror's. What was received before may be an answer all the same. */
  onError(text: string): void {
    if (this.#connected && this.#response?.headComplete) {
      this.onEnd();
      if (this.verdict !== null) return;
    }
    this.#end({ status: this.#connected ? 'SOCKERR' : 'L4CON', code: 0, info: `${text}${this.#where()}` });
  }

  onTimeout(): void {
    const step = this.#step;
    const wanted = step?.kind === 'expect' ? step.expect.timeoutStatus : undefined;
    this.#end({ status: this.#connected ? (wanted ?? 'L7TOUT') : 'L4TOUT', code: 0, info: this.#where() });
  }

  get #step(): CheckStep | undefined {
    return this.#chain.steps[this.#at];
  }

  #where(): string {
    return this.#step === undefined ? '' : whereText(this.#chain, this.#step);
  }

  #advance(): void {
    this.#at++;
    this.#run();
  }

  #send(bytes: Uint8Array): void {
    this.#sending = true;
    this.#port.send(bytes);
  }

  /** Goes on until something must be waited for. */
  #run(): void {
    while (this.verdict === null) {
      const step = this.#step;
      if (step === undefined) {
        this.#end(this.#success());
        return;
      }
      switch (step.kind) {
        case 'connect':
          this.#connected = false;
          this.#peerEnded = false;
          this.#forget();
          this.#port.connect(step);
          return;
        case 'send':
          this.#forget();
          this.#headRequest = step.headRequest;
          this.#send(step.bytes(this.#chain.sendState ? this.#subject.stateHeader() : ''));
          return;
        case 'expect':
          if (!this.#isMet(step)) return;
          this.#at++;
      }
    }
  }

  /** False: there is a verdict, or more data are to be waited for. */
  #isMet(step: ExpectStep): boolean {
    const http = this.#chain.protocol === 'http';
    if (!this.#peerEnded && (http ? this.#response === null : this.#input === '')) return false;
    if (http && this.#conditional) return true;
    if (!http && this.#input === '') {
      this.#end(emptyAnswer(step));
      return false;
    }
    this.#response ??= http ? new HttpCheckResponse(this.#limit, this.#headRequest) : null;
    const last = this.#peerEnded;
    const judgement =
      this.#response !== null
        ? judgeResponse(step, this.#response, last)
        : judgeBytes(step, this.#input, last || this.#input.length >= this.#limit);
    if (judgement === PASSED) return true;
    if (judgement === WAIT) this.#at = step.head;
    else this.#end(judgement);
    return false;
  }

  /** `disable-on-404`: the server asks to be left alone, and was up. */
  get #conditional(): boolean {
    const response = this.#response;
    return (
      this.#chain.disableOn404 &&
      response?.headComplete === true &&
      response.head.status === NOT_FOUND &&
      !this.#subject.stopped
    );
  }

  #success(): CheckVerdict {
    const { protocol, steps } = this.#chain;
    const step = steps.at(-1);
    const info = protocol === 'tcp' ? '(tcp-check)' : '';
    if (step?.kind === 'connect') return { status: 'L4OK', code: 0, info: step.implicit ? '' : '(tcp-check)' };
    if (step?.kind === 'send') return { status: 'L7OK', code: 0, info: '(tcp-check)' };
    const code = this.#response?.head.status ?? 0;
    if (this.#conditional) return { status: 'L7OKC', code, info: '' };
    const { okStatus, onSuccess } = (step as ExpectStep).expect;
    return { status: okStatus ?? 'L7OK', code, info: onSuccess === '' ? info : onSuccess };
  }

  #forget(): void {
    this.#response = null;
    this.#input = '';
  }

  #end(verdict: CheckVerdict): void {
    if (this.verdict !== null) return;
    this.verdict = verdict;
    this.#port.close();
  }
}
