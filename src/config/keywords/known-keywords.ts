/**
 * The names of HAProxy's section keywords, in the order in which it looks for a word that a mistyped one may have meant,
 * and the names that only 1.9 had. What has no entry of its own is refused as not implemented yet.
 */

function names(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

/** HAProxy 2.6's, registered ones first. */
export const GLOBAL_NAMES: readonly string[] = names(`
  ca-base close-spread-time crt-base default-path grace h1-accept-payload-with-any-method h1-case-adjust
  h1-case-adjust-file hard-stop-after httpclient.resolvers.id httpclient.resolvers.prefer httpclient.ssl.ca-file
  httpclient.ssl.verify issuers-chain-path lua-load lua-load-per-thread lua-prepend-path maxsslconn
  mworker-max-reloads nbthread no-memory-trimming pp2-never-send-local profiling.tasks set-var set-var-fmt
  ssl-default-bind-ciphers ssl-default-bind-ciphersuites ssl-default-bind-curves ssl-default-bind-options
  ssl-default-server-ciphers ssl-default-server-ciphersuites ssl-default-server-options ssl-dh-param-file
  ssl-load-extra-del-ext ssl-load-extra-files ssl-mode-async ssl-propquery ssl-provider ssl-provider-path
  ssl-skip-self-issued-ca stats thread-group thread-groups tune.fail-alloc tune.fd.edge-triggered
  tune.h2.header-table-size tune.h2.initial-window-size tune.h2.max-concurrent-streams tune.h2.max-frame-size
  tune.idle-pool.shared tune.listener.multi-queue tune.lua.forced-yield tune.lua.maxmem tune.lua.service-timeout
  tune.lua.session-timeout tune.lua.task-timeout tune.peers.max-updates-at-once tune.pool-high-fd-ratio
  tune.pool-low-fd-ratio tune.sched.low-latency tune.ssl.cachesize tune.ssl.capture-buffer-size
  tune.ssl.capture-cipherlist-size tune.ssl.default-dh-param tune.ssl.force-private-cache tune.ssl.hard-maxrecord
  tune.ssl.keylog tune.ssl.lifetime tune.ssl.maxrecord tune.ssl.ssl-ctx-cache-size tune.vars.check-max-size
  tune.vars.global-max-size tune.vars.proc-max-size tune.vars.reqres-max-size tune.vars.sess-max-size
  tune.vars.txn-max-size global daemon master-worker noepoll nokqueue noevports nopoll busy-polling set-dumpable
  insecure-fork-wanted insecure-setuid-wanted nosplice nogetaddrinfo noreuseport quiet zero-warning
  tune.runqueue-depth tune.maxpollevents tune.maxaccept tune.recv_enough tune.buffers.limit tune.buffers.reserve
  tune.bufsize tune.maxrewrite tune.idletimer tune.rcvbuf.client tune.rcvbuf.server tune.sndbuf.client
  tune.sndbuf.server tune.pipesize tune.http.cookielen tune.http.logurilen tune.http.maxhdr tune.comp.maxlevel
  tune.pattern.cache-size uid gid external-check user group nbproc maxconn ssl-server-verify maxconnrate maxsessrate
  maxsslrate maxcomprate maxpipes maxzlibmem maxcompcpuusage ulimit-n chroot description node pidfile unix-bind log
  log-send-hostname server-state-base server-state-file log-tag spread-checks max-spread-checks cpu-map setenv
  presetenv unsetenv resetenv strict-limits localpeer numa-cpu-mapping defaults listen frontend backend peers
  resolvers cluster-secret
`);

export const PROXY_NAMES: readonly string[] = names(`
  clitcpka-cnt clitcpka-idle clitcpka-intvl clitimeout compression contimeout declare errorfile errorfiles errorloc
  errorloc302 errorloc303 external-check filter http-check http-error max-keep-alive-queue rate-limit retry-on
  srvtcpka-cnt srvtcpka-idle srvtcpka-intvl srvtimeout tcp-check tcp-request tcp-response timeout use-fcgi-app listen
  frontend backend defaults server default-server server-template bind monitor-net monitor-uri mode id description
  disabled enabled bind-process acl dynamic-cookie-key cookie email-alert persist appsession
  load-server-state-from-file server-state-file-name max-session-srv-conns capture retries http-request http-response
  http-after-response http-send-name-header block redirect use_backend use-server force-persist ignore-persist
  stick-table stick stats option default_backend http-reuse monitor transparent maxconn backlog fullconn dispatch
  balance hash-type hash-balance-factor unique-id-format unique-id-header log-format log-format-sd log-tag log source
  usesrc error-log-format
`);

/** In the manual of 1.9 and gone since. */
export const FORMER_GLOBAL_NAMES: readonly string[] = names(`
  deviceatlas-json-file deviceatlas-log-level deviceatlas-separator deviceatlas-properties-cookie 51degrees-data-file
  51degrees-property-name-list 51degrees-property-separator 51degrees-cache-size wurfl-data-file
  wurfl-information-list wurfl-information-list-separator wurfl-engine-mode wurfl-cache-size wurfl-useragent-priority
  ssl-engine tune.chksize tune.zlib.memlevel tune.zlib.windowsize debug wurfl-patch-file
`);

export const FORMER_PROXY_NAMES: readonly string[] = names(`
  grace redisp redispatch reqadd reqallow reqdel reqdeny reqiallow reqidel reqideny reqipass reqirep reqitarpit
  reqpass reqrep reqtarpit rspadd rspdel rspdeny rspidel rspideny rspirep rsprep
`);
