/**
 * Small configurations, good and bad, for comparing what `haproxy -c` says with what we say. `H` stands for a preamble
 * that is valid in HTTP mode, `T` in TCP mode; lines are numbered as in the whole text.
 */

export interface DifferentialCase {
  readonly name: string;
  readonly text: string;
  /** Why we knowingly say something else; the exit code is then compared only where `sameExit` is not false. */
  readonly differs?: string;
  readonly sameExit?: false;
}

const TIMEOUTS = ' timeout client 1s\n timeout connect 1s\n timeout server 1s\n';
const H = `defaults\n mode http\n${TIMEOUTS}`;
const T = `defaults\n mode tcp\n${TIMEOUTS}`;
const F = `${H}frontend f\n bind :0001\n`.replace(':0001', ':18080');
const B = `${F} default_backend b\nbackend b\n`;

function same(name: string, text: string): DifferentialCase {
  return { name, text };
}

/** Where we differ on purpose, but not in whether the configuration is valid. */
function known(differs: string, name: string, text: string): DifferentialCase {
  return { name, text, differs };
}

/** HAProxy stops reading at some errors (it "aborts"); we go on and report the rest, too. */
export const GOES_ON = 'HAProxy stops at this error; we go on and then also print the final line';

function goesOn(name: string, text: string): DifferentialCase {
  return { name, text, differs: GOES_ON };
}

const LEXER: readonly DifferentialCase[] = [
  same('an empty file', ''),
  same('only comments', '# nothing\n\n   # more\n'),
  same('quotes, escapes and comments', `${F} acl a path "/a b" '/c d' /e\\ f \\#g "\\x41\\"" # comment\n`),
  same('an unterminated weak quote', `${F} acl a path "abc\n`),
  same('an unterminated strong quote', `${F}\tacl a path 'abc # x\n acl b path x\n`),
  same('an unterminated quote far to the right', `${F} acl a path ${'x'.repeat(90)} "abc\n`),
  same('a broken hexadecimal escape', `${F} acl a path \\x4g\n`),
  same('a forbidden variable name', `${F} acl a path "$1"\n`),
  same('an unmatched brace', `${F} acl a path "\${HOME"\n`),
  same('a wrong word expansion', `${F} acl a path "\${HOME[1]}"\n`),
  same('a default value of a variable', `${F} bind "127.0.0.1:\${NO_SUCH_PORT-18081}"\n`),
  same('an unset variable as a whole word ends the arguments', `${F} bind "$NO_SUCH_VARIABLE"\n`),
  same('a variable outside quotes is expanded within addresses', `${F} bind 127.0.0.1:$NO_SUCH_VARIABLE\n`),
  same('pseudo-variables', `${F} acl a path "\${.FILE}" "\${.LINE}" "\${.SECTION}"\n`),
  same('an unknown pseudo-variable', `${F} acl a path "\${.NOTHING}"\n`),
  same('64 words', `${F} acl a path ${'x '.repeat(61).trim()}\n`),
  same('65 words', `${F} acl a path ${'x '.repeat(62).trim()}\n`),
  same('64 words and a blank', `${F} acl a path ${'x '.repeat(61)}\n`),
  same('a very long line', `${F} acl a path ${'x'.repeat(5000)}\n`),
  same(
    'carriage returns',
    `${F} acl a path /x\r\n default_backend f2\r\n`.replaceAll('\n', '\r\n').replaceAll('\r\r', '\r'),
  ),
  same('a missing line feed at the end', `${F} acl a path /x`),
  same('a NUL within a line', `${F} acl a path /x\0 y\n acl b path /z\n`),
  same('a keyword out of any section', 'bind :18080\n'),
  same('an unknown directive', `.nothing\n${F}`),
];

