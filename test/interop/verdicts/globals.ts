/** Keywords of the global section (manual 3), alone, with good arguments and bad ones, and where they do not belong. */

import { inGlobal, inProxies, type VerdictCase } from './verdict-case.ts';

export const PROCESS: readonly VerdictCase[] = inGlobal(`
  ca-base
  ca-base .
  ca-base /nowhere
  ca-base . more
  crt-base .
  chroot /tmp
  chroot
  chroot /tmp more
  close-spread-time 10s
  close-spread-time
  close-spread-time x
  cluster-secret abc
  cluster-secret
  cpu-map 1 0
  cpu-map auto:1/1-2 0-1
  cpu-map 1
  cpu-map x 0
  cpu-map 1 x
  cpu-map all 0-
  cpu-map odd 0,1
  cpu-map auto:1-4 0
  daemon
  daemon now
  default-path current
  default-path config
  default-path parent
  default-path origin /tmp
  default-path origin
  default-path elsewhere
  default-path
  description a b c
  description
  deviceatlas-json-file a
  deviceatlas-log-level 1
  deviceatlas-separator x
  deviceatlas-properties-cookie c
  expose-experimental-directives
  external-check
  external-check yes
  fd-hard-limit 1000
  fd-hard-limit
  gid 1
  gid
  gid abc
  group root
  group nosuchgroup
  grace 10s
  grace
  grace x
  h1-accept-payload-with-any-method
  h1-accept-payload-with-any-method x
  h1-case-adjust host Host
  h1-case-adjust host
  h1-case-adjust Host HOST
  h1-case-adjust host other
  h1-case-adjust-file cases.txt
  h1-case-adjust-file
  h1-case-adjust-file nosuchfile
  h2-workaround-bogus-websocket-clients
  no h2-workaround-bogus-websocket-clients
  hard-stop-after 10s
  hard-stop-after
  hard-stop-after x
  hard-stop-after 10s more
  httpclient.resolvers.id default
  httpclient.resolvers.id
  httpclient.resolvers.prefer ipv4
  httpclient.resolvers.prefer ipv5
  httpclient.ssl.verify none
  httpclient.ssl.verify sometimes
  httpclient.ssl.ca-file @system-ca
  httpclient.ssl.ca-file
  insecure-fork-wanted
  insecure-fork-wanted x
  no insecure-fork-wanted
  insecure-setuid-wanted
  insecure-setuid-wanted x
  issuers-chain-path .
  issuers-chain-path
  localpeer me
  localpeer
  localpeer a b
  log 127.0.0.1 local0
  log 127.0.0.1
  log 127.0.0.1 nosuch
  log 127.0.0.1 len 10 local0
  log 127.0.0.1 local0 info debug
  log 127.0.0.1 sample 1:2 local0
  log 127.0.0.1 sample x:2 local0
  log 127.0.0.1 sample 3:2 local0
  log 127.0.0.1 format priority local0
  log ring@r local0
  log global
  no log
  log-tag x
  log-tag
  log-send-hostname
  log-send-hostname a
  lua-load script.lua
  lua-load
  lua-load nosuchfile
  lua-load-per-thread script.lua
  lua-load-per-thread
  lua-prepend-path /tmp
  lua-prepend-path
  lua-prepend-path /tmp cpath
  lua-prepend-path /tmp x
  master-worker
  master-worker no-exit-on-failure
  master-worker x
  mworker-max-reloads 5
  mworker-max-reloads
  mworker-max-reloads -1
  nbproc 1
  nbproc 2
  nbthread 1
  nbthread 2
  nbthread 0
  nbthread
  nbthread x
  no-memory-trimming
  no-memory-trimming x
  node n
  node
  node a%b
  numa-cpu-mapping
  no numa-cpu-mapping
  pidfile /tmp/x.pid
  pidfile
  pp2-never-send-local
  pp2-never-send-local x
  presetenv A b
  presetenv A
  resetenv
  resetenv PATH
  setenv A b
  setenv A
  setenv A b c d
  set-dumpable
  set-dumpable x
  no set-dumpable
  set-var proc.a int(1)
  set-var proc.a
  set-var sess.a int(1)
  set-var proc.a nosuch
  set-var-fmt proc.a x%[env(PATH)]
  set-var-fmt proc.a
  ssl-default-bind-ciphers ALL
  ssl-default-bind-ciphers
  ssl-default-bind-ciphersuites TLS_AES_128_GCM_SHA256
  ssl-default-bind-ciphersuites
  ssl-default-bind-curves X25519
  ssl-default-bind-curves
  ssl-default-bind-options no-sslv3 no-tlsv10
  ssl-default-bind-options
  ssl-default-bind-options nosuch
  ssl-default-bind-options ssl-min-ver TLSv1.2
  ssl-default-bind-options ssl-min-ver TLSv1.9
  ssl-default-bind-options prefer-client-ciphers
  ssl-default-server-ciphers ALL
  ssl-default-server-ciphers
  ssl-default-server-ciphersuites TLS_AES_128_GCM_SHA256
  ssl-default-server-ciphersuites
  ssl-default-server-options no-sslv3
  ssl-default-server-options
  ssl-default-server-options nosuch
  ssl-default-server-options ssl-max-ver
  ssl-dh-param-file nosuchfile
  ssl-dh-param-file
  ssl-load-extra-del-ext
  ssl-load-extra-files all
  ssl-load-extra-files bundle sctl
  ssl-load-extra-files none all
  ssl-load-extra-files
  ssl-load-extra-files x
  ssl-propquery a=b
  ssl-propquery
  ssl-provider default
  ssl-provider
  ssl-provider-path /tmp
  ssl-provider-path
  ssl-server-verify none
  ssl-server-verify required
  ssl-server-verify
  ssl-server-verify x
  ssl-skip-self-issued-ca
  stats socket /tmp/mahalo-verdicts.sock
  stats socket
  stats timeout 10s
  stats timeout
  stats timeout x
  stats maxconn 5
  stats maxconn
  stats maxconn -1
  stats bind-process 1
  stats bind-process
  stats
  stats nosuch
  strict-limits
  strict-limits x
  no strict-limits
  thread-group 1 1
  thread-group
  thread-group 1 1-2
  thread-groups 1
  thread-groups
  thread-groups 100
  uid 1
  uid
  ulimit-n 1000
  ulimit-n
  unix-bind prefix /tmp
  unix-bind mode 700 user root
  unix-bind x
  unix-bind prefix
  unsetenv A
  unsetenv
  user root
  user nosuchuser
  51degrees-data-file a
  51degrees-property-name-list a b
  51degrees-property-separator x
  51degrees-cache-size 1
  wurfl-data-file a
  wurfl-information-list a b
  wurfl-information-list-separator x
  wurfl-engine-mode accuracy
  wurfl-cache-size 1
  wurfl-useragent-priority plain
  wurfl-patch-file a
  zero-warning
  zero-warning x
  nosuchkeyword
  bind :1
`);

