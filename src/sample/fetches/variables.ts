/** The fetch that reads a variable (manual 7.3.2). */
import type { FetchMaker } from '../fetch.ts';
import { ANY } from '../sample.ts';
import { readVariable } from '../variable-access.ts';

const makeVariable: FetchMaker = ([name = '', otherwise], options) => ({
  type: ANY,
  read: readVariable(name, options, otherwise),
  next: null,
});

export const VARIABLE_FETCHES: readonly (readonly [string, FetchMaker])[] = [['var', makeVariable]];