const SECTIONS: readonly DifferentialCase[] = [
  same('a section without a name', `${H}frontend\n`.replace('frontend\n', 'frontend f\n bind :18080\n')),
  same('a forbidden character in a name', `${H}frontend a/b\n bind :18080\n`),
  known(
    'HAProxy then also refuses every line of the section',
    'an address behind the name of a frontend',
    `${H}frontend f :18080\n bind :18080\n`,
  ),
  same('an address behind the name of a backend', `${F}backend b :80\n`),
  same('two frontends of one name', `${F}frontend f\n bind :18081\n`),
  same('a listen and a backend of one name', `${F}listen x\n bind :18081\nbackend x\n`),
  same('a frontend and a backend of one name', `${F}backend f\n`),
  same('named defaults', `defaults a\n mode http\n${TIMEOUTS}defaults b\n mode tcp\nfrontend f from a\n bind :18080\n`),
  same(
    'defaults from defaults',
    `defaults a\n${TIMEOUTS}defaults b from a\n mode http\nfrontend f from b\n bind :18080\n`,
  ),
  same('ambiguous defaults', `defaults a\n${TIMEOUTS}defaults a\n${TIMEOUTS}frontend f from a\n bind :18080\n`),
  same('defaults used both ways', `defaults a\n${TIMEOUTS}frontend f from a\n bind :18080\nfrontend g\n bind :18081\n`),
  same('an unknown keyword', `${F} bnid :18081\n`),
  same('an unknown keyword like nothing else', `${F} zzzzzz\n`),
  same('an unknown keyword in global', 'global\n maxcon 10\n'),
  same('an unknown keyword in a userlist', 'userlist u\n usr x\n'),
  same(
    'a userlist',
    `userlist u\n group g users a,b\n user a insecure-password x\n user b password $5$x$y groups g\n${F}`,
  ),
  same('a userlist with an unknown group', `userlist u\n user a insecure-password x groups g\n${F}`),
  same('a userlist with an unknown user', `userlist u\n group g users a\n${F}`),
  same('a userlist twice', `userlist u\nuserlist u\n${F}`),
  same('a frontend without bind', `${H}frontend f\n`),
  same('missing timeouts', 'frontend f\n bind :18080\n default_backend b\nbackend b\n server s 127.0.0.1:80\n'),
  same('a disabled frontend is not checked', `${F} disabled\n default_backend nowhere\nfrontend g\n bind :18081\n`),
  same('a tab before a keyword and words after blanks', `${H}frontend\tf\n\tbind  :18080   name  x\n`),
  goesOn('a defaults section that does not exist', `frontend f from a\n bind :18080\n`),
];

