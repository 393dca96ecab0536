/** The command line of `mahalo appliance` to plain data. */

import { parseArgs } from 'node:util';

export interface ApplianceArguments {
  readonly root: string;
  readonly adminAddress: string;
  /** 0: any free one. */
  readonly adminPort: number;
  /** A role that has not answered for so long is killed and started again. */
  readonly silentSeconds: number;
  /** What is told goes to standard error, too. */
  readonly verbose: boolean;
}

export type ApplianceArgumentsResult =
  | { readonly kind: 'run'; readonly arguments: ApplianceArguments }
  /** A question to the one that runs. */
  | { readonly kind: 'ask'; readonly root: string; readonly word: string; readonly fields: readonly string[] }
  | { readonly kind: 'help' }
  | { readonly kind: 'refused'; readonly text: string };

export const APPLIANCE_USAGE = `Usage: mahalo appliance [options]                       start the roles of a unit, and look after them (as root)
       mahalo appliance [options] console               a prompt for the words of the one that runs
       mahalo appliance [options] WORD [NAME=VALUE...]  ask the one that runs: status, network, words, idle, reboot ...
                                                        ("mahalo appliance help" lists its words)

      --root DIR             run, data and what comes with the image are below it (default: /)
      --admin-address TEXT   where the web interface listens (default: ::)
      --admin-port PORT      HTTPS of the web interface (default: 8443; 0: any free one)
      --silent-seconds N     a role that does not answer for so long is killed and started again (default: 30)
      --verbose              say on standard error what goes to run/mahalo/appliance.log
  -h, --help
`;

const OPTIONS = {
  root: { type: 'string', default: '/' },
  'admin-address': { type: 'string', default: '::' },
  'admin-port': { type: 'string', default: '8443' },
  'silent-seconds': { type: 'string', default: '30' },
  verbose: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const LARGEST_PORT = 65535;

export function parseApplianceArguments(words: readonly string[]): ApplianceArgumentsResult {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(words);
  } catch (error) {
    return { kind: 'refused', text: (error as Error).message };
  }
  const { values, positionals } = parsed;
  if (values.help) return { kind: 'help' };
  const [word, ...fields] = positionals;
  if (word !== undefined) return { kind: 'ask', root: values.root, word, fields };
  const text = values['admin-port'];
  const adminPort = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(adminPort <= LARGEST_PORT)) return { kind: 'refused', text: `'${text}' is not a port` };
  const seconds = values['silent-seconds'];
  if (!/^[1-9]\d{0,3}$/.test(seconds)) return { kind: 'refused', text: `'${seconds}' is not a number of seconds` };
  const { root, verbose } = values;
  const adminAddress = values['admin-address'];
  return { kind: 'run', arguments: { root, adminAddress, adminPort, silentSeconds: Number(seconds), verbose } };
}

function parse(words: readonly string[]) {
  return parseArgs({ args: [...words], options: OPTIONS, allowPositionals: true, strict: true });
}
