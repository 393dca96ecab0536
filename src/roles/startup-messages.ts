/**
 * What a starting process says on its standard error, in HAProxy's shape: `[ALERT]    (pid) : text`. The first message
 * is preceded by two notices with version and path. `-q` silences it all, `-V` overrides that.
 */

import { writeSync } from 'node:fs';

export interface MessageSettings {
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** The path of the program, for the second notice. */
  readonly executable: string;
  readonly version: string;
}

export type Severity = 'ALERT' | 'WARNING' | 'NOTICE' | 'DIAG';

/** `[ALERT]    (12) : `; the label is as wide for each severity. */
function label(severity: Severity): string {
  return `${`[${severity}]`.padEnd(10)} (${process.pid}) : `;
}

/** Writes all of it at once, synchronously: the process may be about to exit. */
function writeAll(fd: number, text: string): void {
  let bytes = Buffer.from(text, 'utf8');
  while (bytes.length > 0) {
    try {
      bytes = bytes.subarray(writeSync(fd, bytes));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') {
        continue;
      }
      // Nobody reads (closed pipe, full disk): there is nowhere else to say so.
      return;
    }
  }
}

export class StartupMessages {
  #settings: MessageSettings;
  #introduced = false;
  #starting = true;
  warnings = 0;

  constructor(settings: MessageSettings) {
    this.#settings = settings;
  }

  /** The configuration may be quieter than the command line. */
  setQuiet(quiet: boolean): void {
    this.#settings = { ...this.#settings, quiet };
  }

  /** Start is over: from now on messages come without the introduction. */
  started(): void {
    this.#starting = false;
  }

  get silent(): boolean {
    return this.#settings.quiet && !this.#settings.verbose;
  }

  alert(text: string): void {
    this.#say('ALERT', text);
  }

  warning(text: string): void {
    this.warnings++;
    this.#say('WARNING', text);
  }

  notice(text: string): void {
    this.#say('NOTICE', text, false);
  }

  diagnosis(text: string): void {
    this.#say('DIAG', text, false);
  }

  /** Plain text on the standard output, unless quiet. */
  print(text: string): void {
    if (!this.silent) {
      writeAll(1, text);
    }
  }

  /** Plain text on the standard error, unless quiet. */
  printError(text: string): void {
    if (!this.silent) {
      writeAll(2, text);
    }
  }

  #say(severity: Severity, text: string, introduce = true): void {
    if (this.silent) {
      return;
    }
    let message = '';
    if (introduce && this.#starting && !this.#introduced) {
      this.#introduced = true;
      message += `${label('NOTICE')}haproxy version is ${this.#settings.version}\n`;
      message += `${label('NOTICE')}path to executable is ${this.#settings.executable}\n`;
    }
    writeAll(2, `${message}${label(severity)}${text.replace(/\n?$/, '\n')}`);
  }
}
