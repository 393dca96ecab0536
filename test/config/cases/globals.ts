/** The global section. */

import { type DifferentialCase, F, same } from './case.ts';

export const GLOBALS: readonly DifferentialCase[] = [
  same(
    'a common global section',
    `global\n daemon\n maxconn 256\n nbthread 1\n pidfile /tmp/x.pid\n chroot /tmp\n user root\n group root\n node a-b.c\n description x y\n log-send-hostname\n log-send-hostname2\n`.replace(
      ' log-send-hostname2\n',
      '',
    ) + F,
  ),
  same(
    'a stats socket',
    `global\n stats socket /tmp/mahalo-differential.sock level admin mode 600 user root\n stats socket ipv4@127.0.0.1:18099 level user\n stats timeout 30s\n stats maxconn 5\n${F}`,
  ),
  same(
    'wrong stats lines',
    'global\n stats\n stats socket\n stats socket /tmp/x level king\n stats socket /tmp/x colour red\n stats socket 127.0.0.1\n stats timeout x\n stats timeout 0\n stats maxconn 0\n',
  ),
  same(
    'things said twice',
    `global\n maxconn 10\n maxconn 20\n pidfile a\n pidfile b\n chroot /a\n chroot /b\n ulimit-n 1000\n ulimit-n 2000\n${F}`,
  ),
  same('accounts said twice', `global\n uid 1\n uid 2\n gid 1\n gid 2\n user root\n group root\n${F}`),
  same('accounts that are no numbers', `global\n uid x\n gid y\n${F}`),
  same('accounts that do not exist', 'global\n user no-such-user\n group no-such-group\n'),
  same(
    'numbers that are missing',
    'global\n maxconn\n ulimit-n\n pidfile\n chroot\n uid\n gid\n description\n node\n tune.bufsize\n tune.maxrewrite\n',
  ),
  same('words that are too many', 'global x\n daemon x\n maxconn 10 20\n quiet x\n pidfile a b\n nosplice x\n'),
  same(
    'tuning',
    `global\n tune.bufsize 32768\n tune.maxrewrite 1024\n tune.http.maxhdr 200\n tune.maxaccept 100\n tune.rcvbuf.client 10000\n tune.sndbuf.server 10000\n tune.http.logurilen 2048\n tune.pool-low-fd-ratio 10\n tune.pool-high-fd-ratio 20\n spread-checks 10\n max-spread-checks 5s\n hard-stop-after 10s\n${F}`,
  ),
  same(
    'wrong tuning',
    'global\n tune.bufsize 0\n tune.maxrewrite -1\n tune.http.maxhdr 0\n tune.http.maxhdr 40000\n tune.pool-low-fd-ratio 200\n spread-checks 60\n spread-checks\n max-spread-checks x\n hard-stop-after x\n hard-stop-after\n',
  ),
  same('wrong nbthread', 'global\n nbthread\n nbthread x\n nbthread 0\n nbthread 100\n'),
  same('a wrong node name', 'global\n node a/b\n'),
  same('unix-bind', `global\n unix-bind prefix /tmp/ mode 600 user root uid 0 group root gid 0\n${F} bind /x.sock\n`),
  same(
    'wrong unix-bind',
    'global\n unix-bind prefix\n unix-bind colour red\n unix-bind user no-such-user\n unix-bind prefix /a prefix /b\n',
  ),
];
