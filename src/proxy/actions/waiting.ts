/** Actions that wait for payload, or send something ahead of the response (manual 4.2, `wait-for-body`, `early-hint`). */
import type { HttpActionModel } from '../../config/model-rules.ts';
import { sendInterim } from '../interim.ts';
import { waitForRequestBody, waitForResponseBody } from '../payload-waiting.ts';
import { type Action, type ActionOptions, compileText, NEXT, singleLine } from './action.ts';

type Kind<K extends HttpActionModel['kind']> = HttpActionModel & { readonly kind: K };

export function compileWaitForBody(model: Kind<'wait-for-body'>): Action {
  const { timeoutMs, atLeast } = model;
  return {
    run: (stream, head) =>
      head.isRequest
        ? waitForRequestBody(stream, head, timeoutMs, atLeast)
        : waitForResponseBody(stream, head, timeoutMs, atLeast),
  };
}

/** Hints of rules that follow one another make one response. */
export function compileEarlyHint(
  model: Kind<'set-header' | 'add-header' | 'early-hint'>,
  options: ActionOptions,
): Action {
  const name = model.name.toLowerCase();
  const text = compileText(model.value, options.samples);
  const last = options.next !== 'early-hint';
  return {
    run(stream, head) {
      if (!head.version11) return NEXT;
      stream.rules.hints += `${name}: ${singleLine(text(stream))}\r\n`;
      if (last) {
        sendInterim(stream, 103, 'Early Hints', stream.rules.hints);
        stream.rules.hints = '';
      }
      return NEXT;
    },
  };
}
