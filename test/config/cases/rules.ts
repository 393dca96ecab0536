/** ACLs, conditions and HTTP rules. */

import { B, type DifferentialCase, F, goesOn, known, same, TIMEOUTS } from './case.ts';

export const RULES: readonly DifferentialCase[] = [
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
  same(
    'raw bytes in HTTP mode',
    `${F} tcp-request content accept if { req.len gt 1 }\n use_backend b if { req.ssl_hello_type 1 } METH_GET\n` +
      ' http-request deny if { req.ssl_sni -i a }\nbackend b\n use-server s if { req.len 3 }\n server s 127.0.0.1:80\n',
  ),
  same('buffers too large for HTTP', `global\n tune.bufsize 300000000\n${B}frontend g\n bind :18081\n`),
];
