/**
 * The configuration of `mahalo proxy`: read, said what is to be said about it, then overridden by the command line where
 * HAProxy lets it.
 */

import type { Diagnostic } from '../config/diagnostics.ts';
import { loadConfiguration } from '../config/loader.ts';
import type { Model } from '../config/model.ts';
import { type CheckReport, reportOf, unreadable } from '../config/report.ts';
import { readSources, systemOptions } from '../config/sources.ts';
import { FEATURES, PRODUCT_VERSION } from './product-version.ts';
import type { ProxyArguments } from './proxy-arguments.ts';
import type { StartupMessages } from './startup-messages.ts';

export type ConfigurationOutcome =
  | { readonly kind: 'model'; readonly model: Model; readonly listening: boolean }
  /** No file was found at all. */
  | { readonly kind: 'usage' }
  | { readonly kind: 'failed' };

const PRODUCT = { features: FEATURES, version: PRODUCT_VERSION, tlsVersion: undefined };

/** Checks for an editor, which gets all there is to say; undefined: no file was found at all. */
export async function checkForEditor(given: ProxyArguments): Promise<CheckReport | undefined> {
  const sources = readSources(given.configurations);
  if ('error' in sources) return unreadable(sources.error);
  if (sources.files.length === 0) return undefined;
  return reportOf(await loadConfiguration(sources.files, systemOptions(PRODUCT)), given.zeroWarning);
}

export async function readConfiguration(
  given: ProxyArguments,
  messages: StartupMessages,
): Promise<ConfigurationOutcome> {
  const sources = readSources(given.configurations);
  if ('error' in sources) {
    messages.alert(`config : ${sources.error}`);
    return { kind: 'failed' };
  }
  if (sources.files.length === 0) {
    return { kind: 'usage' };
  }
  const loaded = await loadConfiguration(sources.files, systemOptions(PRODUCT));
  const { model: read, exitCode } = loaded;
  const model = read === undefined ? undefined : override(read, given);
  if (model?.global.quiet === true) messages.setQuiet(true);
  for (const diagnostic of loaded.everything) {
    const text = `config : ${diagnostic.text}`;
    if (diagnostic.severity === 'alert') messages.alert(text);
    else if (diagnostic.severity === 'warning') messages.warning(text);
    else if (diagnostic.severity === 'notice') messages.notice(text);
    else if (given.diagnose) messages.diagnosis(text);
    if (given.diagnose && diagnostic.hint !== undefined) messages.diagnosis(`config : ${hintText(diagnostic)}`);
  }
  if (model === undefined) {
    return { kind: 'failed' };
  }
  if ((given.zeroWarning || model.global.zeroWarning) && messages.warnings > 0) {
    messages.alert("config : Some warnings were found and 'zero-warning' is set. Aborting.");
    return { kind: 'failed' };
  }
  changeEnvironment(model.global.environment);
  return { kind: 'model', model, listening: exitCode === 0 };
}

/** HAProxy's messages keep their form; where exactly, and what was meant, comes behind them with `-dD`. */
function hintText({ file, line, column, hint }: Diagnostic): string {
  return line === 0 ? `hint: ${hint}` : `[${file}:${line}:${column}] hint: ${hint}`;
}

/** `setenv` and the like: the process itself and what it starts see it too. */
function changeEnvironment(changes: Model['global']['environment']): void {
  for (const { name, value } of changes) {
    const variable = Buffer.from(name, 'latin1').toString('utf8');
    if (value === undefined) delete process.env[variable];
    else process.env[variable] = Buffer.from(value, 'latin1').toString('utf8');
  }
}

/** What the command line says wins over the file. */
function override(model: Model, given: ProxyArguments): Model {
  const foreground = (given.debug || given.foreground) && !given.daemon;
  return {
    ...model,
    global: {
      ...model.global,
      maxconn: given.maxconn > 0 ? given.maxconn : model.global.maxconn,
      pidfile: given.pidfile ?? model.global.pidfile,
      daemon: given.daemon || (model.global.daemon && !foreground),
      quiet: given.quiet || (model.global.quiet && !foreground),
    },
    proxies:
      given.proxyMaxconn > 0
        ? model.proxies.map((proxy) => ({ ...proxy, maxconn: proxy.maxconn ?? given.proxyMaxconn }))
        : model.proxies,
  };
}
