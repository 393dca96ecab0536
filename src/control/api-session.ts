/**
 * A conversation over the runtime API, without its socket: text in, text out. One line is answered and ends the
 * conversation, unless `prompt` was said or more has come already; every answer is followed by an empty line.
 */

import type { ProxyRuntime } from '../proxy/proxy-runtime.ts';
import { commandEnd, commandWords } from './api-words.ts';
import type {
  ApiSocketFacts,
  Command,
  CommandAnswer,
  Level,
  ProcessFacts,
  SessionState,
  SeverityOutput,
} from './command.ts';
import { usageMessage } from './command-help.ts';
import { COMMANDS, findCommand } from './command-table.ts';

/** As much of one command (payload included) as is kept; HAProxy's buffer has this size too. */
const LONGEST_COMMAND = 16_384;
const PAYLOAD_MARK = '<<';
const SEVERITY_NAMES = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'];

/** What a session speaks through. */
export interface SessionPort {
  write(text: string): void;
  /** The same, unless too much waits already: then false, and nothing is said. */
  offer(text: string): boolean;
  /** Everything was said. */
  end(): void;
}

export interface SessionSurroundings {
  readonly runtime: ProxyRuntime;
  readonly facts: ProcessFacts;
  readonly sessions: Iterable<SessionState>;
  readonly sockets: readonly ApiSocketFacts[];
}

export class ApiSession implements SessionState {
  readonly serial: number;
  readonly sinceMs: number;
  level: Level;
  interactive = false;
  severity: SeverityOutput = 'none';
  expert = false;
  experimental = false;
  timeoutMs: number;
  ended = false;

  readonly #around: SessionSurroundings;
  readonly #port: SessionPort;
  #pending = '';
  /** The command before `<<` and the lines since; undefined outside a payload. */
  #payload: { readonly command: string; lines: string[] } | undefined;
  /** Ends what goes on by itself; undefined: nothing does. */
  #stopFollowing: (() => void) | undefined;

  constructor(
    around: SessionSurroundings,
    port: SessionPort,
    settings: { readonly serial: number; readonly level: Level; readonly timeoutMs: number; readonly nowMs: number },
  ) {
    this.#around = around;
    this.#port = port;
    this.serial = settings.serial;
    this.level = settings.level;
    this.timeoutMs = settings.timeoutMs;
    this.sinceMs = settings.nowMs;
  }

  /** An answer goes on by itself: silence is no reason to hang up. */
  get following(): boolean {
    return this.#stopFollowing !== undefined;
  }

  /** The other side is gone. */
  leave(): void {
    this.#stopFollowing?.();
    this.#stopFollowing = undefined;
  }

  /** Takes what was received (one character a byte) and answers every command that is complete. */
  receive(text: string): void {
    if (this.following) {
      // As with HAProxy's own commands that go on: any key ends it.
      this.leave();
      this.ended = true;
    }
    this.#pending += text;
    while (!this.ended && !this.following) {
      const end = this.#payload === undefined ? commandEnd(this.#pending) : this.#pending.indexOf('\n');
      if (end < 0) {
        break;
      }
      const line = this.#pending.slice(0, end).replace(/\r$/, '');
      this.#pending = this.#pending.slice(end + 1);
      this.#line(line);
      if (!this.ended && !this.following && !this.interactive && this.#payload === undefined && this.#pending === '') {
        this.ended = true;
      }
    }
    if (this.#pending.length > LONGEST_COMMAND) {
      this.ended = true;
    }
    if (this.ended) {
      this.#port.end();
    }
  }

  #line(line: string): void {
    const payload = this.#payload;
    if (payload !== undefined) {
      if (line === '') {
        this.#payload = undefined;
        this.#answer(payload.command, payload.lines.join('\n'));
      } else {
        payload.lines.push(line);
      }
    } else if (line.endsWith(PAYLOAD_MARK)) {
      this.#payload = { command: line.slice(0, -PAYLOAD_MARK.length), lines: [] };
    } else {
      this.#answer(line, undefined);
    }
    if (this.ended || this.following) {
      return;
    }
    if (this.interactive) {
      this.#port.write(this.#payload === undefined ? '\n> ' : '+ ');
    } else if (this.#payload === undefined) {
      this.#port.write('\n');
    }
  }

  #answer(line: string, payload: string | undefined): void {
    const words = commandWords(line);
    const command = findCommand(words);
    const answer =
      command === undefined ? { severity: 6, text: usageMessage(words, COMMANDS) } : this.#run(command, words, payload);
    this.#say(answer);
  }

  #run(command: Command, words: readonly string[], payload: string | undefined): CommandAnswer {
    if (command.run === undefined) {
      return { severity: 3, text: `'${command.words.join(' ')}' is not implemented yet.\n` };
    }
    const { runtime, facts, sessions, sockets } = this.#around;
    return command.run({ runtime, facts, sessions, sockets, session: this, words, payload });
  }

  #say(answer: CommandAnswer): void {
    if (typeof answer === 'string') {
      this.#port.write(answer);
      return;
    }
    if ('follow' in answer) {
      this.#stopFollowing = answer.follow((text) => this.#port.offer(text));
      return;
    }
    const { severity, text } = answer;
    if (text === '' || this.severity === 'none') {
      this.#port.write(text);
    } else {
      this.#port.write(`[${this.severity === 'number' ? severity : SEVERITY_NAMES[severity]}]: ${text}`);
    }
  }
}
