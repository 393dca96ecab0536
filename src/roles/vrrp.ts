/**
 * The role `mahalo vrrp`: keepalived's command line in front, an agent behind it (vrrp-start.ts), or a question to one
 * that runs (vrrp-commands.ts). Exit codes of `-t` are keepalived's (vrrp/config/report.ts).
 */

import { parseVrrpArguments, type VrrpArguments } from './vrrp-arguments.ts';
import { isVrrpCommand } from './vrrp-command-names.ts';
import { signalNumber } from './vrrp-signal-numbers.ts';
import { EarlySignals } from './vrrp-signals.ts';
import { VRRP_USAGE, vrrpVersionText } from './vrrp-usage.ts';

const EXIT_FAILURE = 1;
const EXIT_USAGE = 2;

/** Runs to the end of what has an end; an agent goes on after this has returned. */
export async function runVrrp(words: readonly string[]): Promise<void> {
  process.exitCode = await run(words);
}

async function run(words: readonly string[]): Promise<number> {
  const [first] = words;
  if (first !== undefined && !first.startsWith('-')) {
    if (isVrrpCommand(first)) {
      const { runVrrpCommand } = await import('./vrrp-commands.ts');
      return runVrrpCommand(words);
    }
    if (first === 'keywords') {
      const { runVrrpKeywords } = await import('./vrrp-keywords.ts');
      return runVrrpKeywords(words.slice(1));
    }
    process.stderr.write(`mahalo vrrp: unknown command '${first}'\n\n${VRRP_USAGE}`);
    return EXIT_USAGE;
  }
  const parsed = parseVrrpArguments(words);
  switch (parsed.kind) {
    case 'version':
      process.stderr.write(vrrpVersionText());
      return 0;
    case 'usage':
      process.stderr.write(VRRP_USAGE);
      return 0;
    case 'signum':
      return printSignal(parsed.name);
    case 'refused':
      process.stderr.write(`${parsed.lines.join('\n')}\n`);
      return EXIT_FAILURE;
    case 'run':
      return start(parsed.arguments);
  }
}

async function start(given: VrrpArguments): Promise<number> {
  const early = new EarlySignals();
  const { runAgent } = await import('./vrrp-start.ts');
  return runAgent(given, early);
}

function printSignal(name: string): number {
  const number = signalNumber(name);
  if (number === undefined) {
    process.stderr.write(`Unknown sigfunc ${name}\n`);
    return EXIT_FAILURE;
  }
  process.stdout.write(`${number}\n`);
  return 0;
}
