/** Sections other than proxies (manual 3.4 to 3.11, 5.3, 6, 10). */

import { asOpenings, inSection, type VerdictCase } from './verdict-case.ts';

export const OPENINGS: readonly VerdictCase[] = asOpenings(`
  global
  global now
  defaults
  defaults d
  defaults d from nosuch
  frontend
  frontend a b
  frontend a%b
  backend
  backend a from nosuch
  listen
  listen l extra
  userlist
  userlist u
  userlist u more
  peers
  peers p
  peers p more
  peers p%
  mailers
  mailers m
  mailers m more
  mailers m%
  resolvers
  resolvers r
  resolvers r more
  resolvers r%
  cache
  cache c
  cache c more
  ring
  ring r
  ring r%
  ring r more
  program
  program p
  program p more
  http-errors
  http-errors e
  http-errors e more
  http-errors e%
  fcgi-app
  fcgi-app a
  fcgi-app a more
  log-forward
  log-forward l
  log-forward l%
  nosuchsection x
`);

export const USERLISTS: readonly VerdictCase[] = inSection(
  'userlist u',
  `
  user a password x
  user a insecure-password x
  user a insecure-password x groups g\\n group g
  user a groups nosuch
  user
  user a nosuch
  group g
  group g users a\\n user a password x
  group g users nosuch
  group
  group g nosuch
  nosuch
  `,
);

export const PEERS: readonly VerdictCase[] = inSection(
  'peers p',
  `
  peer a 127.0.0.1:1024
  peer
  peer a
  peer a 127.0.0.1
  peer a 127.0.0.1:1024 ssl verify none
  peer a 127.0.0.1:1024 nosuch
  server a 127.0.0.1:1024
  server a
  bind :18090
  bind
  bind :18090 ssl
  default-bind ssl
  default-bind
  default-bind nosuch
  default-server ssl
  default-server
  default-server nosuch
  disabled
  enabled
  enable
  table t type ip size 1k
  table t type ip size 1k store gpc0
  table t
  table
  log 127.0.0.1 local0
  log
  timeout client 1s
  nosuch
  `,
);

export const MAILERS: readonly VerdictCase[] = inSection(
  'mailers m',
  `
  mailer a 127.0.0.1:25
  mailer
  mailer a
  mailer a 127.0.0.1
  mailer a nonsense..:25
  timeout mail 10s
  timeout mail
  timeout mail x
  timeout
  timeout nosuch 1s
  nosuch
  `,
);

export const RESOLVERS: readonly VerdictCase[] = inSection(
  'resolvers r',
  `
  nameserver a 127.0.0.1:53
  nameserver
  nameserver a
  nameserver a 127.0.0.1
  nameserver a tcp@127.0.0.1:53
  nameserver a nonsense..:53
  parse-resolv-conf
  hold valid 10s
  hold nx 10s
  hold obsolete 10s
  hold other 10s
  hold refused 10s
  hold timeout 10s
  hold nosuch 10s
  hold
  hold valid
  hold valid x
  resolve_retries 3
  resolve_retries
  resolution_pool_size 3
  timeout retry 1s
  timeout resolve 1s
  timeout nosuch 1s
  timeout
  timeout retry
  timeout retry x
  accepted_payload_size 4096
  accepted_payload_size
  accepted_payload_size 100
  accepted_payload_size 99999
  nosuch
  `,
);

export const CACHES: readonly VerdictCase[] = inSection(
  'cache c',
  `
  total-max-size 4
  total-max-size 4\\n max-object-size 1000\\n max-age 60\\n process-vary on\\n max-secondary-entries 5
  total-max-size
  total-max-size x
  total-max-size 5000
  total-max-size 4\\n max-age
  total-max-size 4\\n max-age x
  total-max-size 4\\n max-object-size
  total-max-size 4\\n max-object-size x
  total-max-size 4\\n process-vary
  total-max-size 4\\n process-vary x
  total-max-size 4\\n max-secondary-entries
  total-max-size 4\\n max-secondary-entries x
  max-age 60
  nosuch
  `,
);

export const RINGS: readonly VerdictCase[] = inSection(
  'ring r',
  `
  description a b
  description
  format rfc5424
  format
  format nosuch
  maxlen 1200
  maxlen
  maxlen 0
  size 32768
  size
  size 0
  server a 127.0.0.1:514
  server a
  server a 127.0.0.1:514 log-proto octet-count
  timeout connect 1s
  timeout server 1s
  timeout client 1s
  timeout
  timeout connect x
  backing-file /tmp/mahalo-verdicts-ring
  nosuch
  `,
);

export const PROGRAMS: readonly VerdictCase[] = inSection(
  'program p',
  `
  command /bin/true
  command
  command /bin/true\\n user root
  command /bin/true\\n group root
  command /bin/true\\n user nosuchuser
  command /bin/true\\n group nosuchgroup
  command /bin/true\\n user
  command /bin/true\\n option start-on-reload
  command /bin/true\\n no option start-on-reload
  command /bin/true\\n option nosuch
  command /bin/true\\n option
  option start-on-reload
  nosuch
  `,
);

export const HTTP_ERRORS: readonly VerdictCase[] = inSection(
  'http-errors e',
  `
  errorfile 503 error.http
  errorfile 503
  errorfile
  errorfile 999 error.http
  errorfile 503 nosuchfile
  errorfile 503 bad.http
  errorloc 503 /a
  nosuch
  `,
);

export const FCGI_APPS: readonly VerdictCase[] = inSection(
  'fcgi-app a',
  `
  docroot /var/www
  docroot
  docroot /var/www\\n index index.php
  docroot /var/www\\n index
  docroot /var/www\\n path-info ^(.+\\.php)(/.*)?$
  docroot /var/www\\n path-info (
  docroot /var/www\\n path-info
  docroot /var/www\\n set-param A str(b)
  docroot /var/www\\n set-param A
  docroot /var/www\\n set-param
  docroot /var/www\\n set-param A %[nosuch]
  docroot /var/www\\n set-param A b if TRUE
  docroot /var/www\\n pass-header X
  docroot /var/www\\n pass-header
  docroot /var/www\\n log-stderr global
  docroot /var/www\\n log-stderr 127.0.0.1 local0
  docroot /var/www\\n log-stderr
  docroot /var/www\\n acl a always_true
  docroot /var/www\\n acl a nosuch
  docroot /var/www\\n option keep-conn
  docroot /var/www\\n no option keep-conn
  docroot /var/www\\n option get-values
  docroot /var/www\\n option max-reqs 5
  docroot /var/www\\n option max-reqs
  docroot /var/www\\n option max-reqs 0
  docroot /var/www\\n option mpxs-conns
  docroot /var/www\\n option nosuch
  docroot /var/www\\n option
  index index.php
  nosuch
  `,
);

export const LOG_FORWARDS: readonly VerdictCase[] = inSection(
  'log-forward l',
  `
  bind :18091
  bind
  bind nonsense
  bind :18091 nosuch
  dgram-bind 127.0.0.1:18092
  dgram-bind
  dgram-bind nonsense
  dgram-bind 127.0.0.1:18092 nosuch
  dgram-bind 127.0.0.1:18092 name x
  log 127.0.0.1 local0
  log global
  log
  maxconn 10
  maxconn
  backlog 10
  backlog
  timeout client 1s
  timeout server 1s
  timeout client
  timeout client x
  nosuch
  `,
);
