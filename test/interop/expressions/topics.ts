/** All topics; each file of `cases` is one. */
import type { ExpressionTopic } from './case.ts';
import { CONSTANTS } from './cases/constants.ts';
import { CONVERTERS_DATES } from './cases/converters-dates.ts';
import { CONVERTERS_NUMBERS } from './cases/converters-numbers.ts';
import { CONVERTERS_TEXT } from './cases/converters-text.ts';
import { COOKIE_CASES } from './cases/cookies.ts';
import { HTTP_HEADERS } from './cases/http-headers.ts';
import { HTTP_REQUESTS, ODD_REQUESTS } from './cases/http-requests.ts';
import { PARAMETERS } from './cases/parameters.ts';

export const TOPICS: readonly ExpressionTopic[] = [
  CONVERTERS_DATES,
  CONVERTERS_NUMBERS,
  CONVERTERS_TEXT,
  HTTP_HEADERS,
  CONSTANTS,
  COOKIE_CASES,
  HTTP_REQUESTS,
  ODD_REQUESTS,
  PARAMETERS,
];