const FRONTENDS: readonly DifferentialCase[] = [
  same('bind without an address', `${F} bind\n`),
  same('bind without a port', `${F} bind 127.0.0.1\n`),
  same('bind with a port that is too large', `${F} bind 127.0.0.1:70000\n`),
  same('bind with port 0', `${F} bind 127.0.0.1:0\n`),
  same('bind with a reversed range', `${F} bind :18090-18085\n`),
  same('bind with letters for a port', `${F} bind :http\n`),
  same('bind with a range and a list', `${F} bind :18081-18083,127.0.0.1:18090\n`),
  same('bind on IPv6', `${F} bind [::1]:18081 v6only name six\n bind :::18082 v4v6\n`),
  same('bind with an offset', `${F} bind :+80\n`),
  same('bind on a unix path with rights', `${F} bind /tmp/mahalo-differential.sock mode 600 uid 0 gid 0\n`),
  same('bind with an invalid mode', `${F} bind /tmp/mahalo-differential.sock mode 9\n`),
  same('bind with an unknown user', `${F} bind /tmp/mahalo-differential.sock user no-such-user\n`),
  same('bind on an abstract name', `${F} bind abns@mahalo-differential\n`),
  same('bind with a mistyped option', `${F} bind :18081 nmae x\n`),
  same('bind with an option like nothing', `${F} bind :18081 qqqqq\n`),
  same('bind with options out of range', `${F} bind :18081 nice 2000\n bind :18082 mss 0\n bind :18083 maxconn -1\n`),
  same('bind with options that lack a value', `${F} bind :18081 maxconn\n bind :18082 name\n bind :18083 id\n`),
  same('bind with ids', `${F} bind :18081 id 7\n bind :18082 id 7\n bind :18083 id 0\n bind :18084 id x\n`),
  same('bind with a wrong delay', `${F} bind :18081 tcp-ut 1x\n bind :18082 tcp-ut 99999999d\n`),
  same('bind in a backend', `${B} bind :18085\n server s 127.0.0.1:80\n`),
  same('bind in defaults', `${H} bind :18081\nfrontend f\n bind :18080\n`),
  same('bind with a name that does not resolve', `${F} bind no-such-host.invalid:80\n`),
  same('maxconn without a number', `${F} maxconn\n`),
  same('maxconn with letters', `${F} maxconn abc\n`),
  same('maxconn with two numbers', `${F} maxconn 10 20\n`),
  same('maxconn in a backend', `${B} maxconn 100\n server s 127.0.0.1:80\n`),
  same('backlog and monitor-uri', `${F} backlog 100\n monitor-uri /up\n monitor fail if { src 1.2.3.4 }\n`),
  same('monitor-uri without an URI', `${F} monitor-uri\n monitor-uri /a /b\n`),
  same('monitor with something else', `${F} monitor pass if TRUE\n monitor fail TRUE\n`),
  same('default_backend without a name', `${F} default_backend\n`),
  same('an unknown default_backend', `${F} default_backend nowhere\n`),
  same('a default_backend that is a frontend', `${F} default_backend g\nfrontend g\n bind :18081\n`),
  same(
    'a default_backend of another mode',
    `${T}frontend f\n bind :18080\n mode http\n default_backend b\nbackend b\n`,
  ),
  same(
    'an HTTP default_backend of a TCP frontend',
    `${T}frontend f\n bind :18080\n default_backend b\nbackend b\n mode http\n`,
  ),
  same('a listen that is its own default_backend', `${H}listen l\n bind :18080\n default_backend l\n`),
  same(
    'servers that are never used',
    `${H}listen l\n bind :18080\n server s 127.0.0.1:80\n default_backend b\nbackend b\n`,
  ),
  same('an unknown use_backend', `${F} use_backend nowhere if { path /a }\n use_backend elsewhere\n`),
  same('use_backend without a name', `${F} use_backend\n`),
  same('use_backend with a strange word', `${F} use_backend b when TRUE\nbackend b\n`),
  same('use_backend of another mode', `${F} use_backend b if TRUE\nbackend b\n mode tcp\n`),
  same(
    'use_backend in a backend and in defaults',
    `${H} use_backend x\nfrontend f\n bind :18080\nbackend b\n use_backend b2\nbackend b2\n`,
  ),
];

