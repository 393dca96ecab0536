/**
 * What we call ourselves. Tools read HAProxy's version from `-v`, from the first startup notice and from `show info`,
 * and decide by it what they may ask for: we name the version whose behaviour we have, and then our own.
 */

import { arch, release, version as systemVersion, type } from 'node:os';
import { IS_EXECUTABLE } from '../sys/own-program.ts';

/** The HAProxy whose behaviour is reproduced. */
const COMPATIBLE_VERSION = '2.6.12';
export const OWN_VERSION = '0.1.0';

/** As printed everywhere: a version of HAProxy's shape. */
export const PRODUCT_VERSION = `${COMPATIBLE_VERSION}-mahalo-${OWN_VERSION}`;
export const RELEASE_DATE = '2026/11/21';

/** In HAProxy's notation; `-cc 'feature(...)'` and `-vv` read the same list. */
export const FEATURES =
  '+ACCEPT4 -BACKTRACE +CPU_AFFINITY -DEVICEATLAS -ENGINE +EPOLL -GETADDRINFO -LINUX_SPLICE +LINUX_TPROXY -LUA ' +
  '-MEMORY_PROFILING +NETFILTER +NS -OPENSSL -OT -PCRE -PCRE2 -POLL +PRCTL -PROMEX -QUIC -SLZ -SYSTEMD +TFO -THREAD ' +
  '+TPROXY -WURFL -ZLIB';

/** What HAProxy prints under "Default settings", which are also ours. */
const DEFAULT_SETTINGS = 'bufsize = 16384, maxrewrite = 1024, maxpollevents = 200';

/** One line, for `mahalo version`. */
export function versionLine(): string {
  return `Mahalo ${OWN_VERSION} (behaves as HAProxy ${COMPATIBLE_VERSION}), node ${process.versions.node}, from ${IS_EXECUTABLE ? 'one executable' : 'the tree'}`;
}

/** The head of `-v` and of the usage text. */
export function versionText(): string {
  return [
    `HAProxy version ${PRODUCT_VERSION} ${RELEASE_DATE} - Mahalo, the pocket load balancer`,
    `Status: development branch - behaves as HAProxy ${COMPATIBLE_VERSION}, in TypeScript.`,
    `Running on: ${type()} ${release()} ${systemVersion()} ${machineName()}`,
    '',
  ].join('\n');
}

function machineName(): string {
  return arch() === 'x64' ? 'x86_64' : arch() === 'arm64' ? 'aarch64' : arch();
}

export const POLLERS_TEXT = `Available polling systems :
      epoll : pref=300,  test result OK
Total: 1 (1 usable), will use epoll.
`;

export const FILTERS_TEXT = 'Available filters :\n';

/** What follows the version with `-vv`. */
export function buildOptionsText(): string {
  return `Build options :
  TARGET  = linux-glibc
  CPU     = ${machineName()}
  RUNTIME = node ${process.versions.node}, V8 ${process.versions.v8}

Feature list : ${FEATURES}

Default settings :
  ${DEFAULT_SETTINGS}

Built without multi-threading support (MAX_THREADS=1, default=1).
Built with network namespace support.
Built with transparent proxy support using: IP_TRANSPARENT IPV6_TRANSPARENT IP_FREEBIND

${POLLERS_TEXT}
Available multiplexer protocols :
(protocols marked as <default> cannot be specified using 'proto' keyword)
  <default> : mode=HTTP  side=FE|BE  mux=H1    flags=HTX
  <default> : mode=TCP   side=FE|BE  mux=PASS  flags=

Available services : none

${FILTERS_TEXT}
`;
}
