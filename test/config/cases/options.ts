/** Options, timeouts and other settings of proxies. */

import { B, type DifferentialCase, F, H, known, same, T } from './case.ts';

export const OPTIONS: readonly DifferentialCase[] = [
  same(
    'every switch of a frontend',
    `${F} option clitcpka\n option contstats\n option dontlognull\n option http-ignore-probes\n option logasap\n option nolinger\n option accept-invalid-http-request\n option dontlog-normal\n option log-separate-errors\n option socket-stats\n option tcp-smart-accept\n option http-no-delay\n option tcpka\n`,
  ),
  same(
    'every switch of a backend',
    `${B} option abortonclose\n option allbackups\n option srvtcpka\n option log-health-checks\n option prefer-last-server\n option tcp-smart-connect\n option accept-invalid-http-response\n option redispatch 2\n`,
  ),
  same(
    'switches of the other side',
    `${F} option abortonclose\n option redispatch\nbackend b\n option dontlognull\n option httplog\n option tcplog\n`,
  ),
  same(
    'no option',
    `${H} option dontlognull\n option redispatch\n no option redispatch\nfrontend f\n bind :18080\n no option dontlognull\n`,
  ),
  same('no option for what has none', `${F} no option forwardfor\n no option httplog\n`),
  same('no for something else', `${F} no maxconn 10\n`),
  same('no log with words', `${F} no log global\n`),
  same('option without a name', `${F} option\n`),
  same('an unknown option', `${F} option httplgo\n option qqqqqqq\n`),
  same(
    'an option with words',
    `${F} option dontlognull x\n option tcplog x\n option httpclose x\n option httplog x\n option httplog clf x\n`,
  ),
  same('options that are gone', `${F} option http-tunnel\n option http_proxy\n`),
  { name: 'option forceclose', text: `${F} option forceclose\n`, differs: 'it works as in 1.9', sameExit: false },
  same('forwardfor', `${F} option forwardfor except 127.0.0.0/8 header X-Client if-none\n`),
  same(
    'wrong forwardfors',
    `${F} option forwardfor except x/y\n option forwardfor header\n option forwardfor always\n`,
  ),
  same('log formats without a target', `${F} option httplog\n`),
  same(
    'log formats that replace others in defaults',
    `${H} option httplog\n option tcplog\n option httplog clf\nfrontend f\n bind :18080\n log 127.0.0.1 local0\n`,
  ),
  same(
    'httplog in TCP mode',
    `global\n log 127.0.0.1 local0\n${T} option httplog\n log global\nfrontend f\n bind :18080\n`,
  ),
  same(
    'HTTP settings in TCP mode',
    `${T}listen l\n bind :18080\n option forwardfor\n option http-server-close\n option http-ignore-probes\n option accept-invalid-http-response\n http-request deny if FALSE\n http-response del-header x\n redirect location /\n monitor-uri /x\n`,
  ),
  same(
    'httpchk in its forms',
    `${B} option httpchk\n option httpchk /x\n option httpchk GET /x\n option httpchk GET /x HTTP/1.1\n option httpchk GET /x HTTP/1.1\\r\\nHost:\\ a\n`,
  ),
  same('httpchk with too many words', `${B} option httpchk GET /x HTTP/1.1 y\n`),
  same(
    'http-check expect',
    `${B} option httpchk\n http-check expect status 200-299,304\n http-check expect ! string error\n`,
  ),
  same('http-check without httpchk', `${B} http-check expect status 200\n`),
  same(
    'wrong http-check lines',
    `${B} option httpchk\n http-check expect\n http-check expect status\n http-check expect colour red\n http-check jump\n`,
  ),
  same(
    'every timeout',
    `${F} timeout client 1m\n timeout client-fin 1s\n timeout http-request 1s\n timeout http-keep-alive 1s\n timeout tarpit 1s\n default_backend b\nbackend b\n timeout server 5s\n timeout connect 5s\n timeout queue 1d\n timeout check 1h\n timeout tunnel 1h\n timeout server-fin 2500\n`,
  ),
  same('timeouts of the other side', `${F} timeout server 5s\nbackend b\n timeout client 5s\n`),
  same(
    'timeouts that overwrite',
    `${H} timeout client 2s\nfrontend f\n bind :18080\n timeout client 3s\n timeout client 4s\n`,
  ),
  same(
    'wrong timeouts',
    `${F} timeout\n timeout x 1s\n timeout client\n timeout client x\n timeout client 1y\n timeout client 99999999d\n timeout client 100us\n timeout client 1s 2s\n timeout client 1sx\n`,
  ),
  {
    name: 'former timeouts',
    text: `${F} clitimeout 1s\n srvtimeout 1s\n contimeout 1s\n`,
    differs: 'they work as in 1.9',
    sameExit: false,
  },
  same('modes', `${F} mode tpc\n mode health\n mode http tcp\n`),
  same('ids of proxies', `${F} id 5\nbackend b\n id 5\nbackend c\n id 0\nbackend d\n id\n`),
  known(
    'HAProxy takes the missing text for a file it cannot open',
    'description',
    `${F} description a b c\nbackend b\n description\n`,
  ),
  same(
    'keywords not allowed in defaults',
    `${H} id 5\n acl a path /\n monitor fail if TRUE\n redirect location /\n http-request deny\n description x\nfrontend f\n bind :18080\n`,
  ),
];