const BACKENDS: readonly DifferentialCase[] = [
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

const OPTIONS: readonly DifferentialCase[] = [
  same(
    'every switch of a frontend',
    `${F} option clitcpka\n option contstats\n option dontlognull\n option http-ignore-probes\n option logasap\n option nolinger\n option splice-auto\n option accept-invalid-http-request\n option dontlog-normal\n option log-separate-errors\n option socket-stats\n option tcp-smart-accept\n option http-use-proxy-header\n option http-no-delay\n option tcpka\n`,
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
  same('options that are gone', `${F} option http-tunnel\n option forceclose\n option http_proxy\n`),
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
  same('former timeouts', `${F} clitimeout 1s\n srvtimeout 1s\n contimeout 1s\n`),
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

const RULES: readonly DifferentialCase[] = [
  same(
    'ACLs of every kind',
    `${F} acl a path_beg /a /b\n acl b path_end -i .jpg\n acl c hdr(host) -i a.example\n acl d hdr_beg(host) -i www.\n acl e src 10.0.0.0/8 ::1\n acl f method GET POST\n acl g url_reg ^/x.*y\n acl h hdr_cnt(host) gt 1 le 10\n acl i path -m sub x\n acl j path_len 5:10\n acl k hdr(x) -m found\n acl l req.hdr(host,1) -m end .org\n use_backend b if a b !c or d e || f g { path_dir x } !{ src 1.2.3.4 }\nbackend b\n`,
  ),
  same(
    'predefined ACLs',
    `${F} use_backend b if TRUE !FALSE METH_GET LOCALHOST HTTP HTTP_1.1 HTTP_1.0 HTTP_URL_SLASH HTTP_URL_ABS HTTP_URL_STAR METH_POST\nbackend b\n`,
  ),
  same('an unknown fetch', `${F} acl a pth /x\n`),
  same('an unknown fetch that only looks like an ACL keyword', `${F} acl a req.hdr_beg(host) www\n`),
  same('an unknown converter', `${F} acl a path,lwoer /x\n acl b hdr(host),lwoer /x\n`),
  same('a missing comma', `${F} acl a path(x)y /x\n acl b src(x)y 1.2.3.4\n`),
  same('a missing parenthesis', `${F} acl a hdr(host /x\n acl b hdr_cnt(host 1\n`),
  same('an ACL without criterion', `${F} acl a\n`),
  known('HAProxy prints the end of its text as the forbidden character', 'an ACL without name', `${F} acl\n`),
  same('an ACL with a forbidden name', `${F} acl a/b path /\n acl or path /\n`),
  same('an ACL without patterns', `${F} acl a path\n acl b src\n acl c hdr_cnt(x)\n`),
  same('ACL patterns of the wrong type', `${F} acl a src nowhere.invalid\n`),
  same('ACL numbers of the wrong type', `${F} acl b hdr_cnt(x) abc\n acl c hdr_cnt(x) gt abc\n acl d hdr_cnt(x) 5:1\n`),
  same(
    'ACL flags',
    `${F} acl a path -x /\n acl b path -m xyz /\n acl c path -f /nonexistent-file\n acl d path -- -x\n acl e path -u abc /\n`,
  ),
  same('an ACL that looks like a missing argument', `${F} acl a path ( x )\n`),
  same('an unknown ACL in a condition', `${F} use_backend b if nothing\nbackend b\n`),
  same('an unclosed anonymous ACL', `${F} use_backend b if { path /x\nbackend b\n`),
  same('an empty condition', `${F} use_backend b if\nbackend b\n`),
  same('an ACL that continues after its use', `${F} acl a path /x\n use_backend b if a\n acl a path /y\nbackend b\n`),
  same(
    'the response in a request rule',
    `${F} acl a res.hdr(x) -m found\n use_backend b if a\n http-request deny if { res.hdr(x) -m found }\nbackend b\n`,
  ),
  same(
    'the request in a response rule',
    `${F} http-response del-header x if { path /x }\n acl a path /x\n http-response del-header x if a\n`,
  ),
  same(
    'every action',
    `${F} http-request set-header X-A "%[src] %ci" if { path /x }\n http-request add-header X-B b\n http-request del-header X-C\n http-request del-header X-D -m beg\n http-request deny if { path /no }\n http-request deny deny_status 404 if { path /no }\n http-request redirect location /x code 301 if { path /y }\n http-request allow if { path /z }\n http-response set-header X-A b\n http-response add-header X-A b\n http-response del-header X-A\n http-response deny if FALSE\n`,
  ),
  same(
    'redirects',
    `${F} redirect location /x if { path /a }\n redirect prefix http://x code 303 drop-query append-slash if { path /b }\n redirect scheme https code 308 set-cookie A=1 if { path /c }\n redirect location / clear-cookie A= unless TRUE\n`,
  ),
  same(
    'wrong redirects',
    `${F} redirect\n redirect location\n redirect location / code 305\n redirect location / when x\n redirect location / if nothing\n`,
  ),
  same(
    'rules in a confusing order',
    `${F} use_backend b if { path /x }\n redirect location / if FALSE\n http-request allow if FALSE\n monitor fail if FALSE\nbackend b\n`,
  ),
  same('rules after a final one', `${F} http-request deny\n http-request set-header a b\n http-request allow\n`),
  same(
    'rules of named defaults',
    `defaults a\n mode http\n${TIMEOUTS} http-request set-header a b\nfrontend f from a\n bind :18080\n`,
  ),
  goesOn('an unknown action', `${F} http-request dney\n`),
  goesOn('an action without arguments', `${F} http-request set-header x\n`),
  goesOn('an action with a strange word', `${F} http-request deny when x\n`),
  goesOn('an action with an unknown ACL', `${F} http-request deny if nothing\n`),
  goesOn('a format with an unknown variable', `${F} http-request set-header x %zz\n`),
  goesOn('a format with an unknown fetch', `${F} http-request set-header x %[nothing]\n`),
  goesOn('a format with an unclosed expression', `${F} http-request set-header x %[path\n`),
  goesOn('a format with a wrong percent sign', `${F} http-request set-header x 100%\\ y\n`),
  goesOn('a format with flags and no variable', `${F} http-request set-header x %{+Q}\n`),
  goesOn('a format that ends in a percent sign', `${F} http-request set-header x 100%\n`),
  goesOn('a format that reads the response too early', `${F} http-request set-header x %[res.hdr(x)]\n`),
  goesOn('a response redirect of the wrong type', `${F} http-response redirect prefix /\n`),
  goesOn('a deny with a strange status', `${F} http-request deny deny_status 99\n`),
  goesOn('a del-header with a strange match', `${F} http-request del-header x -m dom\n`),
];

const LOGS: readonly DifferentialCase[] = [
  same(
    'log targets',
    `global\n log 127.0.0.1:514 local0\n log /dev/log local1 notice\n log 127.0.0.1 len 2048 format rfc5424 daemon info err\n log stdout format raw local0\n log fd@2 local7\n log udp@127.0.0.1:514 local0\n${F} log global\n no log\n log 127.0.0.1 local2 debug\n log-tag x\n`,
  ),
  same(
    'wrong log targets',
    `global\n log\n log 127.0.0.1\n log 127.0.0.1 local9\n log 127.0.0.1 local0 loud\n log 127.0.0.1 local0 info loud\n log 127.0.0.1 local0 info err x\n log 127.0.0.1 len 10 local0\n log 127.0.0.1 format x local0\n log global\n log no-such-host.invalid local0\n log-tag\n`,
  ),
  same('a wrong log line of a proxy', `${F} log x\n log-tag\n`),
  same('errorloc', `${F} errorloc 503 http://x/\n errorloc302 500 /x\n errorloc303 502 /y\n`),
  same(
    'wrong error responses',
    `${F} errorfile 503\n errorfile 999 /dev/null\n errorfile 503 /nonexistent-file\n errorloc 12 /x\n`,
  ),
  same('an empty error file', `${F} errorfile 503 /dev/null\n`),
];

const GLOBALS: readonly DifferentialCase[] = [
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
    `global\n tune.bufsize 32768\n tune.maxrewrite 1024\n tune.http.maxhdr 200\n tune.maxaccept 100\n tune.rcvbuf.client 10000\n tune.sndbuf.server 10000\n tune.idletimer 500\n tune.http.logurilen 2048\n tune.pool-low-fd-ratio 10\n tune.pool-high-fd-ratio 20\n spread-checks 10\n max-spread-checks 5s\n hard-stop-after 10s\n${F}`,
  ),
  same(
    'wrong tuning',
    'global\n tune.bufsize 0\n tune.maxrewrite -1\n tune.http.maxhdr 0\n tune.http.maxhdr 40000\n tune.idletimer x\n tune.idletimer 70000\n tune.pool-low-fd-ratio 200\n spread-checks 60\n spread-checks\n max-spread-checks x\n hard-stop-after x\n hard-stop-after\n',
  ),
  same('wrong nbthread', 'global\n nbthread\n nbthread x\n nbthread 0\n nbthread 100\n'),
  same('a wrong node name', 'global\n node a/b\n'),
  same('unix-bind', `global\n unix-bind prefix /tmp/ mode 600 user root uid 0 group root gid 0\n${F} bind /x.sock\n`),
  same(
    'wrong unix-bind',
    'global\n unix-bind prefix\n unix-bind colour red\n unix-bind user no-such-user\n unix-bind prefix /a prefix /b\n',
  ),
];

const LATER: readonly DifferentialCase[] = [
  {
    name: 'a stick-table',
    text: `${B} stick-table type ip size 1k\n`,
    differs: 'not implemented yet',
    sameExit: false,
  },
  { name: 'a cookie line', text: `${B} cookie A insert\n`, differs: 'not implemented yet', sameExit: false },
  {
    name: 'a peers section',
    text: `peers p\n peer a 127.0.0.1:1024\n${F}`,
    differs: 'not implemented yet',
    sameExit: false,
  },
  { name: 'balance uri', text: `${B} balance uri\n`, differs: 'not implemented yet', sameExit: false },
  { name: 'two threads', text: `global\n nbthread 2\n${F}`, differs: 'one thread only, yet', sameExit: false },
  {
    name: 'a condition directive',
    text: `.if defined(X)\n.endif\n${F}`,
    differs: 'not implemented yet',
    sameExit: false,
  },
  {
    name: 'a backend by expression',
    text: `${F} use_backend %[path]\n`,
    differs: 'not implemented yet',
    sameExit: false,
  },
  {
    name: 'an invalid regular expression',
    text: `${F} acl a path_reg (\n`,
    differs: "the reason is JavaScript's, not PCRE's",
  },
  {
    name: 'a keyword of former versions',
    text: `${F} reqrep a b\n`,
    differs: 'a keyword of 1.9, refused as not implemented',
  },
];

const DETAILS: readonly DifferentialCase[] = [
  same(
    'conditions with odd operators',
    `${F} use_backend b if { path /a } { path /b } or\n use_backend b if or { path /a }\n use_backend b if ! ! { path /a }\n use_backend b if !\n use_backend b unless\n use_backend b if { path /a } || !{ path -i /b } OR { path , /c }\nbackend b\n`,
  ),
  same(
    'arguments of fetches',
    `${F} acl x hdr_cnt gt 1\n acl x hdr_cnt() 1\n acl x hdr_cnt(a,b) 1\n acl x hdr(a,b) 1\n acl x hdr(a,1,2) 1\n acl x hdr(a,-11) 1\n acl x hdr("a,b",1) 1\n acl x req.hdr(a) -m found\n`,
  ),
  same(
    'networks',
    `${F} acl x src 10.0.0.0/33\n acl x src 10.0.0.0/255.255.0.0 ::/0 ::1/129\n acl x src -n localhost\n acl x src localhost\n acl x src -m str 1.2.3.4\n`,
  ),
  same(
    'ranges',
    `${F} acl x hdr_cnt(a) 1:2 3- -4 :5\n acl x hdr_cnt(a) -- -4\n acl x path -m len gt 3 le 5\n acl x hdr_cnt(a) lt 0\n acl x status 200\n`,
  ),
  same(
    'matching methods',
    `${F} acl x path -m beg -i -- /x\n acl x path -m ip 1.2.3.4\n acl x path -m bin 4142\n acl x path -m bin 414\n acl x path -m bin xx\n acl x url_beg -f /dev/null\n acl x url_beg -f\n acl x url_beg -m\n acl x method -i get\n`,
  ),
  same(
    'converters',
    `${F} acl x path,lower,upper /x\n acl x path, /x\n acl x path_beg,lower /x\n acl x src,lower 1.2.3.4\n`,
  ),
  same('booleans', `${F} acl x always_true\n acl x always_true 1\n acl x always_true 0\n acl x always_true maybe\n`),
  same(
    'words that are missing or too many',
    `${B} balance\n balance roundrobin x\n http-reuse\n http-reuse safe x\n retries x\n http-check expect\n timeout\n option httpchk GET\n option redispatch x\n hash-type\n source *\n source 0.0.0.0:5 interface\n errorfile 500\n errorloc 500\n server x 1.2.3.4:80 weight\n server y 1.2.3.4:80 maxconn\n server z 1.2.3.4:80 disabled enabled\n`,
  ),
  same(
    'checks without a port',
    `${B} server a 127.0.0.1 check\n server c 127.0.0.1:+5 check\n server d 127.0.0.1 check port 80\n server f unix@/tmp/x check\n server g 127.0.0.1 check addr 127.0.0.2:80\n`,
  ),
  same('names that cannot be', `${B} server l a..b:80\n`),
  {
    name: 'an address as a number',
    text: `${F} acl x src -m int 5\n`,
    differs: 'HAProxy casts addresses to numbers',
    sameExit: false,
  },
  {
    name: 'a descriptor that is not open',
    text: `${F} bind fd@99\n`,
    differs: 'HAProxy asks the system about it while it parses',
    sameExit: false,
  },
  {
    name: 'the word default before an option',
    text: `${F} default option logasap\n`,
    differs: 'HAProxy refuses it: it counts the last word twice',
    sameExit: false,
  },
];

export const CASES: readonly DifferentialCase[] = [
  ...LEXER,
  ...SECTIONS,
  ...FRONTENDS,
  ...BACKENDS,
  ...OPTIONS,
  ...RULES,
  ...LOGS,
  ...GLOBALS,
  ...LATER,
  ...DETAILS,
];
