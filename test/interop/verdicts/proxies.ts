/** Keywords of proxies (manual 4.2): each in the four kinds of sections, and with arguments good and bad. */

import { inProxies, PROXY_KINDS, type VerdictCase } from './verdict-case.ts';

/** One good line a keyword, wherever it may and may not stand. */
export const EVERYWHERE: readonly VerdictCase[] = inProxies(
  PROXY_KINDS,
  `
  acl a path /
  appsession A len 10 timeout 1h
  backlog 100
  balance roundrobin
  bind :18081
  bind-process all
  block if TRUE
  capture cookie A len 10
  capture request header A len 10
  capture response header A len 10
  clitimeout 1s
  clitcpka-cnt 3
  clitcpka-idle 3s
  clitcpka-intvl 3s
  compression algo gzip
  contimeout 1s
  cookie A insert
  declare capture request len 10
  default-server weight 5
  default_backend nosuch
  description a b
  disabled
  dispatch 127.0.0.1:80
  dynamic-cookie-key abc
  email-alert from a@b
  enabled
  errorfile 503 error.http
  errorfiles nosuch
  errorloc 503 /a
  errorloc302 503 /a
  errorloc303 503 /a
  error-log-format x
  external-check command /bin/true
  filter compression
  force-persist if TRUE
  fullconn 100
  grace 1s
  hash-balance-factor 150
  hash-type consistent
  http-after-response set-header A b
  http-check disable-on-404
  http-check expect status 200
  http-check send-state
  http-error status 503 string x
  http-request deny
  http-response deny
  http-reuse always
  http-send-name-header X
  id 10
  ignore-persist if TRUE
  load-server-state-from-file none
  log global
  log-format x
  log-format-sd x
  log-tag x
  max-keep-alive-queue 5
  max-session-srv-conns 5
  maxconn 10
  mode http
  monitor fail if FALSE
  monitor-net 10.0.0.0/8
  monitor-uri /up
  option httplog
  persist rdp-cookie
  rate-limit sessions 100
  redirect location /a
  redisp
  redispatch
  retries 3
  retry-on all-retryable-errors
  server t 127.0.0.1:80
  server-state-file-name x
  server-template t 2 127.0.0.1:80
  source 127.0.0.1
  srvtcpka-cnt 3
  srvtcpka-idle 3s
  srvtcpka-intvl 3s
  srvtimeout 1s
  stats admin if TRUE
  stats auth a:b
  stats enable
  stats hide-version
  stats http-request deny
  stats realm r
  stats refresh 5s
  stats scope .
  stats show-desc d
  stats show-legends
  stats show-modules
  stats show-node n
  stats uri /s
  stick match src
  stick on src
  stick store-request src
  stick store-response src
  stick-table type ip size 1k
  tcp-check connect
  tcp-check expect string x
  tcp-check send x
  tcp-check send-binary 00
  tcp-request connection accept
  tcp-request content accept
  tcp-request inspect-delay 1s
  tcp-request session accept
  tcp-response content accept
  tcp-response inspect-delay 1s
  timeout check 1s
  timeout client 1s
  timeout client-fin 1s
  timeout clitimeout 1s
  timeout connect 1s
  timeout contimeout 1s
  timeout http-keep-alive 1s
  timeout http-request 1s
  timeout queue 1s
  timeout server 1s
  timeout server-fin 1s
  timeout srvtimeout 1s
  timeout tarpit 1s
  timeout tunnel 1s
  transparent
  unique-id-format x
  unique-id-header X
  use-fcgi-app nosuch
  use-server s if FALSE
  use_backend nosuch if FALSE
  usesrc client
  `,
);

