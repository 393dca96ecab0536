/** What follows the word `redirect`, as a rule of its own and as an action of http-request and http-response. */

import { parseCondition } from '../acl.ts';
import type { ProxyDraft } from '../draft.ts';
import { literalFormat } from '../format.ts';
import type { ConditionModel, FormatModel, RedirectModel } from '../model-rules.ts';
import { readInt32 } from '../numbers.ts';
import type { Statement } from '../statement.ts';

type Failure = { readonly error: string };

const REDIRECT_CODES = [301, 302, 303, 307, 308] as const;

export interface RedirectRules {
  /** The target is a formatted string (http-request, http-response) or literal text (`redirect`). */
  readonly format: ((text: string) => FormatModel | Failure) | undefined;
  readonly response: boolean;
}

type Redirection = { readonly redirect: RedirectModel; readonly condition: ConditionModel | undefined };

/** Everything after the word `redirect`. */
export function readRedirect(
  statement: Statement,
  proxy: ProxyDraft,
  start: number,
  rules: RedirectRules,
): Redirection | Failure {
  let kind: RedirectModel['kind'] | undefined;
  let target = '';
  let code: RedirectModel['code'] = 302;
  let dropQuery = false;
  let appendSlash = false;
  let ignoreEmpty = false;
  let setCookie: string | undefined;
  let clearCookie: string | undefined;
  let condition: ConditionModel | undefined;
  for (let at = start; statement.word(at) !== ''; at++) {
    const word = statement.word(at);
    const value = statement.word(at + 1);
    if (word === 'drop-query') dropQuery = true;
    else if (word === 'append-slash') appendSlash = true;
    else if (word === 'ignore-empty') ignoreEmpty = true;
    else if (word === 'if' || word === 'unless') {
      const parsed = parseCondition(statement.from(at), proxy, statement);
      if ('error' in parsed) return { error: `error in condition: ${parsed.error}` };
      condition = parsed;
      break;
    } else if (/^(?:location|prefix|scheme|set-cookie|clear-cookie|code)$/.test(word)) {
      if (value === '') return { error: `missing argument for '${word}'` };
      at++;
      if (word === 'location' || word === 'prefix' || word === 'scheme') {
        kind = word;
        target = value;
      } else if (word === 'set-cookie') {
        setCookie = value;
        clearCookie = undefined;
      } else if (word === 'clear-cookie') {
        clearCookie = value;
        setCookie = undefined;
      } else {
        const found = REDIRECT_CODES.find((known) => known === readInt32(value));
        if (found === undefined) {
          return { error: `'code': unsupported HTTP code '${value}' (must be one of 301, 302, 303, 307 or 308)` };
        }
        code = found;
      }
    } else {
      return {
        error:
          "expects 'code', 'prefix', 'location', 'scheme', 'set-cookie', 'clear-cookie', 'drop-query', 'ignore-empty' " +
          `or 'append-slash' (was '${word}')`,
      };
    }
  }
  if (kind === undefined) return { error: "redirection type expected ('prefix', 'location', or 'scheme')" };
  if (rules.response && kind !== 'location') return { error: "response only supports redirect type 'location'" };
  // `prefix /` leads to the path as it is: no double slash.
  if (kind === 'prefix' && target === '/') target = '';
  const to = rules.format === undefined || target === '' ? literalFormat(target) : rules.format(target);
  if ('error' in to) return to;
  const redirect: RedirectModel = { kind, to, code, dropQuery, appendSlash, ignoreEmpty, setCookie, clearCookie };
  return { redirect, condition };
}
