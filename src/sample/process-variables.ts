/** Variables of the process set outside of traffic: by the global section, by the runtime API (manual 3.1, management 9.3). */
import type { HttpActionModel } from '../config/model-rules.ts';
import { cast } from './casts.ts';
import { compileOptions, type SampleEnvironment } from './context.ts';
import { emptyRecord } from './empty-record.ts';
import { compileExpression } from './expression.ts';
import { compileFormat } from './log-format.ts';
import { Sample, STR } from './sample.ts';
import { writeVariable } from './variable-access.ts';

export type SetVariable = Extract<HttpActionModel, { readonly kind: 'set-var' | 'set-var-fmt' }>;

/** Sets one; `who` is what formats show as the proxy. Nothing happens when the expression gives no sample. */
export function setProcessVariable(model: SetVariable, environment: SampleEnvironment, who: string): void {
  const options = compileOptions(environment, 'request');
  const record = emptyRecord(who, Date.now());
  const sample = new Sample();
  const write = writeVariable(model.name, model.conditions, options);
  if (model.kind === 'set-var-fmt') sample.setText(compileFormat(model.value, options).write(record));
  else if (!compileExpression(model.expression, options).read(record, sample)) return;
  write(record, sample);
}

/** A variable of the process as its type's number and its text; text undefined: its type has none. */
export interface ShownVariable {
  readonly type: number;
  readonly text: string | undefined;
}

/** Undefined: there is no such variable, or it has no value. */
export function showProcessVariable(name: string, environment: SampleEnvironment): ShownVariable | undefined {
  const { variables } = environment;
  const slot = variables.findProcess(name);
  const sample = new Sample();
  if (slot === undefined || !variables.process.read(slot, sample)) return undefined;
  const { type } = sample;
  return { type, text: cast(sample, STR) ? sample.text() : undefined };
}