const NUMBERS = [
  'fd-hard-limit maxconn maxconnrate maxpipes maxsessrate maxsslrate maxcomprate maxzlibmem maxsslconn',
  'tune.runqueue-depth tune.maxpollevents tune.maxaccept tune.recv_enough tune.buffers.limit tune.buffers.reserve',
  'tune.bufsize tune.maxrewrite tune.rcvbuf.client tune.rcvbuf.server tune.sndbuf.client tune.sndbuf.server',
  'tune.pipesize tune.http.cookielen tune.http.logurilen tune.http.maxhdr tune.comp.maxlevel tune.pattern.cache-size',
  'maxcompcpuusage spread-checks tune.h2.header-table-size tune.h2.initial-window-size',
  'tune.h2.max-concurrent-streams tune.h2.max-frame-size tune.lua.forced-yield tune.lua.maxmem',
  'tune.peers.max-updates-at-once tune.pool-high-fd-ratio tune.pool-low-fd-ratio tune.ssl.cachesize',
  'tune.ssl.capture-buffer-size tune.ssl.capture-cipherlist-size tune.ssl.default-dh-param tune.ssl.hard-maxrecord',
  'tune.ssl.maxrecord tune.ssl.ssl-ctx-cache-size tune.vars.check-max-size tune.vars.global-max-size',
  'tune.vars.proc-max-size tune.vars.reqres-max-size tune.vars.sess-max-size tune.vars.txn-max-size',
  'tune.zlib.memlevel tune.zlib.windowsize tune.chksize tune.fail-alloc',
]
  .join(' ')
  .split(' ');

const DELAYS =
  'tune.idletimer max-spread-checks tune.lua.session-timeout tune.lua.task-timeout tune.lua.service-timeout';

const SWITCHED = [
  'profiling.tasks profiling.memory tune.fd.edge-triggered tune.idle-pool.shared tune.listener.multi-queue',
  'tune.sched.low-latency tune.ssl.keylog',
]
  .join(' ')
  .split(' ');

const BARE =
  'busy-polling noepoll nokqueue noevports nopoll nosplice nogetaddrinfo noreuseport quiet ssl-mode-async ' +
  'tune.ssl.force-private-cache debug';

export const TUNING: readonly VerdictCase[] = [
  ...NUMBERS.flatMap((name) => inGlobal(`${name}\n${name} 100\n${name} abc\n${name} -5\n${name} 1 2\n`)),
  ...DELAYS.split(' ').flatMap((name) => inGlobal(`${name}\n${name} 100\n${name} 1x\n${name} 3000000000\n`)),
  ...SWITCHED.flatMap((name) => inGlobal(`${name}\n${name} on\n${name} off\n${name} x\n`)),
  ...BARE.split(' ').flatMap((name) => inGlobal(`${name}\n${name} x\n`)),
  ...inGlobal(`
    tune.ssl.lifetime 300
    tune.ssl.lifetime
    tune.ssl.lifetime x
    tune.ssl.default-dh-param 2048
    no busy-polling
    ssl-engine rdrand
    ssl-engine rdrand algo ALL
    spread-checks 5
    spread-checks 51
    tune.http.maxhdr 0
    tune.h2.max-frame-size 20000
    tune.comp.maxlevel 5
    tune.zlib.windowsize 10
    tune.zlib.memlevel 5
    tune.bufsize 32768
    maxconn 5
    maxconn 5\\n maxconn 6
    expose-experimental-directives\\n tune.fd.edge-triggered on
  `),
];

/** Global keywords in a proxy, and keywords of proxies in the global section. */
export const MISPLACED: readonly VerdictCase[] = [
  ...inProxies(
    ['frontend'],
    `
    daemon
    nbthread 1
    chroot /tmp
    tune.bufsize 16384
    ssl-default-bind-options no-sslv3
    stats socket /tmp/x
    user root
    lua-load script.lua
    ca-base /tmp
    ulimit-n 100
    spread-checks 5
    setenv A b
    peer a 127.0.0.1:1
    nameserver a 127.0.0.1:53
    mailer a 127.0.0.1:25
    total-max-size 4
    `,
  ),
  ...inGlobal(`
    mode http
    server s 127.0.0.1:80
    balance roundrobin
    timeout client 1s
    option httplog
    acl a always_true
    http-request deny
    errorfile 503 x
    default_backend b
    cookie A insert
    stick-table type ip size 1
    peer a 127.0.0.1:1
  `),
];
