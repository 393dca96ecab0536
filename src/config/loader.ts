/**
 * From the text of configuration files to the model. The parser itself never waits: when it meets host names, they are
 * looked up after a first pass, and a second pass reads the same text with the answers.
 */

import { checkConfiguration, checkServerAddresses } from './check.ts';
import { DefaultPath, type DirectoryProblem } from './default-path.ts';
import { type Diagnostic, Diagnostics } from './diagnostics.ts';
import { type ConfigurationDraft, newGlobal } from './draft.ts';
import { Environment } from './environment.ts';
import { reportFindings } from './findings.ts';
import { freezeConfiguration } from './freeze.ts';
import { withHint } from './hints.ts';
import { useKeyFiles } from './key-files.ts';
import { laterErrors } from './later-errors.ts';
import type { Model } from './model.ts';
import { type ConfigurationFile, Parser } from './parser.ts';
import { PatternLists } from './pattern-lists.ts';
import { SourceLines } from './source-lines.ts';
import type { ParserPorts } from './statement.ts';

export interface LoadOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly readFile: ParserPorts['readFile'];
  readonly userId: ParserPorts['userId'];
  readonly groupId: ParserPorts['groupId'];
  readonly networkNamespace: ParserPorts['networkNamespace'];
  readonly machineName: string;
  /** Why a directory cannot be entered, in the words of the system. */
  readonly directoryProblem: DirectoryProblem;
  /** The working directory, for messages. */
  readonly startDirectory: string;
  readonly product: ParserPorts['product'];
  /** The address of a host name; undefined when there is none. `family` 0 takes either. */
  readonly resolveHost: (name: string, family: 0 | 4 | 6) => Promise<string | undefined>;
}

export interface LoadResult {
  /** Undefined when there was a fatal error. */
  readonly model: Model | undefined;
  /** What HAProxy says as well, in its order. */
  readonly diagnostics: readonly Diagnostic[];
  /** The same, and what it says in a later run only (`later`), with `-dD` only, or not at all (severity `diag`). */
  readonly everything: readonly Diagnostic[];
  /** What `haproxy -c` exits with: 0 valid, 1 errors, 2 nothing to listen on. */
  readonly exitCode: 0 | 1 | 2;
}

/** What the lookups of a first pass found out. */
class HostTable {
  readonly #known = new Map<string, string | undefined>();
  readonly wanted = new Map<string, { readonly name: string; readonly family: 0 | 4 | 6 }>();

  find(name: string, family: 0 | 4 | 6): string | undefined {
    const key = `${family} ${name}`;
    if (!this.#known.has(key)) this.wanted.set(key, { name, family });
    return this.#known.get(key);
  }

  async resolveWanted(resolve: LoadOptions['resolveHost']): Promise<boolean> {
    if (this.wanted.size === 0) return false;
    await Promise.all(
      [...this.wanted].map(async ([key, { name, family }]) => {
        this.#known.set(key, await resolve(name, family));
      }),
    );
    this.wanted.clear();
    return true;
  }
}

interface Pass {
  readonly draft: ConfigurationDraft;
  readonly diagnostics: Diagnostics;
}

function parseOnce(files: readonly ConfigurationFile[], options: LoadOptions, hostNames: HostTable): Pass {
  const diagnostics = new Diagnostics();
  const draft: ConfigurationDraft = {
    global: newGlobal(),
    defaults: [],
    proxies: [],
    frontendNames: new Map(),
    backendNames: new Map(),
    userLists: [],
    errorSections: [],
    patternLists: new PatternLists(),
    lines: new SourceLines(),
  };
  const environment = new Environment({
    HAPROXY_LOCALPEER: options.machineName,
    ...options.environment,
    HAPROXY_CFGFILES: files.map((file) => file.name).join(';'),
  });
  const defaultPath = new DefaultPath(options.directoryProblem, options.startDirectory);
  const ports: ParserPorts = {
    variables: (name) => environment.get(name),
    hostNames,
    readFile: (path) => options.readFile(defaultPath.resolve(path)),
    userId: options.userId,
    groupId: options.groupId,
    networkNamespace: options.networkNamespace,
    machineName: options.machineName,
    product: options.product,
  };
  useKeyFiles(ports.readFile);
  const parser = new Parser({ ports, diagnostics, draft, environment, defaultPath });
  for (const file of files) {
    const before = diagnostics.fatalCount;
    const goOn = parser.read(file);
    if (diagnostics.fatalCount > before) {
      diagnostics.giveUp(`Error(s) found in configuration file : ${file.name}`);
    }
    if (!goOn) return { draft, diagnostics };
  }
  draft.global.environment = environment.changes;
  if (diagnostics.fatalCount === 0) checkConfiguration(draft, diagnostics);
  else diagnostics.add(laterErrors(draft, diagnostics.list));
  if (diagnostics.fatalCount > 0) diagnostics.giveUp('Fatal errors found in configuration.');
  else if (checkServerAddresses(draft, diagnostics)) {
    diagnostics.giveUp('Failed to initialize server(s) addr.');
  }
  return { draft, diagnostics };
}

/** Reads configuration files in the given order. Never throws for what is in them. */
export async function loadConfiguration(
  files: readonly ConfigurationFile[],
  options: LoadOptions,
): Promise<LoadResult> {
  const hostNames = new HostTable();
  let pass = parseOnce(files, options, hostNames);
  if (await hostNames.resolveWanted(options.resolveHost)) pass = parseOnce(files, options, hostNames);
  const { draft, diagnostics } = pass;
  if (diagnostics.fatalCount === 0) reportFindings(draft, diagnostics);
  const everything = diagnostics.list.map((one) => withHint(one, draft));
  const said = everything.filter((one) => one.severity !== 'diag' && !one.later);
  if (diagnostics.fatalCount > 0) return { model: undefined, diagnostics: said, everything, exitCode: 1 };
  const listening = draft.proxies.some((proxy) => !proxy.disabled && proxy.binds.length > 0);
  return { model: freezeConfiguration(draft), diagnostics: said, everything, exitCode: listening ? 0 : 2 };
}