/** Keywords that 1.9 had and 2.6 has not. */
export const FORMER: readonly VerdictCase[] = inProxies(
  ['frontend', 'backend'],
  `
  reqadd A:\\ b
  reqadd A:\\ b if TRUE
  reqallow ^Host
  reqdel ^X-
  reqdeny ^X-
  reqiallow ^host
  reqidel ^x-
  reqideny ^x-
  reqipass ^x-
  reqirep ^(GET)\\ (.*) \\1\\ \\2
  reqitarpit ^x-
  reqpass ^X-
  reqrep ^(GET)\\ (.*) \\1\\ \\2
  reqtarpit ^X-
  rspadd A:\\ b
  rspdel ^X-
  rspdeny ^X-
  rspidel ^x-
  rspideny ^x-
  rspirep ^(Server:).* \\1\\ x
  rsprep ^(Server:).* \\1\\ x
  reqrep
  reqadd
  rspadd
  reqdel
  `,
);

/** Arguments, on the side where the keyword belongs. */
export const FRONTEND_ARGUMENTS: readonly VerdictCase[] = inProxies(
  ['frontend'],
  `
  acl
  acl a
  acl a nosuch
  acl a path -m nosuch /
  acl or path /
  acl a%b path /
  backlog
  backlog x
  backlog 1 2
  bind
  bind nonsense
  bind :0
  bind :70000
  bind :1-5
  bind 127.0.0.1:1,127.0.0.2:2
  bind /tmp/mahalo-verdicts-bind.sock
  bind :1 nosuch
  bind-process
  bind-process 1
  bind-process odd
  bind-process 2
  bind-process x
  block
  capture
  capture cookie
  capture cookie A len
  capture request header
  capture request header A
  capture request header A size 10
  capture request header A len 10 more
  capture response header A len
  capture nonsense A len 10
  clitcpka-cnt
  clitcpka-cnt x
  clitcpka-idle
  clitcpka-idle x
  clitcpka-intvl
  clitcpka-intvl x
  compression
  compression algo
  compression algo nosuch
  compression algo identity deflate raw-deflate gzip
  compression type
  compression type text/html text/plain
  compression offload
  compression nosuch
  declare
  declare capture
  declare capture request
  declare capture request len
  declare capture request len 0
  declare capture nonsense len 10
  declare capture response len 10
  declare nonsense
  default_backend
  description
  email-alert
  email-alert from
  email-alert from a@b
  email-alert to a@b
  email-alert mailers nosuch
  email-alert myhostname x
  email-alert level info
  email-alert level nosuch
  email-alert nonsense
  disabled now
  enabled now
  errorfile
  errorfile 503
  errorfile 299 error.http
  errorfile 503 nosuchfile
  errorfile 503 bad.http
  errorfiles
  errorloc 503
  errorloc 999 /a
  error-log-format
  error-log-format a b
  error-log-format %nosuch
  filter
  filter nosuch
  filter trace
  filter trace name x
  filter trace nonsense
  filter spoe engine engine config spoe.cfg
  filter spoe
  filter spoe config nosuchfile
  filter spoe nonsense
  filter cache c
  filter cache
  filter fcgi-app a
  filter opentracing
  http-error
  http-error status
  http-error status 503
  http-error status 299 string x
  http-error status 503 string x content-type text/plain
  http-error status 503 file nosuchfile
  http-error status 503 lf-string %[nosuch]
  http-error status 503 errorfile error.http
  http-error status 503 nonsense
  id
  id 0
  id x
  log
  log 127.0.0.1
  log 127.0.0.1 local0
  log 127.0.0.1 local9
  log global more
  log 127.0.0.1 sample 1:2 local0
  no log
  log-format
  log-format a b
  log-format %ci
  log-format %nosuch
  log-format %[nosuch]
  log-format-sd
  log-format-sd a b
  log-tag
  max-session-srv-conns
  max-session-srv-conns x
  maxconn
  maxconn x
  maxconn 1 2
  mode
  mode tcp
  mode health
  mode nosuch
  mode http more
  monitor
  monitor fail
  monitor fail if
  monitor nosuch
  monitor-net
  monitor-uri
  monitor-uri a b
  rate-limit
  rate-limit sessions
  rate-limit sessions x
  rate-limit nosuch 5
  redirect
  redirect location
  redirect nosuch /a
  redirect prefix / code 301
  redirect prefix / code 200
  redirect scheme https if FALSE
  stats
  stats nosuch
  stats admin
  stats admin if
  stats admin if nosuch
  stats auth
  stats realm
  stats refresh
  stats refresh x
  stats refresh 3000000000
  stats scope
  stats show-node
  stats show-node a%b
  stats show-desc
  stats uri
  stats http-request
  stats http-request nosuch
  stats http-request auth realm x
  stats http-request allow if FALSE
  timeout
  timeout nosuch 1s
  timeout client
  timeout client x
  timeout client 1s more
  timeout client 3000000000
  timeout client 1us
  unique-id-format
  unique-id-format a b
  unique-id-format %{+X}o%ci
  unique-id-format %[nosuch]
  unique-id-header
  unique-id-header a b
  use_backend
  use_backend nosuch
  use_backend f when TRUE
  use_backend f if
  use_backend %[path]
  use-fcgi-app
  nosuchkeyword
  `,
);

