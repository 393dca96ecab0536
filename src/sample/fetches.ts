/** All sample fetches by name. What the configuration's registry offers must be among them. */
import type { FetchMaker } from './fetch.ts';
import { AUTHENTICATION_FETCHES } from './fetches/authentication.ts';
import { BODY_FETCHES } from './fetches/body.ts';
import { CONNECTION_FETCHES } from './fetches/connection.ts';
import { CONSTANT_FETCHES } from './fetches/constants.ts';
import { COOKIE_FETCHES } from './fetches/cookies.ts';
import { HEADER_FETCHES } from './fetches/headers.ts';
import { HTTP_REQUEST_FETCHES } from './fetches/http-request.ts';
import { PARAMETER_FETCHES } from './fetches/parameters.ts';
import { PAYLOAD_FETCHES } from './fetches/payload.ts';
import { SESSION_FETCHES } from './fetches/session.ts';
import { STATE_FETCHES } from './fetches/state.ts';
import { TLS_HELLO_FETCHES } from './fetches/tls-hello.ts';
import { VARIABLE_FETCHES } from './fetches/variables.ts';

export const FETCHES: ReadonlyMap<string, FetchMaker> = new Map([
  ...CONSTANT_FETCHES,
  ...STATE_FETCHES,
  ...SESSION_FETCHES,
  ...CONNECTION_FETCHES,
  ...PAYLOAD_FETCHES,
  ...TLS_HELLO_FETCHES,
  ...HTTP_REQUEST_FETCHES,
  ...HEADER_FETCHES,
  ...COOKIE_FETCHES,
  ...PARAMETER_FETCHES,
  ...BODY_FETCHES,
  ...AUTHENTICATION_FETCHES,
  ...VARIABLE_FETCHES,
]);
