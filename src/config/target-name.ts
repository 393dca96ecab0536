/** The target of `use_backend` and `use-server`: a name, or a formatted string that makes one for each request. */

import { parseFormat } from './format.ts';
import { pointMask } from './keywords/check-points.ts';
import type { FormatModel } from './model-rules.ts';

const IN_REQUESTS = pointMask('frontend http-request header rule');

export interface TargetName {
  /** '' when it is made at run time. */
  readonly name: string;
  readonly format: FormatModel | undefined;
}

export function readTargetName(text: string, http: boolean): TargetName | { readonly error: string } {
  const format = parseFormat(text, { where: IN_REQUESTS, http, use: 'text' });
  if ('error' in format) return format;
  const [first, second] = format.pieces;
  if (first === undefined) return { name: '', format: undefined };
  // To HAProxy a percent sign begins another piece, so that such a name is made anew each time and never missed.
  const whole = text.indexOf('%%', 1) < 0;
  if (first.kind === 'text' && second === undefined && whole) return { name: first.text, format: undefined };
  return { name: '', format };
}
