/** What `mahalo proxy` prints when it does not understand its command line: HAProxy's text, less what we do not have. */

export function usageText(program: string): string {
  return `Usage : ${program} [-f <cfgfile|cfgdir>]* [ -vdVD ] [ -n <maxconn> ] [ -N <maxpconn> ]
        [ -p <pidfile> ] [ -m <max megs> ] [ -C <dir> ] [-- <cfgfile>*]
        -v displays version ; -vv shows known build options.
        -d enters debug mode ; -db only disables background mode.
        -V enters verbose mode (disables quiet mode)
        -D goes daemon ; -C changes to <dir> before loading files.
        -q quiet mode : don't display messages
        -c check mode : only check config files and exit
        --json with -c: the result as JSON, for editors
        -cc check condition : evaluate a condition and exit
        -n sets the maximum total # of connections (uses ulimit -n)
        -m limits the usable amount of memory (in MB)
        -N sets the default, per-proxy maximum # of connections (0)
        -L set local peer name (default to hostname)
        -p writes pids of all children to this file
        -dS disables splice usage (broken on old kernels)
        -dD shows what is worth a look, beside errors and warnings
        -dK{class[,...]} lists the keywords (use 'help' for the classes)
        -dL lists the loaded object files
        -dW fails if any warning is emitted
        -sf/-st [pid ]* finishes/terminates old pids.
        not implemented yet: -W -Ws master-worker mode ; -S master CLI ; -x old sockets
        not implemented yet: -de -dR -dV

`;
}
