/** What `mahalo vrrp` says about itself: keepalived's option list with what we have, then our own commands. */

import { release, version as systemVersion, type } from 'node:os';
import { OWN_VERSION } from './product-version.ts';

/** The keepalived whose behaviour is reproduced. */
const COMPATIBLE_VERSION = '2.2.7';

/** `Starting ...`, `Stopped ...` and `-v`: scripts look for keepalived's name and version. */
export const VRRP_VERSION_TEXT = `Keepalived v${COMPATIBLE_VERSION} (Mahalo ${OWN_VERSION})`;

export function vrrpVersionText(): string {
  return `${VRRP_VERSION_TEXT}

Mahalo, the pocket load balancer: behaves as keepalived ${COMPATIBLE_VERSION} does for VRRP.
Running on ${type()} ${release()} ${systemVersion()}, node ${process.versions.node}

Config options:  VRRP VRRP_AUTH VRRP_VMAC JSON
Not here:  LVS BFD SNMP DBUS
`;
}

export const VRRP_USAGE = `Usage: mahalo vrrp [OPTION...]
       mahalo vrrp COMMAND [--socket PATH] [--json] ...

  -f, --use-file=FILE          Use the specified configuration file
                                default '/etc/keepalived/keepalived.conf'
  -P, --vrrp                   Only run with VRRP subsystem (nothing else is here)
  -B, --no_bfd  -R, --dont-respawn  -I, --dont-release-ipvs  --all
                               Taken without effect: there are no other processes
  -l, --log-console            Log messages to local console (with -n)
  -D, --log-detail             Detailed log messages
  -S, --log-facility=([0-7]|local[0-7]|user|daemon)
                               Set syslog facility to LOG_LOCAL[0-7], user or daemon (default)
  -g, --log-file=FILE          Also log to FILE, with _vrrp before its last '.' (default keepalived.log)
      --flush-log-file         Taken without effect: every line is written at once
  -G, --no-syslog              Don't log via syslog
  -u, --umask=MASK             umask for file creation (in numeric form)
  -X, --release-vips           Drop VIP on transition from signal (as without it)
  -n, --dont-fork              Don't fork the daemon process
  -d, --dump-conf              Log the configuration data
  -p, --pid=FILE               Use specified pidfile for parent process
  -r, --vrrp_pid=FILE          Use specified pidfile for VRRP child process (the same process here)
  -c, --checkers_pid=FILE  -b, --bfd_pid=FILE
                               No such processes here: taken without effect, which the log says
  -a, --address-monitoring     Report all address additions/deletions notified via netlink
  -s, --namespace=NAME         Run in network namespace NAME (overrides config)
  -m, --core-dump              Produce core dump if terminate abnormally
  -e, --all-config             Error if any configuration file missing (same as includet)
  -i, --config-id id           Skip any configuration lines beginning '@' that don't match id
                                or any lines beginning @^ that do match.
                                The config-id defaults to the node name if option not used
      --signum=SIGFUNC         Return signal number for STOP, RELOAD, DATA, STATS, STATS_CLEAR, JSON
  -t, --config-test[=LOG_FILE] Check the configuration for obvious errors, output to
                                stderr by default
  -v, --version                Display the version number
  -h, --help                   Display this help message

Refused: -C -T -V -x -A -M --perf --debug (no health checks, SNMP, perf or debugging options here).

Commands (to a running agent, over its control socket):
  status [INSTANCE]            State, priority and peer of each instance
  why [INSTANCE]               Why it is (not) master, and what would have to change
  transitions [INSTANCE]       The last 50 changes of state, with their causes
  trackers | counters [INSTANCE] | sockets | interfaces | lateness | json
  rehearse INSTANCE [--yes]    Fail over on purpose, measure the dark time, take back
  reload                       Read the configuration again, as SIGHUP
  metrics                      Prometheus text
  subscribe                    Events as they happen, a JSON line each
  keywords [--markdown|--json] [WORD]...
                               All words of the configuration (asks no agent)
Exit codes of commands: 0 fine, 1 refused or failed, 2 wrong command line, 3 no agent answers.
status INSTANCE: 0 MASTER, 10 BACKUP, 11 FAULT, 12 INIT.
`;
