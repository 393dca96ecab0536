/** Options of `bind`, `stats socket` and `server` lines (manual 5). */

import { onBindLines, onServerLines, onStatsSockets, type VerdictCase } from './verdict-case.ts';

export const BIND_LINES: readonly VerdictCase[] = onBindLines(`
  accept-netscaler-cip 0x3FFF
  accept-netscaler-cip
  accept-netscaler-cip x
  accept-proxy
  accept-proxy accept-netscaler-cip 1
  allow-0rtt
  alpn h2,http/1.1
  alpn
  alpn ,
  alpn a,,b
  backlog 10
  backlog
  backlog -1
  ca-file nosuchfile
  ca-file
  ca-file cert.pem
  ca-ignore-err all
  ca-ignore-err 10,20
  ca-ignore-err 99
  ca-ignore-err
  ca-sign-file x
  ca-sign-file
  ca-sign-pass x
  ca-sign-pass
  ca-verify-file cert.pem
  ca-verify-file
  ciphers ALL
  ciphers
  ciphersuites TLS_AES_128_GCM_SHA256
  ciphersuites
  crl-file nosuchfile
  crl-file
  crt nosuchfile
  crt cert.pem
  crt
  crt-ignore-err all
  crt-ignore-err 0
  crt-list nosuchfile
  crt-list
  curves X25519
  curves
  defer-accept
  ecdhe prime256v1
  ecdhe
  expose-fd listeners
  expose-fd
  expose-fd nosuch
  force-sslv3
  force-tlsv10
  force-tlsv11
  force-tlsv12
  force-tlsv13
  generate-certificates
  gid 1
  gid
  group root
  group nosuchgroup
  group
  id 5
  id
  id x
  id 0
  interface lo
  interface
  level admin
  level
  level nosuch
  maxconn 10
  maxconn
  maxconn -1
  mode 700
  mode
  mode 9
  mss 1400
  mss
  mss 70000
  name x
  name
  namespace nosuch
  namespace
  nice 5
  nice
  nice 2000
  nice x
  no-ca-names
  no-sslv3
  no-tls-tickets
  no-tlsv10
  no-tlsv11
  no-tlsv12
  no-tlsv13
  npn h2
  npn
  prefer-client-ciphers
  process 1
  process all
  process 1/1
  process
  process x
  process 1/x
  proto h2
  proto h1
  proto none
  proto nosuch
  proto
  severity-output number
  severity-output string
  severity-output
  severity-output nosuch
  shards 2
  shards
  shards by-thread
  shards 0
  ssl
  ssl crt cert.pem
  ssl crt cert.pem alpn h2,http/1.1
  ssl crt nosuchfile
  ssl crt cert.pem verify required
  ssl crt cert.pem verify required ca-file cert.pem
  ssl crt cert.pem ssl-min-ver TLSv1.2 ssl-max-ver TLSv1.3
  ssl-max-ver TLSv1.2
  ssl-max-ver
  ssl-max-ver nosuch
  ssl-min-ver TLSv1.0
  ssl-min-ver
  strict-sni
  tcp-ut 1s
  tcp-ut
  tcp-ut x
  tfo
  thread 1
  thread all
  thread
  thread x
  tls-ticket-keys nosuchfile
  tls-ticket-keys
  transparent
  uid 1
  uid
  user root
  user nosuchuser
  user
  v4v6
  v6only
  verify none
  verify optional
  verify
  verify nosuch
  nosuch
`);

export const STATS_SOCKETS: readonly VerdictCase[] = onStatsSockets(`
  level admin
  level user
  level operator
  level
  level nosuch
  mode 660
  mode x
  user root
  group root
  uid 0
  gid 0
  expose-fd listeners
  expose-fd nosuch
  severity-output string
  severity-output nosuch
  maxconn 5
  backlog 5
  name x
  process 1
  process x
  thread 1
  nice 5
  ssl
  nosuch
`);

