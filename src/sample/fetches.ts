/** All sample fetches by name. What the configuration's registry offers must be among them. */
import type { FetchMaker } from './fetch.ts';
import { CONNECTION_FETCHES } from './fetches/connection.ts';
import { HTTP_MESSAGE_FETCHES } from './fetches/http-message.ts';
import { INTERNAL_STATE_FETCHES } from './fetches/internal-state.ts';
import { VARIABLE_FETCHES } from './fetches/variables.ts';

export const FETCHES: ReadonlyMap<string, FetchMaker> = new Map([
  ...INTERNAL_STATE_FETCHES,
  ...CONNECTION_FETCHES,
  ...HTTP_MESSAGE_FETCHES,
  ...VARIABLE_FETCHES,
]);
