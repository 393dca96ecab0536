/**
 * Where the agent's messages go, as keepalived's: syslog under the name its VRRP process has there, the console (`-l` with
 * `-n`), a file (`-g`). A line is written at once; a full or closed destination loses lines, never stops the agent.
 */

import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { basename, dirname, extname, isAbsolute, join } from 'node:path';
import type { Reactor } from '../loop/reactor.ts';
import { LOG_DEBUG, LOG_ERR, LOG_INFO, LOG_NOTICE, LOG_WARNING, LogSender } from '../net/syslog.ts';
import { LogOutlets } from '../net/syslog-outlets.ts';
import { calendarTime } from '../vrrp/control/text-formats.ts';
import type { SyslogFacility } from './vrrp-arguments.ts';

export type LogLevel = 'error' | 'warning' | 'notice' | 'info' | 'detail';

const NUMBERS: Record<LogLevel, number> = {
  error: LOG_ERR,
  warning: LOG_WARNING,
  notice: LOG_NOTICE,
  info: LOG_INFO,
  detail: LOG_INFO,
};

export interface VrrpLogSettings {
  /** On standard error. */
  readonly console: boolean;
  /** `detail` lines too (`-D`). */
  readonly detail: boolean;
  readonly syslog: boolean;
  readonly facility: SyslogFacility;
  /** The file itself (see logFilePath); undefined: none. */
  readonly file: string | undefined;
  /** The name in syslog. */
  readonly tag: string;
  readonly syslogSocket?: string;
}

/** `Keepalived_vrrp`, with namespace and instance behind it where they are set. */
export function syslogTag(namespace: string, instance: string): string {
  return ['Keepalived_vrrp', namespace, instance].filter((part) => part !== '').join('_');
}

/** `_vrrp` before the last dot, as keepalived names its VRRP process's file; in the directory of temporary files. */
export function logFilePath(name: string, temporaryDirectory: string): string {
  const path = isAbsolute(name) ? name : join(temporaryDirectory, name);
  const extension = extname(path);
  return join(dirname(path), `${basename(path, extension)}_vrrp${extension}`);
}

export class VrrpLog {
  readonly #settings: VrrpLogSettings;
  readonly #outlets: LogOutlets;
  readonly #sender: LogSender | undefined;
  #file = -1;

  constructor(reactor: Reactor, settings: VrrpLogSettings) {
    this.#settings = settings;
    this.#outlets = new LogOutlets(reactor);
    if (settings.syslog) {
      const target = {
        address: { kind: 'unix', path: settings.syslogSocket ?? '/dev/log' },
        protocol: 'datagram',
        format: 'local',
        facility: settings.facility,
        maxLevel: LOG_DEBUG,
        minLevel: 0,
        length: 2048,
      } as const;
      this.#sender = new LogSender(
        [target],
        { tag: settings.tag, pid: process.pid, hostname: undefined },
        this.#outlets,
      );
    }
    if (settings.file !== undefined) {
      const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;
      try {
        this.#file = openSync(settings.file, flags, 0o644);
      } catch (error) {
        this.write('error', `Can't open log file ${settings.file}: ${(error as Error).message}`);
      }
    }
  }

  /** Lines are seen on standard error. */
  get console(): boolean {
    return this.#settings.console;
  }

  write(level: LogLevel, text: string): void {
    if (level === 'detail' && !this.#settings.detail) return;
    this.#sender?.send(NUMBERS[level], Buffer.from(text, 'utf8').toString('latin1'));
    if (this.#settings.console) writeLine(2, `${calendarTime(new Date())}: ${text}\n`);
    if (this.#file >= 0) {
      const now = new Date();
      writeLine(
        this.#file,
        `${calendarTime(now, `.${String(now.getMilliseconds()).padStart(3, '0')}000000`)}: ${text}\n`,
      );
    }
  }

  close(): void {
    this.#outlets.close();
    if (this.#file >= 0) closeSync(this.#file);
    this.#file = -1;
  }
}

function writeLine(fd: number, line: string): void {
  try {
    writeSync(fd, line);
  } catch {
    // A reader that is gone or slow, a full disk: there is no other place to say so, and VRRP goes on.
  }
}
