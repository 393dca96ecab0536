/** `capture` in rules: the value of an expression in one of the frontend's places (manual 4.2, `http-request capture`). */
import type { HttpActionModel } from '../../config/model-rules.ts';
import { cast } from '../../sample/casts.ts';
import { compileExpression } from '../../sample/expression.ts';
import { keepText } from '../../sample/kept-text.ts';
import { Sample, STR } from '../../sample/sample.ts';
import { type Action, type ActionOptions, NEXT } from './action.ts';

const sample = new Sample();

export function compileCapture(model: HttpActionModel & { readonly kind: 'capture' }, options: ActionOptions): Action {
  const { expression, slot } = model;
  const { read } = compileExpression(expression, options.samples);
  const request = options.samples.direction === 'request';
  return {
    run(stream) {
      const { requestCaptures, responseCaptures } = stream.frontend.model;
      const place = (request ? requestCaptures : responseCaptures)[slot];
      const slots = request ? stream.requestCaptures : stream.responseCaptures;
      // A backend cannot know how many places the frontend has.
      if (place === undefined || slots === null || slot < 0) return NEXT;
      if (read(stream, sample) && cast(sample, STR)) {
        slots[slot] = keepText(
          sample.bytes,
          sample.view,
          sample.start,
          Math.min(sample.end, sample.start + place.length),
        );
      }
      return NEXT;
    },
  };
}
