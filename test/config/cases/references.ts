/** What arguments of fetches name, and is not there. */

import { B, type DifferentialCase, F, H, same, TIMEOUTS } from './case.ts';

export const REFERENCES: readonly DifferentialCase[] = [
  same('a backend that is not there', `${B} server s 127.0.0.1:80\n http-request set-header x %[be_conn(none)]\n`),
  same('a backend that is a frontend', `${F} http-request set-header x %[be_conn]\n`),
  same('a frontend that is a backend', `${B} server s 127.0.0.1:80\n http-request deny if { fe_conn gt 1 }\n`),
  same(
    'a frontend by name that is a backend',
    `${B} server s 127.0.0.1:80\n http-request deny if { fe_conn(b) gt 1 }\n`,
  ),
  same('a server that is not there', `${B} server s 127.0.0.1:80\n http-request deny if { srv_conn(t) gt 1 }\n`),
  same('a server of a backend that is not there', `${B} server s 127.0.0.1:80\n use-server s if { srv_is_up(c/s) }\n`),
  same('no server at all', `${B} server s 127.0.0.1:80\n http-response set-header x %[srv_queue()]\n`),
  same('a user list that is not there', `${F} http-request auth unless { http_auth(people) }\n`),
  same('a regex that is none', `${F} http-request set-header x "%[path,regsub('a(b',c)]"\n`),
  same(
    'several of them',
    `${B} server s 127.0.0.1:80\n acl a nbsrv(none) gt 1\n acl b srv_is_up(s)\n http-request deny if a b\n` +
      ' http-request set-header x %[srv_conn(t)]\n http-response set-header y %[queue(none),add(1)]\n',
  ),
  same(
    'they are there',
    `${B} server s 127.0.0.1:80\n http-request deny if { srv_conn(s) gt 1 } { nbsrv(b) 0 } { fe_conn(f) 7 }\n`,
  ),
  same(
    'one in the rules of a defaults section',
    `defaults d\n mode http\n${TIMEOUTS} http-request set-header x %[be_conn(none)]\nfrontend f from d\n bind :18080\n`,
  ),
  same(
    'a server without its backend in a defaults section',
    `defaults d\n mode http\n${TIMEOUTS} http-request set-header x %[srv_conn(s)]\nfrontend f from d\n bind :18080\n`,
  ),
  same(
    'a name left out in a defaults section',
    `defaults d\n mode http\n${TIMEOUTS} http-request set-header x %[be_conn]\nfrontend f from d\n bind :18080\n`,
  ),
  same(
    'a group that is not there',
    `userlist u\n group g\n user a insecure-password b groups g\n${H}frontend f\n bind :18080\n http-request deny unless { http_auth_group(u) h }\n`,
  ),
];
