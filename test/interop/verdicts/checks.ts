/** `http-check` and `tcp-check` (manual 4.2). */

import { inProxies, type VerdictCase } from './verdict-case.ts';

const CONNECT = `
  # connect
  # connect default
  # connect port 80
  # connect port
  # connect port 99999
  # connect port x
  # connect port req.hdr(x)
  # connect addr 127.0.0.1
  # connect addr
  # connect addr nonsense..
  # connect send-proxy
  # connect via-socks4
  # connect ssl
  # connect sni x
  # connect sni
  # connect alpn h2
  # connect alpn
  # connect proto h2
  # connect proto nosuch
  # connect proto
  # connect linger
  # connect comment x
  # connect comment
  # connect nosuch
  # comment x
  # comment
  # set-var(check.a) int(1)
  # set-var(check.a)
  # set-var(nosuch.a) int(1)
  # set-var-fmt(check.a) x
  # unset-var(check.a)
  # unset-var(check.a) more
  # unset-var
`;

const EXPECT = `
  # expect
  # expect string x
  # expect string
  # expect ! string x
  # expect !string x
  # expect rstring x
  # expect rstring (
  # expect nosuch x
  # expect string x string y
  # expect min-recv 10 string x
  # expect min-recv x string x
  # expect min-recv string x
  # expect comment c string x
  # expect string-lf x%[path]
  # expect string-lf %[nosuch]
  # expect ok-status L7OK string x
  # expect ok-status NOSUCH string x
  # expect error-status L7STS string x
  # expect tout-status L7TOUT string x
  # expect on-success x string x
  # expect on-error x string x
  # expect on-error
  # expect status-code res.hdr(x) string x
  # expect status-code string x
`;

export const HTTP_CHECKS: readonly VerdictCase[] = inProxies(
  ['backend'],
  `
  ${(CONNECT + EXPECT).replaceAll('#', 'option httpchk\\n http-check')}
  http-check
  http-check nosuch
  http-check send-state more
  http-check disable-on-404 more
  option httpchk\\n http-check expect status 200
  option httpchk\\n http-check expect status 200,300-399
  option httpchk\\n http-check expect status x
  option httpchk\\n http-check expect status 399-300
  option httpchk\\n http-check expect rstatus ^2
  option httpchk\\n http-check expect hdr name x
  option httpchk\\n http-check expect hdr name x value y
  option httpchk\\n http-check expect hdr name -m beg x value -m reg y
  option httpchk\\n http-check expect hdr
  option httpchk\\n http-check expect hdr x
  option httpchk\\n http-check expect fhdr name x value y
  option httpchk\\n http-check expect binary 00
  option httpchk\\n http-check send
  option httpchk\\n http-check send meth GET uri / ver HTTP/1.1
  option httpchk\\n http-check send meth
  option httpchk\\n http-check send hdr Host x
  option httpchk\\n http-check send hdr Host
  option httpchk\\n http-check send hdr Host %[srv_name]
  option httpchk\\n http-check send body x
  option httpchk\\n http-check send body-lf x%[uuid]
  option httpchk\\n http-check send body-lf %[nosuch]
  option httpchk\\n http-check send uri-lf /%[uuid]
  option httpchk\\n http-check send comment x
  option httpchk\\n http-check send nosuch
  option httpchk\\n http-check connect\\n http-check send meth GET uri /\\n http-check expect status 200
  option httpchk\\n http-check expect status 200\\n http-check connect
  http-check expect status 200
  `,
);

export const TCP_CHECKS: readonly VerdictCase[] = inProxies(
  ['backend'],
  `
  ${(CONNECT + EXPECT).replaceAll('#', 'option tcp-check\\n tcp-check')}
  tcp-check
  option tcp-check\\n tcp-check nosuch
  option tcp-check\\n tcp-check expect binary 00ff
  option tcp-check\\n tcp-check expect binary 0
  option tcp-check\\n tcp-check expect binary zz
  option tcp-check\\n tcp-check expect rbinary 00ff
  option tcp-check\\n tcp-check expect binary-lf 00%[int(1)]
  option tcp-check\\n tcp-check expect status 200
  option tcp-check\\n tcp-check send x
  option tcp-check\\n tcp-check send
  option tcp-check\\n tcp-check send x comment c
  option tcp-check\\n tcp-check send x nosuch
  option tcp-check\\n tcp-check send-lf x%[uuid]
  option tcp-check\\n tcp-check send-lf %[nosuch]
  option tcp-check\\n tcp-check send-binary 00ff
  option tcp-check\\n tcp-check send-binary 0
  option tcp-check\\n tcp-check send-binary zz
  option tcp-check\\n tcp-check send-binary
  option tcp-check\\n tcp-check send-binary-lf 00%[int(1)]
  option tcp-check\\n tcp-check send PING\\\\r\\\\n\\n tcp-check expect string +PONG
  option tcp-check\\n tcp-check send x\\n tcp-check connect
  tcp-check send x
  `,
);