export const SERVER_LINES: readonly VerdictCase[] = onServerLines(`
  addr 127.0.0.1
  addr
  addr nonsense..
  agent-addr 127.0.0.1
  agent-addr
  agent-check
  agent-check agent-port 9999
  agent-inter 1s
  agent-inter
  agent-inter x
  agent-port 9999
  agent-port
  agent-port x
  agent-send x
  agent-send
  allow-0rtt
  alpn h2
  alpn
  backup
  ca-file nosuchfile
  ca-file
  check
  check-alpn h2
  check-alpn
  check-proto h2
  check-proto nosuch
  check-proto
  check-send-proxy
  check-sni x
  check-sni
  check-ssl
  check-via-socks4
  ciphers ALL
  ciphers
  ciphersuites TLS_AES_128_GCM_SHA256
  ciphersuites
  cookie x
  cookie
  crl-file nosuchfile
  crl-file
  crt nosuchfile
  crt
  disabled
  downinter 1s
  downinter
  downinter x
  enabled
  error-limit 5
  error-limit
  error-limit 0
  fall 3
  fall
  fall 0
  fastinter 1s
  fastinter x
  force-sslv3
  force-tlsv10
  force-tlsv11
  force-tlsv12
  force-tlsv13
  id 5
  id
  id 0
  init-addr last,libc,none
  init-addr
  init-addr nosuch
  init-addr 127.0.0.1
  inter 1s
  inter
  inter 0
  inter x
  log-proto octet-count
  log-proto legacy
  log-proto
  log-proto nosuch
  max-reuse 5
  max-reuse
  maxconn 5
  maxconn
  maxqueue 5
  minconn 5
  namespace nosuch
  namespace *
  namespace
  no-agent-check
  no-backup
  no-check
  no-check-send-proxy
  no-check-ssl
  no-send-proxy
  no-send-proxy-v2
  no-send-proxy-v2-ssl
  no-send-proxy-v2-ssl-cn
  no-ssl
  no-ssl-reuse
  no-sslv3
  no-tfo
  no-tls-tickets
  no-tlsv10
  no-tlsv11
  no-tlsv12
  no-tlsv13
  no-verifyhost
  non-stick
  npn h2
  npn
  observe layer4
  observe layer7
  observe layer4 check
  observe layer7 check
  observe
  observe nosuch
  on-error fastinter
  on-error fail-check
  on-error sudden-death
  on-error mark-down
  on-error
  on-error nosuch
  on-marked-down shutdown-sessions
  on-marked-down
  on-marked-down nosuch
  on-marked-up shutdown-backup-sessions
  on-marked-up nosuch
  pool-low-conn 5
  pool-low-conn
  pool-max-conn 5
  pool-max-conn
  pool-max-conn -2
  pool-purge-delay 1s
  pool-purge-delay
  pool-purge-delay x
  port 80
  port
  port x
  proto h2
  proto h1
  proto nosuch
  proto
  proxy-v2-options ssl,cert-cn
  proxy-v2-options ssl
  proxy-v2-options crc32c,unique-id,authority
  proxy-v2-options nosuch
  proxy-v2-options
  redir http://a
  redir
  resolve-net 10.0.0.0/8
  resolve-net nonsense
  resolve-net
  resolve-opts allow-dup-ip
  resolve-opts ignore-weight,prevent-dup-ip
  resolve-opts nosuch
  resolve-opts
  resolve-prefer ipv4
  resolve-prefer ipv6
  resolve-prefer nosuch
  resolve-prefer
  resolvers nosuch
  resolvers
  rise 2
  rise
  rise 0
  send-proxy
  send-proxy-v2
  send-proxy-v2-ssl
  send-proxy-v2-ssl-cn
  slowstart 10s
  slowstart
  slowstart x
  sni str(x)
  sni nosuch
  sni req.hdr(host)
  sni
  socks4 127.0.0.1:1080
  socks4
  socks4 127.0.0.1
  source 127.0.0.1
  source
  source 127.0.0.1 usesrc client
  source 127.0.0.1 usesrc
  source 127.0.0.1 interface lo
  source 0.0.0.0:1-5
  ssl
  ssl verify none
  ssl verify required
  ssl verify required ca-file cert.pem
  ssl verify none sni str(x) alpn h2
  ssl-max-ver TLSv1.2
  ssl-max-ver
  ssl-max-ver nosuch
  ssl-min-ver TLSv1.2
  ssl-reuse
  stick
  tcp-ut 1s
  tcp-ut
  tcp-ut x
  tfo
  tls-tickets
  track other
  track b/other
  track nosuch
  track
  usesrc
  verify none
  verify required
  verify
  verify nosuch
  verifyhost x
  verifyhost
  weight 5
  weight
  weight 300
  weight -1
  ws h1
  ws auto
  ws nosuch
  ws
  nosuch
`);
