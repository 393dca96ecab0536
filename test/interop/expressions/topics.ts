/** All topics; each file of `cases` is one. */
import type { ExpressionTopic } from './case.ts';
import { ACL_KEYWORD_CASES } from './cases/acl-keywords.ts';
import { ACL_MATCHES } from './cases/acl-matches.ts';
import { AUTHENTICATION } from './cases/authentication.ts';
import { BODY_CASES, RAW_IN_HTTP } from './cases/bodies.ts';
import { CAPTURES, LAST_CONTENT_RULE, LAST_RULE } from './cases/captures.ts';
import { CONNECTIONS, PROXIED_CONNECTIONS, TCP_CONNECTIONS } from './cases/connections.ts';
import { CONSTANTS } from './cases/constants.ts';
import { CONVERTERS_BYTES } from './cases/converters-bytes.ts';
import { CONVERTERS_CAPTURES } from './cases/converters-captures.ts';
import { CONVERTERS_CASTS } from './cases/converters-casts.ts';
import { CONVERTERS_DATES } from './cases/converters-dates.ts';
import { CONVERTERS_MESSAGES } from './cases/converters-messages.ts';
import { CONVERTERS_NUMBERS } from './cases/converters-numbers.ts';
import { CONVERTERS_TEXT } from './cases/converters-text.ts';
import { COOKIE_CASES } from './cases/cookies.ts';
import { HTTP_HEADERS } from './cases/http-headers.ts';
import { HTTP_REQUESTS, ODD_REQUESTS } from './cases/http-requests.ts';
import { MAPS } from './cases/maps.ts';
import { PARAMETERS } from './cases/parameters.ts';
import { PAYLOADS } from './cases/payloads.ts';
import { STATE } from './cases/state.ts';
import { VARIABLES } from './cases/variables.ts';

export const TOPICS: readonly ExpressionTopic[] = [
  CONVERTERS_BYTES,
  CONVERTERS_CAPTURES,
  CONVERTERS_CASTS,
  CONVERTERS_DATES,
  CONVERTERS_MESSAGES,
  CONVERTERS_NUMBERS,
  CONVERTERS_TEXT,
  HTTP_HEADERS,
  CONSTANTS,
  ACL_KEYWORD_CASES,
  ACL_MATCHES,
  MAPS,
  AUTHENTICATION,
  BODY_CASES,
  RAW_IN_HTTP,
  CAPTURES,
  LAST_RULE,
  LAST_CONTENT_RULE,
  CONNECTIONS,
  TCP_CONNECTIONS,
  PROXIED_CONNECTIONS,
  STATE,
  PAYLOADS,
  COOKIE_CASES,
  HTTP_REQUESTS,
  ODD_REQUESTS,
  PARAMETERS,
  VARIABLES,
];
