/** The command line of `mahalo admin` to plain data. */

import { parseArgs } from 'node:util';
import { CONSOLE_WORDS, type ConsoleWord } from '../admin/console.ts';

export interface AdminArguments {
  /** Undefined: serve. */
  readonly word: ConsoleWord | undefined;
  readonly directory: string;
  readonly address: string;
  /** 0: any free one. */
  readonly port: number;
  /** Undefined: no plain HTTP at all. */
  readonly redirectPort: number | undefined;
  readonly names: readonly string[];
  /** A configuration file to begin with, while there is no revision. */
  readonly configuration: string | undefined;
  /** Neither proxy nor VRRP is started until somebody applies a text. */
  readonly managementOnly: boolean;
  /** The proxy ends with us. */
  readonly stopProxy: boolean;
  readonly vrrpSocket: string | undefined;
  /** Of the appliance role that looks after the device; undefined: this is no device of ours. */
  readonly applianceSocket: string | undefined;
  /** As whom a shell in the browser runs; undefined: as ourselves, unless that is root. */
  readonly terminalUser: string | undefined;
  /** A shell may be root's. */
  readonly terminalAsRoot: boolean;
  /** A terminal in which nobody types ends after this time. */
  readonly terminalIdleSeconds: number;
  /** How long a new configuration waits to be confirmed. */
  readonly confirmSeconds: number;
}

export type AdminArgumentsResult =
  | { readonly kind: 'run'; readonly arguments: AdminArguments }
  | { readonly kind: 'help' }
  | { readonly kind: 'refused'; readonly text: string };

export const ADMIN_USAGE = `Usage: mahalo admin [options]              serve the web API
       mahalo admin unclaim [-s DIR]      forget all people: the unit can be claimed anew, its configuration is kept
       mahalo admin fingerprint [-s DIR]  of the certificate, to compare with what the browser shows
       mahalo admin status [-s DIR]
       mahalo admin facts [-s DIR]        port, claim code and fingerprint of the one that runs, as JSON

  -s, --state DIR          where everything is kept (default: ./mahalo-state)
  -a, --address ADDRESS    listen there (default: 127.0.0.1; :: is everywhere)
  -p, --port PORT          HTTPS (default: 8443; 0: any free one)
      --redirect-port PORT plain HTTP that only says where HTTPS is (default: none)
      --name NAME          a host name of this unit that it could not know (again for more)
  -f, --configuration FILE HAProxy configuration to begin with (only while there is no revision)
      --confirm-seconds N  a new configuration is taken back unless it is confirmed within this time (default: 90)
      --management-only    start neither proxy nor VRRP until somebody applies a configuration
      --stop-proxy         the proxy ends with admin (default: it goes on)
      --vrrp-socket PATH   of a VRRP agent that somebody else starts (default: admin runs its own when it is configured)
      --appliance-socket PATH  of the appliance role, on a device of ours: its pages and routes are there then
      --terminal-user NAME whose shell the terminal of the web pages runs (needed when admin runs as root)
      --terminal-as-root   it may be a shell of root
      --terminal-idle-seconds N  a terminal ends when nobody types for so long (default: 900)
  -h, --help
`;

const OPTIONS = {
  state: { type: 'string', short: 's', default: 'mahalo-state' },
  address: { type: 'string', short: 'a', default: '127.0.0.1' },
  port: { type: 'string', short: 'p', default: '8443' },
  'redirect-port': { type: 'string' },
  name: { type: 'string', multiple: true, default: [] as string[] },
  configuration: { type: 'string', short: 'f' },
  'confirm-seconds': { type: 'string', default: '90' },
  'management-only': { type: 'boolean', default: false },
  'stop-proxy': { type: 'boolean', default: false },
  'vrrp-socket': { type: 'string' },
  'appliance-socket': { type: 'string' },
  'terminal-user': { type: 'string' },
  'terminal-as-root': { type: 'boolean', default: false },
  'terminal-idle-seconds': { type: 'string', default: '900' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const LARGEST_PORT = 65535;

function portOf(text: string): number | undefined {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  return port <= LARGEST_PORT ? port : undefined;
}

/** 1 to 9999. */
function secondsOf(text: string): number | undefined {
  return /^[1-9]\d{0,3}$/.test(text) ? Number(text) : undefined;
}

export function parseAdminArguments(words: readonly string[]): AdminArgumentsResult {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(words);
  } catch (error) {
    return { kind: 'refused', text: (error as Error).message };
  }
  const { values, positionals } = parsed;
  if (values.help) return { kind: 'help' };
  const [first, ...rest] = positionals;
  const word = CONSOLE_WORDS.find((one) => one === first);
  if ((first !== undefined && word === undefined) || rest.length > 0) {
    return { kind: 'refused', text: `unknown word '${rest[0] ?? first}'` };
  }
  const port = portOf(values.port);
  const redirectText = values['redirect-port'];
  const redirectPort = redirectText === undefined ? undefined : portOf(redirectText);
  if (port === undefined) return { kind: 'refused', text: `'${values.port}' is not a port` };
  if (redirectText !== undefined && redirectPort === undefined) {
    return { kind: 'refused', text: `'${redirectText}' is not a port` };
  }
  const confirmSeconds = secondsOf(values['confirm-seconds']);
  const terminalIdleSeconds = secondsOf(values['terminal-idle-seconds']);
  if (confirmSeconds === undefined || terminalIdleSeconds === undefined) {
    const wrong = values[confirmSeconds === undefined ? 'confirm-seconds' : 'terminal-idle-seconds'];
    return { kind: 'refused', text: `'${wrong}' is not a number of seconds` };
  }
  const { state: directory, address, name: names, configuration } = values;
  const {
    'management-only': managementOnly,
    'stop-proxy': stopProxy,
    'vrrp-socket': vrrpSocket,
    'appliance-socket': applianceSocket,
  } = values;
  const { 'terminal-user': terminalUser, 'terminal-as-root': terminalAsRoot } = values;
  return {
    kind: 'run',
    arguments: {
      word,
      directory,
      address,
      port,
      redirectPort,
      names,
      configuration,
      managementOnly,
      stopProxy,
      vrrpSocket,
      applianceSocket,
      terminalUser,
      terminalAsRoot,
      terminalIdleSeconds,
      confirmSeconds,
    },
  };
}

function parse(words: readonly string[]) {
  return parseArgs({ args: [...words], options: OPTIONS, allowPositionals: true, strict: true });
}
