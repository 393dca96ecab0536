/**
 * keepalived 2.2.7's options and what becomes of them here. Those of its other processes (health checks, IPVS, BFD) are
 * taken without effect, so that a command line that is in use stays in use; what would have to do something that we
 * cannot is refused by name.
 */

/** `flag`: no value; `value`: needs one; `optional`: `--long=value` or `-tVALUE` only, as getopt_long has it. */
export type OptionArgument = 'flag' | 'value' | 'optional';

export interface OptionEntry {
  /** `''`: none. */
  readonly short: string;
  readonly long: string;
  readonly argument: OptionArgument;
  /** Why it cannot be; undefined: it can. */
  readonly refusal?: string;
  /** Why it has no effect, for the log; undefined: it has one, or nobody would miss it. */
  readonly idle?: string;
}

export const OPTIONS: readonly OptionEntry[] = [
  { short: 'f', long: 'use-file', argument: 'value' },
  { short: 'P', long: 'vrrp', argument: 'flag' },
  { short: 'C', long: 'check', argument: 'flag', refusal: 'there is no health checker here: only VRRP is run' },
  { short: 'B', long: 'no_bfd', argument: 'flag' },
  { short: '', long: 'all', argument: 'flag' },
  { short: 'l', long: 'log-console', argument: 'flag' },
  { short: 'D', long: 'log-detail', argument: 'flag' },
  { short: 'S', long: 'log-facility', argument: 'value' },
  { short: 'g', long: 'log-file', argument: 'optional' },
  { short: '', long: 'flush-log-file', argument: 'flag' },
  { short: 'e', long: 'all-config', argument: 'flag' },
  { short: 'G', long: 'no-syslog', argument: 'flag' },
  { short: 'u', long: 'umask', argument: 'value' },
  { short: 'X', long: 'release-vips', argument: 'flag' },
  {
    short: 'V',
    long: 'dont-release-vrrp',
    argument: 'flag',
    refusal: 'addresses left behind would answer beside those of the next master',
  },
  { short: 'I', long: 'dont-release-ipvs', argument: 'flag' },
  { short: 'R', long: 'dont-respawn', argument: 'flag' },
  { short: 'n', long: 'dont-fork', argument: 'flag' },
  { short: 'd', long: 'dump-conf', argument: 'flag' },
  { short: 'p', long: 'pid', argument: 'value' },
  { short: 'r', long: 'vrrp_pid', argument: 'value' },
  { short: 'T', long: 'genhash', argument: 'flag', refusal: 'genhash belongs to health checks, which are not here' },
  { short: 'c', long: 'checkers_pid', argument: 'value', idle: 'there is no process for health checks' },
  { short: 'a', long: 'address-monitoring', argument: 'flag' },
  { short: 'b', long: 'bfd_pid', argument: 'value', idle: 'there is no BFD process' },
  { short: 'x', long: 'snmp', argument: 'flag', refusal: "there is no SNMP: ask 'mahalo vrrp metrics' instead" },
  {
    short: 'A',
    long: 'snmp-agent-socket',
    argument: 'value',
    refusal: "there is no SNMP: ask 'mahalo vrrp metrics' instead",
  },
  { short: 'm', long: 'core-dump', argument: 'flag' },
  {
    short: 'M',
    long: 'core-dump-pattern',
    argument: 'optional',
    refusal: "it would change every other process's core_pattern; -m allows core dumps",
  },
  { short: 's', long: 'namespace', argument: 'value' },
  { short: 'i', long: 'config-id', argument: 'value' },
  { short: '', long: 'signum', argument: 'value' },
  { short: 't', long: 'config-test', argument: 'optional' },
  { short: '', long: 'config-fd', argument: 'value', refusal: "keepalived's own, between its processes" },
  { short: '', long: 'perf', argument: 'optional', refusal: 'there is nothing that records for perf' },
  { short: '', long: 'debug', argument: 'optional', refusal: "keepalived's debugging options are of its own code" },
  { short: '', long: 'no-mem-check', argument: 'flag' },
  { short: 'v', long: 'version', argument: 'flag' },
  { short: 'h', long: 'help', argument: 'flag' },
];

const byShort = new Map(OPTIONS.filter((entry) => entry.short !== '').map((entry) => [entry.short, entry]));

export function optionByLetter(letter: string): OptionEntry | undefined {
  return byShort.get(letter);
}

/** By its whole name, or by a beginning that only one name has. */
export function optionByName(name: string): OptionEntry | undefined {
  const exact = OPTIONS.find((entry) => entry.long === name);
  if (exact !== undefined) return exact;
  const begun = OPTIONS.filter((entry) => entry.long.startsWith(name));
  return begun.length === 1 ? begun[0] : undefined;
}
