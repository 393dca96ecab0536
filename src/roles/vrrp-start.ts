/**
 * From the command line to a running agent, or to the verdict of `-t`: namespace, configuration, background. Exit codes of
 * `-t` are keepalived's (vrrp/config/report.ts).
 */

import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { errnoMessage } from '../sys/errno.ts';
import { enterNamespace } from '../sys/netns.ts';
import { type LoadResult, loadKeepalived } from '../vrrp/config/load.ts';
import { allowedScripts } from '../vrrp/notification/allowed-scripts.ts';
import { readyDescriptor, runInBackground } from './daemon.ts';
import type { VrrpArguments } from './vrrp-arguments.ts';
import type { EarlySignals } from './vrrp-signals.ts';

const EXIT_FAILURE = 1;

/** What a configuration has to say, a line each, as keepalived words it. */
function reportLines({ diagnostics }: LoadResult): string {
  return diagnostics.list.map(({ text, hint }) => `${text}${hint === undefined ? '' : ` (${hint})`}\n`).join('');
}

/** keepalived's exit code for mistakes with which it runs. */
const EXIT_MISTAKES = 5;

/** `-t`: to standard error, or to the end of a file. */
function reportTest(given: VrrpArguments, loaded: LoadResult): number {
  // What a start would say of the scripts and would not run.
  const scripts = loaded.model === undefined ? undefined : allowedScripts(loaded.model);
  const path = given.test ?? '';
  let fd = 2;
  if (path !== '') {
    try {
      fd = openSync(path, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW, 0o644);
    } catch (error) {
      process.stderr.write(`Unable to open config-test log file ${path}: ${(error as Error).message}\n`);
      return EXIT_FAILURE;
    }
  }
  writeSync(fd, reportLines(loaded));
  for (const message of scripts?.messages ?? []) writeSync(fd, `${message}\n`);
  if (fd !== 2) closeSync(fd);
  const mistaken = loaded.exitCode === 0 && scripts !== undefined && scripts.disabledTracks.length > 0;
  return mistaken ? EXIT_MISTAKES : loaded.exitCode;
}

function moved(namespace: string): boolean {
  const result = enterNamespace(namespace);
  if (result >= 0) return true;
  process.stderr.write(`Unable to set network namespace ${namespace} - exiting (${errnoMessage(-result)})\n`);
  return false;
}

/** Returns an exit code; an agent in the foreground, or a daemon's child, goes on after that. */
export async function runAgent(given: VrrpArguments, early: EarlySignals): Promise<number> {
  const readyFd = readyDescriptor();
  if (given.unexpected.length > 0 && readyFd === undefined) {
    process.stdout.write(`Unexpected argument(s): ${given.unexpected.join(' ')} \n`);
  }
  if (!given.foreground && readyFd === undefined) return runInBackground([]);
  if (given.umask !== undefined) process.umask(given.umask);
  // A daemon works in /: the path is told apart from where we are now.
  const path = resolve(given.configuration);
  const load = (): LoadResult =>
    loadKeepalived(path, {
      configId: given.configId ?? hostname().replace(/\..*$/, ''),
      allFiles: given.allConfiguration,
    });
  // Interfaces are looked up where the agent will live.
  if (given.namespace !== undefined && !moved(given.namespace)) return EXIT_FAILURE;
  let loaded = load();
  const told = loaded.model?.global.netNamespace ?? '';
  if (given.namespace === undefined && told !== '') {
    if (!moved(told)) return EXIT_FAILURE;
    loaded = load();
  }
  if (given.test !== undefined) return reportTest(given, loaded);
  if (loaded.model === undefined) {
    process.stderr.write(reportLines(loaded));
    return loaded.exitCode === 0 ? EXIT_FAILURE : loaded.exitCode;
  }
  // Only what serves needs the machinery.
  const { VrrpService } = await import('./vrrp-service.ts');
  return new VrrpService(loaded.model, { given, load, loaded, readyFd, early }).start();
}
