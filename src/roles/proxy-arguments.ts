/**
 * HAProxy's command line (management manual, section 3) to plain data. The grammar is HAProxy's to the letter: one flag
 * a word, only its first letters count, `--` ends the flags and the rest are configuration files. What needs machinery
 * that is not there yet is refused by name.
 */

export interface ProxyArguments {
  /** Files and directories, in the order given. */
  readonly configurations: readonly string[];
  readonly checkOnly: boolean;
  /** `--json` (not HAProxy's): the result of `-c` as one JSON document on standard output. */
  readonly json: boolean;
  /** `-dK`: classes of keywords to list once the configuration is read. */
  readonly keywordClasses: string | undefined;
  /** `-dL`: list the object files of the process. */
  readonly objectFiles: boolean;
  /** `-cc`: evaluate this and exit. */
  readonly condition: string | undefined;
  readonly daemon: boolean;
  /** `-db` or `-d`: stay in the foreground whatever the configuration says. */
  readonly foreground: boolean;
  readonly debug: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** `-dW`: a warning is an error. */
  readonly zeroWarning: boolean;
  /** `-dD`: show what is worth a look, beside errors and warnings. */
  readonly diagnose: boolean;
  readonly noSplice: boolean;
  readonly pidfile: string | undefined;
  readonly directory: string | undefined;
  /** `-n`; 0 = not given. */
  readonly maxconn: number;
  /** `-N`; 0 = not given. */
  readonly proxyMaxconn: number;
  /** `-m`, in MiB; 0 = no limit. */
  readonly memoryMegabytes: number;
  readonly localPeer: string | undefined;
  readonly oldProcesses: readonly number[];
  /** What the old processes are told once our listeners are bound. */
  readonly oldProcessSignal: 'SIGUSR1' | 'SIGTERM';
}

export type ArgumentsResult =
  | { readonly kind: 'run'; readonly arguments: ProxyArguments }
  | { readonly kind: 'version'; readonly buildOptions: boolean }
  | { readonly kind: 'usage' }
  /** `text` is an alert; the usage follows it where HAProxy prints it too. */
  | { readonly kind: 'refused'; readonly text: string; readonly usage: boolean };

type Draft = { -readonly [Key in keyof ProxyArguments]: ProxyArguments[Key] };

class Refusal extends Error {
  readonly usage: boolean;

  constructor(text: string, usage = false) {
    super(text);
    this.usage = usage;
  }
}

const USAGE = Symbol('usage');

/** Flags without a value; the longest match first, as `-d` would take them all. */
const SWITCHES: readonly (readonly [string, (draft: Draft) => void])[] = [
  ['de', () => refuse('-de', 'epoll is the only polling system')],
  ['dp', () => {}],
  ['dS', (draft) => (draft.noSplice = true)],
  ['dG', () => {}],
  ['dR', () => refuse('-dR')],
  ['dV', () => refuse('-dV')],
  ['db', (draft) => (draft.foreground = true)],
  ['dD', (draft) => (draft.diagnose = true)],
  ['dW', (draft) => (draft.zeroWarning = true)],
  // Memory pools are HAProxy's own allocator: there is nothing to poison here.
  ['dM', () => {}],
  ['dr', () => {}],
  ['dL', (draft) => (draft.objectFiles = true)],
  ['d', (draft) => (draft.debug = true)],
  ['V', (draft) => (draft.verbose = true)],
  ['c', (draft) => (draft.checkOnly = true)],
  ['D', (draft) => (draft.daemon = true)],
  ['W', () => refuse('-W', 'master-worker mode')],
  ['q', (draft) => (draft.quiet = true)],
];

/** Flags followed by a value; other letters are a usage error. */
const VALUES: Readonly<Record<string, (draft: Draft, value: string) => void>> = {
  C: (draft, value) => {
    draft.directory = value;
  },
  n: (draft, value) => {
    draft.maxconn = leadingInteger(value);
  },
  m: (draft, value) => {
    draft.memoryMegabytes = leadingInteger(value);
  },
  N: (draft, value) => {
    draft.proxyMaxconn = leadingInteger(value);
  },
  L: (draft, value) => {
    draft.localPeer = value;
  },
  f: (draft, value) => {
    draft.configurations = [...draft.configurations, value];
  },
  p: (draft, value) => {
    draft.pidfile = value;
  },
};

