/**
 * Where configurations come from: files and directories in their order, and the answers of this machine to what the
 * parser asks (files, accounts, host names). The only part of `config` that touches the system.
 */

import { lookup } from 'node:dns/promises';
import { accessSync, constants, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { LoadOptions } from './loader.ts';
import type { ConfigurationFile } from './parser.ts';

/** Why a file or directory cannot be read, in the system's words. */
function reasonOf(problem: unknown): string {
  if (!(problem instanceof Error)) return String(problem);
  const code = 'code' in problem ? String(problem.code) : '';
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: 'No such file or directory',
    EACCES: 'Permission denied',
    EISDIR: 'Is a directory',
    ENOTDIR: 'Not a directory',
    ELOOP: 'Too many levels of symbolic links',
  };
  return reasons[code] ?? problem.message;
}

export type SourcesResult = { readonly files: readonly ConfigurationFile[] } | { readonly error: string };

/** The files of one `-f`: itself, or the `*.cfg` of a directory in the order of their names' bytes. */
function expandPath(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => name.endsWith('.cfg') && !name.startsWith('.'))
    .map((name) => join(path, name))
    .filter((name) => statSync(name).isFile())
    .sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
}

/** Reads all files named by `-f` (and after `--`), in order. The error is a message of HAProxy. */
export function readSources(paths: readonly string[]): SourcesResult {
  const names: string[] = [];
  for (const path of paths) {
    try {
      names.push(...expandPath(path));
    } catch (problem) {
      return { error: `Cannot open configuration file/directory ${path} : ${reasonOf(problem)}` };
    }
  }
  const files: ConfigurationFile[] = [];
  for (const name of names) {
    try {
      files.push({ name, text: readFileSync(name, 'latin1') });
    } catch (problem) {
      return { error: `Could not open configuration file ${name} : ${reasonOf(problem)}` };
    }
  }
  return { files };
}

/** The number of an account in /etc/passwd or /etc/group, whose third field it is in both. */
function findAccount(file: string, name: string): number | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    // No such file: no such account.
    return undefined;
  }
  for (const line of text.split('\n')) {
    const [account, , id] = line.split(':');
    if (account === name && id !== undefined && /^\d+$/.test(id)) return Number(id);
  }
  return undefined;
}

/** For programs that are not asked what they can: `.if feature(...)` is false. */
const UNKNOWN_PRODUCT: LoadOptions['product'] = { features: '', version: '2.6', tlsVersion: undefined };

function directoryProblem(path: string): string | undefined {
  try {
    if (!statSync(path).isDirectory()) return 'Not a directory';
    accessSync(path, constants.X_OK);
    return undefined;
  } catch (problem) {
    return reasonOf(problem);
  }
}

/** The options of `loadConfiguration` on this machine. Relative paths are relative to the working directory. */
export function systemOptions(product = UNKNOWN_PRODUCT): LoadOptions {
  return {
    environment: process.env,
    product,
    directoryProblem,
    startDirectory: process.cwd(),
    machineName: hostname(),
    readFile(path) {
      try {
        return { bytes: readFileSync(Buffer.from(path, 'latin1')) };
      } catch (problem) {
        return { error: reasonOf(problem) };
      }
    },
    userId: (name) => findAccount('/etc/passwd', name),
    groupId: (name) => findAccount('/etc/group', name),
    // Where iproute2 keeps them.
    networkNamespace: (name) => existsSync(`/var/run/netns/${name}`),
    async resolveHost(name, family) {
      try {
        return (await lookup(name, { family })).address;
      } catch {
        // The caller says which line could not be resolved.
        return undefined;
      }
    },
  };
}
