/** Runs wrk (as many requests as the proxy takes) and reads what it prints. */
import { execFile } from 'node:child_process';
import { findProgram } from '../find-program.ts';
import { pinning } from './programs.ts';

export interface WrkOptions {
  readonly url: string;
  readonly connections: number;
  readonly seconds: number;
  readonly headers?: readonly string[];
  readonly core?: number;
}

export interface WrkResult {
  readonly requests: number;
  readonly seconds: number;
  readonly requestsPerSecond: number;
  /** Failed connects, reads, writes and answers that did not come in time. */
  readonly socketErrors: number;
  /** Answers that were neither 2xx nor 3xx. */
  readonly badStatuses: number;
}

export function parseWrk(output: string): WrkResult {
  const number = (pattern: RegExp): number => Number(pattern.exec(output)?.[1] ?? 0);
  const [, connects, reads, writes, timeouts] =
    /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(output)?.map(Number) ?? [];
  const duration = /(\d+) requests in ([\d.]+)(ms|s|m),/.exec(output);
  if (duration === null) {
    throw new Error(`wrk said something unknown:\n${output}`);
  }
  const unit = { ms: 0.001, s: 1, m: 60 }[duration[3] as 'ms' | 's' | 'm'];
  return {
    requests: Number(duration[1]),
    seconds: Number(duration[2]) * unit,
    requestsPerSecond: number(/Requests\/sec:\s+([\d.]+)/),
    socketErrors: (connects ?? 0) + (reads ?? 0) + (writes ?? 0) + (timeouts ?? 0),
    badStatuses: number(/Non-2xx or 3xx responses: (\d+)/),
  };
}

export function runWrk(options: WrkOptions): Promise<WrkResult> {
  const wrk = findProgram('wrk');
  if (wrk === null) {
    return Promise.reject(new Error('wrk is not installed'));
  }
  const words = [...pinning(options.core), wrk, '-t1', `-c${options.connections}`, `-d${options.seconds}s`];
  words.push('--timeout', '10s');
  for (const header of options.headers ?? []) {
    words.push('-H', header);
  }
  words.push(options.url);
  const [file, ...rest] = words;
  return new Promise((resolve, reject) => {
    execFile(file as string, rest, (error, stdout, stderr) => {
      if (error !== null) {
        reject(new Error(`wrk failed: ${error.message} ${stderr}`));
      } else {
        resolve(parseWrk(stdout));
      }
    });
  });
}
