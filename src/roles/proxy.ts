/**
 * The role `mahalo proxy`: HAProxy's command. Reads the command line and the configuration, then checks and exits, goes
 * to the background, or serves (proxy-service.ts). Exit codes are HAProxy's: 0 fine, 1 refused, 2 valid but nothing to
 * listen on.
 */

import { evaluateConditional } from '../config/conditional.ts';
import { keywordClasses } from '../config/keyword-table.ts';
import { lexLine } from '../config/lexer.ts';
import { allKeywords } from '../config/registry.ts';
import { exitCodeOf } from '../config/report.ts';
import { calledName } from '../sys/own-program.ts';
import { inheritedDescriptors, readyDescriptor, runInBackground } from './daemon.ts';
import {
  buildOptionsText,
  FEATURES,
  FILTERS_TEXT,
  POLLERS_TEXT,
  PRODUCT_VERSION,
  versionText,
} from './product-version.ts';
import { type ProxyArguments, parseProxyArguments } from './proxy-arguments.ts';
import { checkForEditor, readConfiguration } from './proxy-configuration.ts';
import { usageText } from './proxy-usage.ts';
import { StartupMessages } from './startup-messages.ts';

/** As it stands in messages such as `[mahalo.main()] ...`. */
const PROGRAM = 'mahalo';

/** Runs to the end of what has an end; a service goes on after this has returned. */
export async function runProxy(words: readonly string[]): Promise<void> {
  const result = parseProxyArguments(words);
  switch (result.kind) {
    case 'version':
      process.stdout.write(versionText() + (result.buildOptions ? buildOptionsText() : ''));
      return;
    case 'usage':
      exitWithUsage();
      return;
    case 'refused':
      messagesFor(false, false).alert(result.text);
      if (result.usage) {
        exitWithUsage();
      }
      process.exitCode = 1;
      return;
    case 'run':
      process.exitCode = await run(result.arguments);
  }
}

function messagesFor(quiet: boolean, verbose: boolean): StartupMessages {
  return new StartupMessages({ quiet, verbose, executable: calledName(), version: PRODUCT_VERSION });
}

function exitWithUsage(): void {
  process.stderr.write(versionText() + usageText(PROGRAM));
  process.exitCode = 1;
}

async function run(given: ProxyArguments): Promise<number> {
  const messages = messagesFor(given.quiet, given.verbose);
  if (given.directory !== undefined) {
    try {
      process.chdir(given.directory);
    } catch (error) {
      messages.alert(`Could not change to directory ${given.directory} : ${systemReason(error)}`);
      return 1;
    }
  }
  if (given.localPeer !== undefined) {
    process.env['HAPROXY_LOCALPEER'] = given.localPeer;
  }
  if (given.condition !== undefined) {
    return checkCondition(given.condition, messages);
  }
  if (given.configurations.length === 0) {
    exitWithUsage();
    return 1;
  }
  if (given.json) {
    const report = await checkForEditor(given);
    if (report === undefined) {
      exitWithUsage();
      return 1;
    }
    process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
    return exitCodeOf(report);
  }
  const readyFd = readyDescriptor();
  // A daemon's child reads what its parent has already commented on.
  const commented = readyFd === undefined ? messages : messagesFor(true, false);
  const configuration = await readConfiguration(given, commented);
  if (configuration.kind === 'usage') {
    exitWithUsage();
    return 1;
  }
  if (configuration.kind === 'failed') {
    return 1;
  }
  const { model, listening } = configuration;
  messages.setQuiet(model.global.quiet);
  printLists(given);
  if (given.checkOnly) {
    return reportCheck(messages, listening);
  }
  if (given.verbose || given.debug) {
    messages.print(`${POLLERS_TEXT}\n${FILTERS_TEXT}Using epoll() as the polling mechanism.\n`);
  }
  if (model.global.daemon && readyFd === undefined) {
    return runInBackground(inheritedDescriptors(model));
  }
  // Only what serves needs the machinery: a check answers an editor in a fraction of the time.
  const { ProxyService } = await import('./proxy-service.ts');
  const service = new ProxyService(model, { program: PROGRAM, messages, given, readyFd });
  return service.start();
}

/** `-dL` and `-dK`. */
function printLists(given: ProxyArguments): void {
  if (given.objectFiles) {
    const libraries =
      (process.report.getReport() as { readonly sharedObjects?: readonly string[] }).sharedObjects ?? [];
    process.stdout.write(`${['List of loaded object files:', process.execPath, ...libraries].join('\n')}\n`);
  }
  if (given.keywordClasses !== undefined) {
    process.stdout.write(keywordClasses(allKeywords(), given.keywordClasses));
  }
}

function reportCheck(messages: StartupMessages, listening: boolean): number {
  if (messages.warnings > 0) {
    messages.print('Warnings were found.\n');
  }
  messages.print(
    listening
      ? 'Configuration file is valid\n'
      : 'Configuration file has no error but will not start (no listener) => exit(2).\n',
  );
  return listening ? 0 : 2;
}

/** `-cc`: 0 when it holds, 1 when not, 2 when it cannot be read. */
function checkCondition(condition: string, messages: StartupMessages): number {
  const words = lexLine(condition, (name) => process.env[name]);
  if (words.kind === 'error') {
    messages.alert(`config : Syntax Error in condition: ${words.message}`);
    return 2;
  }
  const result = evaluateConditional(words.words.map((word) => word.text).join(' '), {
    environment: process.env,
    features: FEATURES,
    version: PRODUCT_VERSION,
    tlsVersion: undefined,
  });
  if (result.kind === 'error') {
    if (result.message !== '') {
      messages.alert(`config : Failed to evaluate condition: ${result.message}`);
    }
    return 2;
  }
  return result.value ? 0 : 1;
}

/** `No such file or directory` out of Node's `ENOENT: no such file or directory, chdir ...`. */
function systemReason(error: unknown): string {
  const text = /^[A-Z0-9]+: ([^,]*)/.exec(error instanceof Error ? error.message : '')?.[1] ?? String(error);
  return text.charAt(0).toUpperCase() + text.slice(1);
}