export const BACKEND_ARGUMENTS: readonly VerdictCase[] = inProxies(
  ['backend'],
  `
  balance
  balance static-rr
  balance leastconn
  balance first
  balance source
  balance uri
  balance uri len 10
  balance uri depth 3
  balance uri whole
  balance uri path-only
  balance uri len
  balance uri nosuch
  balance url_param a
  balance url_param
  balance url_param a check_post
  balance url_param a check_post 64
  balance url_param a nosuch
  balance hash path
  balance hash
  balance hash nosuch
  balance hdr(host)
  balance hdr()
  balance hdr(host) use_domain_only
  balance hdr(host) nosuch
  balance random
  balance random(3)
  balance random(0)
  balance rdp-cookie
  balance rdp-cookie(x)
  balance rdp-cookie()
  balance nosuch
  cookie
  cookie A
  cookie A rewrite
  cookie A prefix
  cookie A insert indirect nocache
  cookie A insert postonly preserve httponly secure
  cookie A insert domain .example.com
  cookie A insert domain
  cookie A insert domain a/b
  cookie A insert maxidle 10m
  cookie A insert maxidle
  cookie A insert maxidle x
  cookie A insert maxlife 1h
  cookie A insert maxlife 99999999999
  cookie A insert attr SameSite=None
  cookie A insert attr
  cookie A insert attr a;b
  cookie A insert dynamic
  cookie A nosuch
  cookie A rewrite indirect
  cookie A rewrite insert
  cookie A preserve
  dispatch
  dispatch 127.0.0.1
  dispatch 127.0.0.1:80 more
  dynamic-cookie-key
  external-check
  external-check command
  external-check path /bin
  external-check path
  external-check nosuch
  force-persist
  force-persist if
  force-persist if nosuch
  fullconn
  fullconn x
  hash-balance-factor
  hash-balance-factor 50
  hash-balance-factor 0
  hash-type
  hash-type nosuch
  hash-type avalanche
  hash-type map-based djb2
  hash-type map-based wt6 avalanche
  hash-type consistent crc32
  hash-type consistent nosuch
  hash-type consistent sdbm nosuch
  http-reuse
  http-reuse nosuch
  http-reuse never more
  http-send-name-header
  http-send-name-header Host
  ignore-persist
  ignore-persist unless nosuch
  load-server-state-from-file
  load-server-state-from-file global
  load-server-state-from-file local
  load-server-state-from-file nosuch
  max-keep-alive-queue
  max-keep-alive-queue x
  max-keep-alive-queue -1
  persist
  persist nosuch
  persist rdp-cookie(a)
  persist rdp-cookie()
  persist rdp-cookiex
  retries
  retries x
  retries 1 2
  retry-on
  retry-on none
  retry-on conn-failure empty-response junk-response response-timeout 0rtt-rejected 404 503
  retry-on 200
  retry-on nosuch
  server
  server t
  server t nonsense:x
  server t 127.0.0.1:80 nosuch
  server s 127.0.0.1:80
  server t% 127.0.0.1:80
  server-state-file-name
  server-state-file-name use-backend-name
  server-state-file-name a b
  server-template
  server-template t
  server-template t 0 127.0.0.1:80
  server-template t 1-3 127.0.0.1:80
  server-template t x 127.0.0.1:80
  server-template t 2 127.0.0.1:80 nosuch
  source
  source nonsense..
  source 127.0.0.1 interface
  source 127.0.0.1 interface lo
  source 127.0.0.1 usesrc client
  source 127.0.0.1 usesrc clientip
  source 127.0.0.1 usesrc hdr_ip(x-forwarded-for)
  source 127.0.0.1 usesrc hdr_ip(x-forwarded-for,-1)
  source 127.0.0.1 usesrc hdr_ip(x-forwarded-for,-100)
  source 127.0.0.1 usesrc 127.0.0.2
  source 127.0.0.1 usesrc
  source 127.0.0.1 nosuch
  srvtcpka-cnt
  srvtcpka-cnt x
  srvtcpka-idle
  srvtcpka-intvl x
  stick
  stick nosuch
  stick on
  stick on nosuch
  stick on src table nosuch
  stick on src table b if nosuch
  stick on src nonsense
  stick on src if TRUE
  stick store-response req.hdr(a)
  stick store-response res.hdr(a)
  stick on res.hdr(a)
  stick match hdr(a),lower
  stick on src,ipmask(24)
  stick-table
  stick-table type
  stick-table type nosuch size 1
  stick-table type ip
  stick-table type ipv6 size 1m expire 1h nopurge
  stick-table type integer size 1 store gpc0
  stick-table type string len 20 size 1
  stick-table type string len size 1
  stick-table type string size 1
  stick-table type binary len 20 size 1
  stick-table type ip size
  stick-table type ip size x
  stick-table type ip size 1 expire
  stick-table type ip size 1 expire x
  stick-table type ip size 1 store
  stick-table type ip size 1 store nosuch
  stick-table type ip size 1 store gpc0,gpc0_rate(10s),conn_cnt,conn_cur,conn_rate(1s)
  stick-table type ip size 1 store sess_cnt,sess_rate(1s),http_req_cnt,http_req_rate(1s),http_err_cnt,http_err_rate(1s)
  stick-table type ip size 1 store bytes_in_cnt,bytes_in_rate(1s),bytes_out_cnt,bytes_out_rate(1s),server_id
  stick-table type ip size 1 store gpc1,gpc1_rate(1s),gpt0,http_fail_cnt,http_fail_rate(1s),server_key
  stick-table type ip size 1 store gpc(2),gpc_rate(2,1s)
  stick-table type ip size 1 store gpt(2)
  stick-table type ip size 1 store gpc0_rate
  stick-table type ip size 1 store gpc0_rate(x)
  stick-table type ip size 1 store gpc0(1s)
  stick-table type ip size 1 store gpc(200)
  stick-table type ip size 1 store gpc(2),gpc0
  stick-table type ip size 1 store gpc0 store gpc1
  stick-table type ip size 1 store gpc0,gpc0
  stick-table type ip size 1 peers nosuch
  stick-table type ip size 1 peers
  stick-table type ip size 1 srvkey addr
  stick-table type ip size 1 srvkey nosuch
  stick-table type ip size 1 nosuch
  stick-table type ip size 1\\n stick-table type ip size 1
  timeout check
  timeout queue x
  timeout tunnel
  timeout server-fin x
  transparent x
  use-server
  use-server s
  use-server s if
  use-server nosuch if TRUE
  use-server s if nosuch
  use-server s unless FALSE
  usesrc
  `,
);

export const SWITCHED_BACKEND: readonly VerdictCase[] = inProxies(
  ['backend'],
  `
  balance rdp-cookie
  persist rdp-cookie
  stick on src
  cookie A insert
  balance uri
  balance hdr(host)
  http-reuse always
  compression algo gzip
  `,
  'tcp',
);
