/** The `use_backend` rules of a frontend, compiled: where a stream goes (manual section 4.2). */
import type { ExpressionModel, FormatModel, UseBackendModel } from '../config/model-rules.ts';
import { compileUseBackend } from '../sample/backend-choice.ts';
import type { CompileOptions } from '../sample/context.ts';
import { compileExpression, compileText, inText } from '../sample/expression.ts';
import { compileFormat } from '../sample/log-format.ts';
import { Sample } from '../sample/sample.ts';
import { output, TEXT_START } from '../sample/text-output.ts';
import { NameTable } from './name-table.ts';
import type { Proxy } from './proxy.ts';
import type { Stream } from './stream.ts';
import { recordOf } from './stream-record.ts';

/** Null: no rule holds, or its name is no backend's; the default backend takes it then. */
export type BackendRules = (stream: Stream) => Proxy | null;

type Target = Proxy | null | ((stream: Stream) => Proxy | null);

export function compileBackendRules(
  rules: readonly UseBackendModel[],
  backends: ReadonlyMap<string, Proxy>,
  options: CompileOptions,
): BackendRules {
  const choose = compileUseBackend(rules, options);
  let names: NameTable<Proxy> | undefined;
  const targets = rules.map(({ backend, format }): Target => {
    if (format === undefined) return backends.get(backend) ?? null;
    names ??= new NameTable(backends);
    return compileSearch(format, names, options);
  });
  return (stream) => {
    const index = choose(stream);
    if (index < 0) return null;
    const target = targets[index] ?? null;
    return typeof target === 'function' ? target(stream) : target;
  };
}

const reading = new Sample();

/** What has the name that the format makes of the stream; a lone expression's value is looked up where it lies. */
function compileSearch<T>(
  format: FormatModel,
  names: NameTable<T>,
  options: CompileOptions,
): (stream: Stream) => T | null {
  const expression = loneExpression(format);
  if (expression === null) {
    const { append } = compileFormat(format, options);
    return (stream) => {
      output.begin();
      append(recordOf(stream));
      return names.find(output.bytes, TEXT_START, output.end);
    };
  }
  const { read } = compileExpression(expression, { ...options, iterate: false });
  return (stream) => {
    reading.mayChange = false;
    if (read(stream, reading) && inText(reading)) return names.find(reading.bytes, reading.start, reading.end);
    return names.find(output.bytes, TEXT_START, TEXT_START);
  };
}

/** The one expression without flags that a format is; null: it is more than that. */
function loneExpression({ pieces }: FormatModel): ExpressionModel | null {
  const [only, second] = pieces;
  if (second !== undefined || only?.kind !== 'expression') return null;
  const { quote, hex, escape, mandatory } = only.flags;
  return quote || hex || escape || mandatory ? null : only.expression;
}

/** A name as text of the stream; a lone expression needs no record of all that lines may show. */
export function compileName(format: FormatModel, options: CompileOptions): (stream: Stream) => string {
  const expression = loneExpression(format);
  if (expression !== null) return compileText(expression, options);
  const compiled = compileFormat(format, options);
  return (stream) => compiled.write(recordOf(stream));
}
