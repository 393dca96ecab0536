/** All case groups; every group is one process per program. */
import type { CaseGroup, DifferentialCase } from './case.ts';
import { clientAborts } from './cases/client-aborts.ts';
import { conversations } from './cases/conversations.ts';
import { formattedStrings } from './cases/formatted-strings.ts';
import { afterResponse } from './cases/http-after-response.ts';
import { httpContentRules } from './cases/http-content-rules.ts';
import { errorReplies } from './cases/http-error-replies.ts';
import { headerActions } from './cases/http-header-actions.ts';
import { lineActions } from './cases/http-line-actions.ts';
import { normalizers } from './cases/http-normalize-uri.ts';
import { redirectActions } from './cases/http-redirect-actions.ts';
import { replyActions } from './cases/http-reply-actions.ts';
import { rewriteFailures } from './cases/http-rewrite-failures.ts';
import { streamActions } from './cases/http-stream-actions.ts';
import { waitingActions } from './cases/http-waiting.ts';
import { keepAlive } from './cases/keep-alive.ts';
import { logFormats } from './cases/log-formats.ts';
import { malformedRequests } from './cases/malformed-requests.ts';
import { malformedResponses } from './cases/malformed-responses.ts';
import { netscalerHeaders } from './cases/netscaler-headers.ts';
import { originAborts } from './cases/origin-aborts.ts';
import { promptCloses } from './cases/prompt-closes.ts';
import { proxyRules } from './cases/proxy-rules.ts';
import { serverChoice } from './cases/server-choice.ts';
import { slowPeers } from './cases/slow-peers.ts';
import { tcpActions } from './cases/tcp-actions.ts';
import { tcpPayloads } from './cases/tcp-payloads.ts';
import { tcpRules } from './cases/tcp-rules.ts';
import { tcpStreams } from './cases/tcp-streams.ts';
import { tcpUpgrades } from './cases/tcp-upgrades.ts';
import { limitedVariables, variableCases } from './cases/variables.ts';

const GLOBAL = '  nbthread 1\n  maxconn 500\n  log {syslog} local0\n';

const DEFAULTS = [
  'mode http',
  'log global',
  'option httplog',
  'retries 1',
  'timeout connect 2s',
  'timeout client 2s',
  'timeout server 2s',
  'timeout http-request 1s',
  'timeout http-keep-alive 400ms',
]
  .map((line) => `  ${line}\n`)
  .join('');

/** With these no connection is closed by a timeout within a case. */
const LONG = DEFAULTS.replace(/timeout (client|server|http-request|http-keep-alive) \S+/g, 'timeout $1 30s');

const group = (name: string, cases: readonly DifferentialCase[], defaults = DEFAULTS): CaseGroup => ({
  name,
  global: GLOBAL,
  defaults,
  cases,
});

export const groups: readonly CaseGroup[] = [
  group('malformed requests', malformedRequests),
  group('malformed responses', malformedResponses),
  group('client aborts', clientAborts),
  group('origin aborts', originAborts),
  group('conversations', conversations),
  group('keep-alive and reuse', keepAlive),
  group('slow peers and timeouts', slowPeers),
  group('rules, routing and dead servers', proxyRules),
  group('actions on headers', headerActions),
  group('actions on the request line', lineActions),
  group('answers by rules', replyActions),
  group('redirections by rules', redirectActions),
  group('after-response rules', afterResponse),
  group('error responses by http-error', errorReplies),
  group('actions around messages', streamActions),
  group('rewrites that fail', rewriteFailures),
  group('waiting for payload', waitingActions),
  {
    ...group('experimental actions of HTTP rules', normalizers),
    global: `  expose-experimental-directives\n${GLOBAL}`,
  },
  group('formatted strings', formattedStrings, DEFAULTS.replace('  option httplog\n', '')),
  group('variables and captures', variableCases, DEFAULTS.replace('  option httplog\n', '')),
  {
    ...group('limits of variables', limitedVariables, DEFAULTS.replace('  option httplog\n', '')),
    global: `${GLOBAL}  tune.vars.txn-max-size 500\n  tune.vars.sess-max-size 900\n  tune.vars.reqres-max-size 500\n`,
  },
  group('log formats', logFormats, DEFAULTS.replace('  option httplog\n', '')),
  group('tcp and PROXY protocol', tcpStreams),
  group('tcp rules', [...tcpRules, ...httpContentRules]),
  group('choices by the first bytes', [...tcpPayloads, ...tcpActions, ...tcpUpgrades]),
  group('servers past balancing, NetScaler headers', [...serverChoice, ...netscalerHeaders]),
  group('closes that wait for no timeout', promptCloses, LONG),
];
