/** The `use_backend` rules of a frontend, compiled: where a stream goes (manual section 4.2). */
import type { FormatModel, UseBackendModel } from '../config/model-rules.ts';
import { compileUseBackend } from '../sample/backend-choice.ts';
import type { CompileOptions } from '../sample/context.ts';
import { compileText } from '../sample/expression.ts';
import { compileFormat } from '../sample/log-format.ts';
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
  const targets = rules.map(({ backend, format }): Target => {
    if (format === undefined) return backends.get(backend) ?? null;
    const name = compileName(format, options);
    return (stream) => backends.get(name(stream)) ?? null;
  });
  return (stream) => {
    const index = choose(stream);
    if (index < 0) return null;
    const target = targets[index] ?? null;
    return typeof target === 'function' ? target(stream) : target;
  };
}

/** A name as text of the stream; a lone expression needs no record of all that lines may show. */
export function compileName(format: FormatModel, options: CompileOptions): (stream: Stream) => string {
  const [only, second] = format.pieces;
  if (second === undefined && only?.kind === 'expression') {
    const { quote, hex, escape, mandatory } = only.flags;
    if (!quote && !hex && !escape && !mandatory) return compileText(only.expression, options);
  }
  const compiled = compileFormat(format, options);
  return (stream) => compiled.write(recordOf(stream));
}
