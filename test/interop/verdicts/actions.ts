/** The actions of HTTP and TCP rules (manual 4.2), with good arguments and bad ones, where they belong and where not. */

import { inProxies, type VerdictCase } from './verdict-case.ts';

/** Actions that several rule sets share; `#` is the set. */
const SHARED = `
  # add-acl(patterns.txt) a
  # add-acl(patterns.txt)
  # add-acl a
  # add-header A b
  # add-header A
  # add-header
  # add-header A %[nosuch]
  # add-header A b nonsense
  # add-header A b if
  # add-header A b if nosuch
  # add-header A b if TRUE
  # add-header A b unless { path / }
  # allow
  # allow now
  # cache-use c
  # cache-store c
  # capture hdr(a) len 10
  # capture hdr(a) id 0
  # capture hdr(a)
  # capture nosuch len 10
  # del-acl(patterns.txt) a
  # del-acl()
  # del-header A
  # del-header
  # del-header A -m beg
  # del-header A -m nosuch
  # del-header ( -m reg
  # del-map(map.txt) a
  # del-map(map.txt)
  # deny
  # deny deny_status 429
  # deny deny_status 299
  # deny deny_status x
  # deny status 404 content-type text/plain string x
  # deny status 404 string x
  # deny status 404 file text.txt
  # deny status 404 content-type text/plain file nosuchfile
  # deny errorfile error.http
  # deny errorfile nosuchfile
  # deny errorfiles nosuch
  # deny default-errorfiles
  # deny content-type text/plain lf-string %[nosuch]
  # deny hdr A b
  # deny nonsense
  # redirect location /a
  # redirect location
  # redirect prefix /a code 308 drop-query append-slash
  # redirect scheme https code 200
  # redirect nosuch /a
  # redirect location /a set-cookie A=b
  # redirect location /a clear-cookie A
  # redirect location /a ignore-empty
  # replace-header A (b) \\1
  # replace-header A ( b
  # replace-header A b
  # replace-value A (b) \\1
  # replace-value A
  # return
  # return status 200 content-type text/plain string hello
  # return status 200 string hello
  # return status 199
  # return status 200 content-type text/plain lf-file text.txt hdr X y
  # return hdr X
  # sc-inc-gpc0(0)
  # sc-inc-gpc0(x)
  # sc-inc-gpc1(0)
  # sc-inc-gpc(0,0)
  # sc-inc-gpc(0)
  # sc-set-gpt0(0) 5
  # sc-set-gpt0(0)
  # sc-set-gpt(0,0) 5
  # send-spoe-group e g
  # send-spoe-group e
  # set-header A b
  # set-header A
  # set-log-level silent
  # set-log-level nosuch
  # set-log-level
  # set-map(map.txt) a b
  # set-map(map.txt) a
  # set-map(nosuchfile) a b
  # set-mark 5
  # set-mark 0x5
  # set-mark x
  # set-nice 5
  # set-nice
  # set-tos 5
  # set-tos x
  # set-var(txn.a) int(1)
  # set-var(txn.a) nosuch
  # set-var(txn.a)
  # set-var(nosuch.a) int(1)
  # set-var(txn.a,ifexists) int(1)
  # set-var(txn.a,nosuch) int(1)
  # set-var-fmt(txn.a) x%[int(1)]
  # set-var-fmt(txn.a)
  # silent-drop
  # silent-drop now
  # strict-mode on
  # strict-mode off
  # strict-mode x
  # track-sc0 src
  # track-sc0 nosuch
  # track-sc2 src table nosuch
  # unset-var(txn.a)
  # unset-var(nosuch)
  # wait-for-body time 1s
  # wait-for-body time
  # wait-for-body time 1s at-least 10
  # wait-for-body at-least 10
  # nosuch
  #
`;

const REQUEST_ONLY = `
  http-request auth
  http-request auth realm x
  http-request auth realm
  http-request auth nonsense
  http-request disable-l7-retry
  http-request do-resolve(txn.a,r) src
  http-request do-resolve(txn.a) src
  http-request early-hint Link a
  http-request early-hint Link
  http-request normalize-uri path-merge-slashes
  http-request normalize-uri nosuch
  http-request reject
  http-request reject now
  http-request replace-path (.*) /a\\1
  http-request replace-path ( a
  http-request replace-path a
  http-request replace-pathq (.*) /a\\1
  http-request replace-uri (.*) /a\\1
  http-request set-dst src
  http-request set-dst nosuch
  http-request set-dst-port int(80)
  http-request set-method GET
  http-request set-method
  http-request set-path /a
  http-request set-path %[nosuch]
  http-request set-pathq /a?b
  http-request set-priority-class int(1)
  http-request set-priority-class
  http-request set-priority-offset int(1)
  http-request set-query a=b
  http-request set-src hdr(x)
  http-request set-src
  http-request set-src-port int(1)
  http-request set-timeout server 1s
  http-request set-timeout tunnel int(5)
  http-request set-timeout client 1s
  http-request set-timeout server x
  http-request set-uri /a
  http-request tarpit
  http-request tarpit deny_status 429
  http-request use-service prometheus-exporter
  http-request use-service nosuch
  http-request use-service
  http-request wait-for-handshake
  http-request ot-group a b
  http-response set-status 404
  http-response set-status 404 reason Gone
  http-response set-status x
  http-response set-status 99
`;

export const HTTP_ACTIONS: readonly VerdictCase[] = [
  ...['http-request', 'http-response', 'http-after-response'].flatMap((set) =>
    inProxies(['frontend'], SHARED.replaceAll('#', set)),
  ),
  ...inProxies(['frontend', 'backend'], REQUEST_ONLY),
];

const TCP_ACTIONS = `
  # accept
  # accept now
  # accept if { src 10.0.0.0/8 }
  # accept if
  # accept if nosuch
  # reject
  # close
  # expect-proxy layer4
  # expect-proxy
  # expect-netscaler-cip layer4
  # capture src len 10
  # capture src
  # track-sc0 src
  # track-sc0 src table nosuch
  # track-sc9 src
  # sc-inc-gpc0(0)
  # sc-set-gpt0(0) 1
  # set-src src
  # set-src-port int(1)
  # set-dst dst
  # set-dst-port int(1)
  # set-dst-port nosuch
  # set-mark 5
  # set-mark x
  # set-tos 5
  # set-nice 1
  # set-log-level info
  # set-log-level x
  # set-var(sess.a) src
  # set-var(sess.a)
  # set-var(nosuch.a) src
  # set-var-fmt(sess.a) x
  # unset-var(sess.a)
  # set-priority-class int(1)
  # set-priority-offset int(1)
  # silent-drop
  # switch-mode http
  # switch-mode
  # use-service nosuch
  # do-resolve(txn.a,r) src
  # send-spoe-group a b
  # nosuch
  #
`;

export const TCP_RULES: readonly VerdictCase[] = [
  ...inProxies(
    ['listen'],
    ['tcp-request connection', 'tcp-request session', 'tcp-request content', 'tcp-response content']
      .map((set) => TCP_ACTIONS.replaceAll('#', set))
      .join(''),
    'tcp',
  ),
  ...inProxies(
    ['listen'],
    `
    tcp-request
    tcp-request nosuch
    tcp-request inspect-delay
    tcp-request inspect-delay x
    tcp-request inspect-delay 1s more
    tcp-response
    tcp-response nosuch
    tcp-response inspect-delay
    tcp-response inspect-delay x
    tcp-request connection accept if { path / }
    tcp-request content accept if HTTP
    tcp-request content accept if { req.payload(0,3) -m bin 000102 }
    `,
  ),
];
