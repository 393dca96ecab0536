/** `set-var`, `set-var-fmt`, `unset-var` (manual 4.2). What cannot be stored is left, as in HAProxy, without a word. */
import type { HttpActionModel } from '../../config/model-rules.ts';
import { compileExpression } from '../../sample/expression.ts';
import { compileFormat } from '../../sample/log-format.ts';
import { Sample } from '../../sample/sample.ts';
import { clearVariable, writeVariable } from '../../sample/variable-access.ts';
import { recordOf } from '../stream-record.ts';
import { type Action, type ActionOptions, NEXT } from './action.ts';

type VariableAction = Extract<HttpActionModel, { readonly kind: 'set-var' | 'set-var-fmt' | 'unset-var' }>;

const sample = new Sample();

export function compileVariableAction(model: VariableAction, { samples }: ActionOptions): Action {
  switch (model.kind) {
    case 'unset-var': {
      const clear = clearVariable(model.name, samples);
      return {
        run(stream) {
          clear(stream);
          return NEXT;
        },
      };
    }
    case 'set-var': {
      const { read } = compileExpression(model.expression, samples);
      const write = writeVariable(model.name, model.conditions, samples);
      return {
        run(stream) {
          if (read(stream, sample)) write(stream, sample);
          return NEXT;
        },
      };
    }
    case 'set-var-fmt': {
      const format = compileFormat(model.value, samples);
      const write = writeVariable(model.name, model.conditions, samples);
      return {
        run(stream) {
          sample.setText(format.write(recordOf(stream)));
          write(stream, sample);
          return NEXT;
        },
      };
    }
  }
}
