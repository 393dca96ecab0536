/** Keywords of backends and their servers. */

import { B, type DifferentialCase, F, H, same, T } from './case.ts';

export const BACKENDS: readonly DifferentialCase[] = [
  same(
    'every balance algorithm',
    `${F}${['roundrobin', 'static-rr', 'leastconn', 'first', 'source'].map((name) => `backend ${name}\n balance ${name}\n`).join('')}`,
  ),
  same('an unknown balance algorithm', `${B} balance fastest\n`),
  same('balance in a frontend', `${F} balance leastconn\n`),
  same('hash-type', `${B} balance source\n hash-type consistent\n hash-type map-based djb2 avalanche\n`),
  same(
    'wrong hash-types',
    `${B} hash-type x\n hash-type consistent x\n hash-type consistent sdbm x\n hash-type avalanche\n`,
  ),
  same('retries, fullconn and http-reuse', `${B} retries 5\n fullconn 100\n http-reuse always\n`),
  same('retries and fullconn without a number', `${B} retries\n fullconn\n http-reuse sometimes\n`),
  same(
    'backend keywords in a frontend',
    `${F} retries 5\n fullconn 100\n http-reuse always\n source 127.0.0.1\n http-send-name-header x\n`,
  ),
  same(
    'source',
    `${B} source 127.0.0.1:0 interface lo\n server s 127.0.0.1:80 source 127.0.0.2:1025-65000 interface lo\n`,
  ),
  same('wrong sources', `${B} source\n source 127.0.0.1 via x\n source 127.0.0.1:1-2\n usesrc x\n`),
  same('a server without an address', `${B} server s\n`),
  same('a server with a forbidden name', `${B} server a/b 127.0.0.1:80\n`),
  same('a server in defaults', `${H} server s 127.0.0.1:80\nfrontend f\n bind :18080\n`),
  same('a server in a frontend', `${F} server s 127.0.0.1:80\n default-server inter 1s\n`),
  same('servers of one name', `${B} server s 127.0.0.1:80\n server s 127.0.0.2:80\n`),
  same('servers of one name with ids', `${B} server s 127.0.0.1:80 id 1\n server s 127.0.0.2:80 id 2\n`),
  same('servers of one id', `${B} server a 127.0.0.1:80 id 1\n server b 127.0.0.2:80 id 1\n`),
  same('a server with port offsets', `${B} server a 127.0.0.1\n server b 127.0.0.1:+10\n server c 127.0.0.1:-10\n`),
  same('a server with a port that is too large', `${B} server a 127.0.0.1:99999\n`),
  same('a server with a port range', `${B} server a 127.0.0.1:80-90\n`),
  same('a server whose name does not resolve', `${B} server a no-such-host.invalid:80\n`),
  same('a server on a unix path', `${B} server a unix@/tmp/x.sock\n server b /tmp/y.sock\n server c abns@x\n`),
  same(
    'all kinds of server options',
    `${B} server a 127.0.0.1:80 check inter 1s fastinter 500 downinter 5s rise 1 fall 2 weight 10 maxconn 5 minconn 2 maxqueue 9 backup slowstart 10s send-proxy-v2 on-marked-down shutdown-sessions disabled port 81 addr 127.0.0.2 pool-max-conn 10 pool-purge-delay 1s max-reuse 3 tcp-ut 5s cookie a redir http://x check-send-proxy\n`,
  ),
  same('a mistyped server option', `${B} server a 127.0.0.1:80 chek\n`),
  same('a server option like nothing', `${B} server a 127.0.0.1:80 qqqqqqq\n`),
  same('a weight out of range', `${B} server a 127.0.0.1:80 weight 300\n`),
  same(
    'wrong check settings',
    `${B} server a 127.0.0.1:80 inter\n server b 127.0.0.1:80 inter 1y\n server c 127.0.0.1:80 inter 0\n server d 127.0.0.1:80 rise 0\n server e 127.0.0.1:80 fall\n server f 127.0.0.1:80 inter 99999999999\n server g 127.0.0.1:80 inter 1us\n`,
  ),
  same(
    'wrong other settings',
    `${B} server a 127.0.0.1:80 id 0\n server b 127.0.0.1:80 slowstart x\n server c 127.0.0.1:80 pool-max-conn -2\n server d 127.0.0.1:80 on-marked-down x\n server e 127.0.0.1:80 addr\n server f 127.0.0.1:80 addr no-such-host.invalid\n server g 127.0.0.1:80 source\n server h 127.0.0.1:80 usesrc x\n server i 127.0.0.1:80 cookie\n`,
  ),
  same(
    'default-server',
    `${B} default-server inter 3s rise 2 fall 3 weight 5 check\n server a 127.0.0.1:80 no-check\n`,
  ),
  same('default-server with an address', `${B} default-server 127.0.0.1:80\n`),
  same('default-server with an id', `${B} default-server id 5\n server a 127.0.0.1:80\n`),
  same('redir and cookie in TCP mode', `${T}listen l\n bind :18080\n server a 127.0.0.1:80 redir http://x cookie c\n`),
  same('tfo without retries on failure', `${B} server a 127.0.0.1:80 tfo\n`),
];