function refuse(flag: string, what?: string): never {
  throw new Refusal(`'${flag}'${what === undefined ? '' : ` (${what})`} is not implemented yet\n`);
}

/** As `atol` reads it. */
function leadingInteger(text: string): number {
  const digits = /^\s*([+-]?\d+)/.exec(text)?.[1];
  return digits === undefined ? 0 : Number(digits);
}

/** Reads the words after the program's name. */
export function parseProxyArguments(words: readonly string[]): ArgumentsResult {
  try {
    return new ArgumentsReader(words).read();
  } catch (error) {
    if (error === USAGE) {
      return { kind: 'usage' };
    }
    if (error instanceof Refusal) {
      return { kind: 'refused', text: error.message, usage: error.usage };
    }
    throw error;
  }
}

class ArgumentsReader {
  readonly #words: readonly string[];
  #at = 0;
  readonly #draft: Draft = {
    configurations: [],
    checkOnly: false,
    json: false,
    keywordClasses: undefined,
    objectFiles: false,
    condition: undefined,
    daemon: false,
    foreground: false,
    debug: false,
    quiet: false,
    verbose: false,
    zeroWarning: false,
    diagnose: false,
    noSplice: false,
    pidfile: undefined,
    directory: undefined,
    maxconn: 0,
    proxyMaxconn: 0,
    memoryMegabytes: 0,
    localPeer: undefined,
    oldProcesses: [],
    oldProcessSignal: 'SIGTERM',
  };

  constructor(words: readonly string[]) {
    this.#words = words;
  }

  read(): ArgumentsResult {
    while (this.#at < this.#words.length) {
      const word = this.#next();
      if (!word.startsWith('-')) {
        throw USAGE;
      }
      const flag = word.slice(1);
      if (flag.startsWith('v')) {
        return { kind: 'version', buildOptions: flag.startsWith('vv') };
      }
      if (flag === '-json') {
        this.#draft.json = true;
        continue;
      }
      if (flag === '-') {
        this.#draft.configurations = [...this.#draft.configurations, ...this.#words.slice(this.#at)];
        break;
      }
      this.#flag(flag);
    }
    if (this.#draft.json && !this.#draft.checkOnly) {
      return { kind: 'refused', text: "'--json' goes with '-c' only\n", usage: false };
    }
    return { kind: 'run', arguments: this.#draft };
  }

  #next(): string {
    const word = this.#words[this.#at++];
    if (word === undefined) {
      throw USAGE;
    }
    return word;
  }

  #flag(flag: string): void {
    if (flag.startsWith('cc')) {
      this.#draft.condition = this.#next();
    } else if (flag.startsWith('dK')) {
      this.#draft.keywordClasses = flag.slice(2);
    } else if (flag.startsWith('x')) {
      if (this.#at >= this.#words.length) {
        throw new Refusal('Unix socket path expected with the -x flag\n\n', true);
      }
      refuse('-x', 'sockets taken over from an old process');
    } else if (flag.startsWith('S')) {
      if (this.#at >= this.#words.length) {
        throw new Refusal('Socket and optional bind parameters expected with the -S flag\n', true);
      }
      refuse('-S', 'master CLI');
    } else if (flag.startsWith('sf') || flag.startsWith('st')) {
      this.#oldProcesses(flag);
    } else {
      this.#plain(flag);
    }
  }

  #plain(flag: string): void {
    const plain = SWITCHES.find(([name]) => flag.startsWith(name));
    if (plain !== undefined) {
      plain[1](this.#draft);
      return;
    }
    const value = this.#next();
    const take = VALUES[flag.charAt(0)];
    if (take === undefined) {
      throw USAGE;
    }
    take(this.#draft, value);
  }

  #oldProcesses(flag: string): void {
    this.#draft.oldProcessSignal = flag.startsWith('sf') ? 'SIGUSR1' : 'SIGTERM';
    while (this.#at < this.#words.length && !this.#words[this.#at]?.startsWith('-')) {
      const word = this.#next();
      const rest = word.replace(/^\s*[+-]?\d*\s*/, '');
      if (rest !== '') {
        throw new Refusal(`-${flag.slice(0, 2)} option: some bytes unconsumed in PID list {${rest}}\n`);
      }
      const processId = leadingInteger(word);
      if (processId <= 0) {
        throw USAGE;
      }
      this.#draft.oldProcesses = [...this.#draft.oldProcesses, processId];
    }
  }
}
