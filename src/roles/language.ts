/**
 * The role `mahalo language`: answers an editor's questions about configuration texts, a JSON object a line on standard
 * input, one on standard output (admin/language). It ends with its input.
 */

import { flushCompileCache } from 'node:module';
import { createInterface } from 'node:readline';
import { type LanguageCalls, languageCalls } from '../admin/language/calls.ts';
import { systemOptions } from '../config/sources.ts';
import { KEEPALIVED_LANGUAGE } from './language-keepalived.ts';
import { FEATURES, PRODUCT_VERSION } from './product-version.ts';

interface Request {
  readonly id: number;
  readonly call: keyof LanguageCalls;
  readonly given: never;
}

export async function runLanguage(): Promise<void> {
  const calls = languageCalls(
    systemOptions({ features: FEATURES, version: PRODUCT_VERSION, tlsVersion: undefined }),
    KEEPALIVED_LANGUAGE,
  );
  // What was compiled is kept for the next start.
  flushCompileCache();
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    process.stdout.write(`${JSON.stringify(await answerTo(line, calls))}\n`);
  }
}

async function answerTo(line: string, calls: LanguageCalls): Promise<object> {
  let id = 0;
  try {
    const request = JSON.parse(line) as Request;
    id = request.id;
    if (!Object.hasOwn(calls, request.call)) throw new Error(`there is no question '${request.call}'`);
    return { id, answer: await calls[request.call](request.given) };
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) };
  }
}
