/** A question about a text that has to wait behind too many others is answered with 503. */

import { LanguageBusy } from '../language/language-process.ts';
import { Failure } from './failure.ts';

export async function unlessBusy<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof LanguageBusy) throw new Failure(503, 'busy', error.message);
    throw error;
  }
}
