/**
 * The console's way in: a unix socket that only the owner of the state directory can open. One word in, text out. It also
 * keeps a second admin from using the same directory.
 */

import { chmodSync, unlinkSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';

export const CONSOLE_WORDS = ['unclaim', 'fingerprint', 'status', 'facts'] as const;
export type ConsoleWord = (typeof CONSOLE_WORDS)[number];

/** What `facts` answers, as a line of JSON: for the appliance role, which shows it on the console of the device. */
export interface ConsoleFacts {
  readonly port: number;
  /** What its owner calls the unit; `''`: it is nobody's. */
  readonly unit: string;
  /** Null: it is claimed. */
  readonly claimCode: string | null;
  readonly fingerprint: string;
}

const LONGEST_WORD = 64;
const ANSWER_MS = 10_000;

export function consolePath(directory: string): string {
  return join(directory, 'console.sock');
}

/** Undefined: no admin runs on this directory. */
export function askConsole(directory: string, word: ConsoleWord): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect(consolePath(directory));
    let answer = '';
    let connected = false;
    socket.setEncoding('utf8');
    socket.setTimeout(ANSWER_MS, () => socket.destroy(new Error('the running admin does not answer')));
    socket.once('connect', () => {
      connected = true;
      socket.end(`${word}\n`);
    });
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.once('error', (error) => (connected ? reject(error) : resolve(undefined)));
    socket.once('end', () => resolve(answer));
  });
}

/** Listens; `answer` gets a known word. Nobody else listens: see askConsole. */
export function openConsole(directory: string, answer: (word: ConsoleWord) => Promise<string>): Promise<Server> {
  const path = consolePath(directory);
  try {
    unlinkSync(path); // left by an admin that was killed
  } catch {
    // Usually there is none.
  }
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    let text = '';
    socket.setEncoding('utf8');
    socket.setTimeout(ANSWER_MS, () => socket.destroy());
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      text += chunk;
      if (text.length > LONGEST_WORD) socket.destroy();
    });
    socket.on('end', () => {
      const word = CONSOLE_WORDS.find((one) => one === text.trim());
      if (word === undefined) socket.end('unknown\n');
      else
        answer(word).then(
          (line) => socket.end(`${line}\n`),
          (error: Error) => socket.end(`failed: ${error.message}\n`),
        );
    });
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      chmodSync(path, 0o600);
      resolve(server);
    });
  });
}
