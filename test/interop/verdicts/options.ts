/** `option` (manual 4.2): each in the four kinds of sections, negated, and with arguments. */

import { inProxies, PROXY_KINDS, type VerdictCase } from './verdict-case.ts';

const NAMES = [
  'abortonclose accept-invalid-http-request accept-invalid-http-response allbackups checkcache clitcpka contstats',
  'disable-h2-upgrade dontlog-normal dontlognull external-check forceclose forwardfor h1-case-adjust-bogus-client',
  'h1-case-adjust-bogus-server http-buffer-request http-ignore-probes http-keep-alive http-no-delay',
  'http-pretend-keepalive http-restrict-req-hdr-names http-server-close http-tunnel http-use-htx',
  'http-use-proxy-header http_proxy httpchk httpclose httplog httpslog idle-close-on-response independent-streams',
  'ldap-check log-health-checks log-separate-errors logasap mysql-check nolinger originalto persist pgsql-check',
  'prefer-last-server redis-check redispatch smtpchk socket-stats splice-auto splice-request splice-response',
  'spop-check srvtcpka ssl-hello-chk tcp-check tcp-smart-accept tcp-smart-connect tcpka tcplog transparent',
]
  .join(' ')
  .split(' ');

export const OPTIONS: readonly VerdictCase[] = NAMES.flatMap((name) => [
  ...inProxies(PROXY_KINDS, `option ${name}`),
  ...inProxies(['listen'], `no option ${name}\ndefault option ${name}\noption ${name} surprise`),
]);

export const OPTION_ARGUMENTS: readonly VerdictCase[] = inProxies(
  ['listen'],
  `
  option
  option nosuch
  no option nosuch
  option forwardfor except 10.0.0.0/8
  option forwardfor except
  option forwardfor except nonsense
  option forwardfor header X
  option forwardfor header
  option forwardfor if-none
  option forwardfor nosuch
  option originalto except 10.0.0.0/8
  option originalto except
  option originalto header X
  option originalto header
  option originalto if-none
  option http-restrict-req-hdr-names
  option http-restrict-req-hdr-names preserve
  option http-restrict-req-hdr-names delete
  option http-restrict-req-hdr-names reject
  option http-restrict-req-hdr-names nosuch
  option http-restrict-req-hdr-names preserve more
  option httpchk /
  option httpchk GET /
  option httpchk GET / HTTP/1.1
  option httpchk GET / HTTP/1.1 more
  option httpchk GET / HTTP/1.1\\r\\nHost:\\ a
  option httplog clf
  option httplog nosuch
  option httplog clf more
  option mysql-check user a
  option mysql-check user
  option mysql-check user a post-41
  option mysql-check user a pre-41
  option mysql-check user a nosuch
  option mysql-check nosuch
  option pgsql-check user a
  option pgsql-check user
  option pgsql-check nosuch
  option redispatch 2
  option redispatch -1
  option redispatch x
  option smtpchk HELO localhost
  option smtpchk EHLO localhost
  option smtpchk HELO
  option smtpchk NOSUCH localhost
  option smtpchk HELO localhost more
  option external-check
  option tcp-check\\n tcp-check connect
  `,
);

export const OPTIONS_IN_TCP: readonly VerdictCase[] = inProxies(
  ['listen'],
  `
  option httplog
  option forwardfor
  option httpclose
  option http-server-close
  option http-buffer-request
  option checkcache
  option http-use-proxy-header
  option httpchk
  option tcp-check
  option tcplog
  option splice-auto
  option transparent
  option persist
  option originalto
  `,
  'tcp',
);
