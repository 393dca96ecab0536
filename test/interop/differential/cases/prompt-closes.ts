/**
 * The cases after which the proxy closes by itself, played again where every timeout is long: a close that only comes
 * when a timeout helps leaves the client's script stuck, and shows.
 */
import type { DifferentialCase } from '../case.ts';
import { conversations } from './conversations.ts';
import { keepAlive } from './keep-alive.ts';
import { malformedRequests } from './malformed-requests.ts';
import { malformedResponses } from './malformed-responses.ts';
import { originAborts } from './origin-aborts.ts';
import { proxyRules } from './proxy-rules.ts';
import { tcpStreams } from './tcp-streams.ts';

const names = new Set(
  `
  bad-cl-differing bad-cl-and-te bad-te-and-cl bad-cl-and-te-smuggled bad-cl-and-te-http10 bad-te-http10
  bad-cl-list-differing bad-cl-list-empty-member bad-cl-empty bad-cl-negative bad-cl-plus bad-cl-hexadecimal
  bad-cl-letters bad-cl-overflow bad-cl-inner-blank bad-te-unknown bad-te-gzip-chunked bad-te-chunked-gzip
  bad-te-chunked-twice bad-te-vertical-tab bad-te-empty bad-chunk-size-letters bad-chunk-size-negative
  bad-chunk-size-prefix bad-chunk-size-empty bad-chunk-size-overflow bad-chunk-size-leading-blank
  bad-chunk-data-too-long bad-chunk-data-no-line-end bad-fold-first-line bad-nul-in-name bad-nul-in-uri
  bad-cr-in-value bad-cr-only-line-end bad-space-before-colon bad-tab-before-colon bad-space-in-name bad-no-colon
  bad-empty-name bad-control-in-name bad-eight-bit-in-name bad-separators-in-name bad-head-too-large
  bad-head-over-reserve bad-uri-too-large bad-headers-101 bad-headers-102 bad-headers-200 bad-line-garbage
  bad-line-binary bad-line-two-words bad-line-http09 bad-line-http09-bare-lf bad-line-four-words
  bad-line-trailing-blank bad-line-leading-blank bad-line-method-punctuation bad-line-http11-digits
  bad-line-lower-case-version bad-line-rtsp bad-host-missing-http10 bad-host-twice-differing
  bad-uri-absolute-other-host bad-uri-no-slash bad-uri-fragment bad-uri-eight-bit bad-uri-control
  bad-connect-no-port bad-connect-host-differs bad-connect-path resp-te-http10 origin-fin-after-response-head
  origin-fin-mid-length-body origin-reset-after-response-head origin-half-close-after-response-head
  origin-reset-mid-chunk origin-reset-mid-length-body origin-fin-mid-chunk origin-half-close-mid-length-body
  origin-reset-between-chunks origin-fin-between-chunks origin-half-close-between-chunks
  origin-half-close-mid-chunk origin-fin-until-close-body origin-reset-until-close-body
  origin-half-close-until-close-body origin-reset-mid-trailers origin-fin-mid-trailers
  origin-half-close-mid-trailers origin-fin-mid-request-body origin-reset-mid-request-body
  origin-half-close-mid-request-body expect-http10 interim-to-http10-client pipeline-error-in-the-middle
  pipeline-close-in-the-middle pipeline-http10-in-the-middle pipeline-then-half-close
  chunked-response-to-http10-client upgrade-origin-speaks-first upgrade-client-speaks-early
  upgrade-origin-half-closes upgrade-client-half-closes upgrade-websocket-without-key connect-accepted
  keep-http11-close keep-http11-close-and-keep-alive keep-http11-keep-alive-and-close keep-http10
  keep-http10-close keep-mode-server-close-client-close keep-origin-until-close
  keep-origin-until-close-http10-client keep-origin-until-close-empty rule-deny-http10 rule-monitor-uri-head
  rule-redirect-http10 rule-redirect-with-body rule-errorfile-403 rule-errorfile-400 rule-errorfile-other-status
  dead-errorfile-503 tcp-origin-closes-at-once tcp-origin-half-closes tcp-origin-resets tcp-client-half-closes
  tcp-origin-speaks-first tcp-origin-sends-then-resets tcp-bulk-up tcp-byte-by-byte tcp-http-passes-untouched
  tcp-bulk-down tcp-bulk-both-ways tcp-dead-server tcp-no-server tcp-logasap tcp-redispatch
  proxy-in-v1-unknown-with-rest proxy-in-v1-bad-family proxy-in-v1-bare-lf proxy-in-v1-too-long proxy-in-missing
  proxy-in-v2-unspecified proxy-in-v2-short-addresses proxy-in-v2-bad-version proxy-in-v2-bad-command
  proxy-in-v2-drip proxy-in-v1-drip tcp-send-proxy tcp-send-proxy-origin-first tcp-send-proxy-v2
  tcp-send-proxy-v2-origin-first http-until-close-through-tcp-frontend-mode
`
    .trim()
    .split(/\s+/),
);

const all = [
  ...conversations,
  ...keepAlive,
  ...malformedRequests,
  ...malformedResponses,
  ...originAborts,
  ...proxyRules,
  ...tcpStreams,
];

export const promptCloses: readonly DifferentialCase[] = all
  .filter((one) => names.has(one.name))
  .map((one) => ({ ...one, name: `prompt-${one.name}` }));
