/**
 * `mahalo appliance console`: a prompt with the words of the control socket, and a few of its own. It ends when nobody
 * types for a while, for a process that waits costs memory; init asks for Enter then.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface, type Interface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { askAppliance } from '../control/ask.ts';
import type { AppliancePaths } from '../paths.ts';
import { askWord } from './ask-word.ts';

const IDLE_MS = 15 * 60_000;
const AGAIN_MS = 2_000;
const PROMPT = 'mahalo> ';
/** Words that end what others rely on. */
const GRAVE = new Set(['reboot', 'power-off', 'factory-reset', 'unclaim', 'slot-switch', 'update-start']);

interface HelpLine {
  readonly word: string;
  readonly help: string;
}

export class Prompt {
  readonly #paths: AppliancePaths;
  readonly #lines: Interface;
  #words: readonly HelpLine[] = [];
  #closed = false;
  /** A word runs: its answer is being written. */
  #busy = true;
  #left = false;

  constructor(paths: AppliancePaths) {
    this.#paths = paths;
    this.#lines = createInterface({
      input: process.stdin,
      output: process.stdout,
      prompt: PROMPT,
      completer: (typed: string) => [
        this.#words.map(({ word }) => word).filter((word) => word.startsWith(typed)),
        typed,
      ],
    });
  }

  /** Until the end of input, `exit`, or a long silence. */
  async run(): Promise<void> {
    // At once: what is typed before we are ready counts.
    const typed = this.#lines[Symbol.asyncIterator]();
    this.#lines.once('close', () => {
      this.#closed = true;
    });
    void this.#followBanner();
    await this.#learnWords();
    while (!this.#left) {
      this.#busy = false;
      this.#prompt();
      // One line after the other: what is typed meanwhile waits.
      const idle = setTimeout(() => this.#lines.close(), IDLE_MS);
      const next = await typed.next();
      clearTimeout(idle);
      if (next.done === true) break;
      this.#busy = true;
      await this.#answer(next.value.trim().split(/\s+/));
    }
    this.#closed = true;
  }

  #prompt(): void {
    if (!this.#closed) this.#lines.prompt(true);
  }

  async #answer([word = '', ...fields]: readonly string[]): Promise<void> {
    switch (word) {
      case '':
        return;
      case 'exit':
        this.#left = true;
        return;
      case 'help':
        await this.#learnWords();
        process.stdout.write(this.#help());
        return;
      case 'shell':
        await this.#shell();
        return;
      default:
        if (GRAVE.has(word) && fields.at(-1) !== 'yes') {
          process.stdout.write(`to be sure, type: ${[word, ...fields].join(' ')} yes\n`);
          return;
        }
        await askWord(this.#paths, word, GRAVE.has(word) ? fields.slice(0, -1) : fields);
    }
  }

  #help(): string {
    const own: HelpLine[] = [{ word: 'exit', help: 'leave this prompt' }];
    if (existsSync(this.#paths.development)) own.push({ word: 'shell', help: 'a shell (development builds only)' });
    const width = Math.max(...[...this.#words, ...own].map(({ word }) => word.length));
    return [...this.#words, ...own].map(({ word, help }) => `${word.padEnd(width)}  ${help}\n`).join('');
  }

  async #learnWords(): Promise<void> {
    try {
      this.#words = (await askAppliance(this.#paths.controlSocket, { command: 'help' })) as readonly HelpLine[];
    } catch (error) {
      process.stdout.write(`${(error as Error).message}\n`);
    }
  }

  async #shell(): Promise<void> {
    if (!existsSync(this.#paths.development)) {
      process.stdout.write('there is no shell on this build\n');
      return;
    }
    this.#lines.pause();
    process.stdin.setRawMode?.(false);
    const shell = spawn('/bin/sh', ['-i'], { stdio: 'inherit' });
    await Promise.race([once(shell, 'exit'), once(shell, 'error')]);
    process.stdin.setRawMode?.(true);
    this.#lines.resume();
  }

  /** Around what is typed: the line is taken away, the banner printed, and the line put back as it was. */
  #show(text: string): void {
    process.stdout.write(process.stdout.isTTY ? `\r\x1b[K${text}` : text);
    if (!this.#busy) this.#prompt();
  }

  async #followBanner(): Promise<void> {
    while (!this.#closed) {
      try {
        const onProgress = (text: unknown): void => this.#show(String(text));
        await askAppliance(this.#paths.controlSocket, { command: 'banner', follow: true }, { onProgress });
      } catch {
        // It is started again in a moment, and so are we.
      }
      await delay(AGAIN_MS, undefined, { ref: false });
    }
  }
}
