/** Sample expressions (manual 7.3) compiled to functions: a fetch, then converters, with the casts between them. */
import type { ExpressionModel } from '../config/model-rules.ts';
import { cast, ipv4Text } from './casts.ts';
import type { CompileOptions, SampleContext } from './context.ts';
import type { Convert } from './converter.ts';
import { CONVERTERS } from './converters.ts';
import type { CompiledFetch, Read } from './fetch.ts';
import { FETCHES } from './fetches.ts';
import { BOOL, IPV4, METH, Sample, SINT, STR } from './sample.ts';

/** Like a fetch: its first value, and the next ones if it has several. */
export type CompiledExpression = CompiledFetch;

/** Compiles an expression; throws an Error on what is not implemented. */
export function compileExpression(model: ExpressionModel, options: CompileOptions): CompiledExpression {
  const maker = FETCHES.get(model.fetch);
  if (maker === undefined) throw new Error(`'${model.fetch}' is not implemented yet`);
  const fetch = maker(model.args, options);
  if (model.converters.length === 0) return fetch;
  const steps: Convert[] = [];
  let type = fetch.type;
  for (const { name, args } of model.converters) {
    const converter = CONVERTERS.get(name);
    if (converter === undefined) throw new Error(`'${name}' is not implemented yet`);
    const convert = converter.make(args, options);
    const { input } = converter;
    steps.push(input === 0 ? convert : (sample, context) => cast(sample, input) && convert(sample, context));
    type = converter.output;
  }
  const { read, next } = fetch;
  return { type, read: converted(read, steps), next: next === null ? null : converted(next, steps) };
}

function converted(read: Read, steps: readonly Convert[]): Read {
  const [first, second] = steps;
  if (first === undefined) return read;
  if (second === undefined) return (context, sample) => read(context, sample) && first(sample, context);
  return (context, sample) => {
    if (!read(context, sample)) return false;
    for (let i = 0; i < steps.length; i++) if (!(steps[i] as Convert)(sample, context)) return false;
    return true;
  };
}

const reading = new Sample();

/** Compiles an expression to its text; '' stands for no sample (HAProxy's formats do not differ). */
export function compileText(model: ExpressionModel, options: CompileOptions): (context: SampleContext) => string {
  const { read } = compileExpression(model, { ...options, iterate: false });
  return (context) => {
    reading.mayChange = false;
    return read(context, reading) ? textOf(reading) : '';
  };
}

/** The sample as text; '' when it has none. Numbers and addresses need no bytes on the way. */
function textOf(sample: Sample): string {
  switch (sample.type) {
    case STR:
    case METH:
      return sample.text();
    case IPV4:
      return ipv4Text(sample.integer as number);
    case BOOL:
    case SINT:
      return String(sample.integer);
    default:
      return cast(sample, STR) ? sample.text() : '';
  }
}

/** Makes the sample text, in its bytes; false when it has no form as such. */
export function inText(sample: Sample): boolean {
  return sample.type === STR || sample.type === METH || cast(sample, STR);
}
