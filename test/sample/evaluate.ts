/** Evaluates expressions as configurations write them, without a proxy. */
import { parseExpression } from '../../src/config/expression.ts';
import { cast } from '../../src/sample/casts.ts';
import type { CompileOptions, SampleContext } from '../../src/sample/context.ts';
import { compileExpression } from '../../src/sample/expression.ts';
import { Sample, STR } from '../../src/sample/sample.ts';
import { SessionVariables } from '../../src/sample/variables.ts';
import { context, options } from './records.ts';

/** The sample, or why the expression is refused. */
export function evaluate(
  text: string,
  given: CompileOptions = options(),
  where?: SampleContext,
): Sample | string | null {
  const parsed = parseExpression(text);
  if ('error' in parsed) return parsed.error;
  const { read } = compileExpression(parsed.expression, given);
  const sample = new Sample();
  return read(where ?? context(['GET /path HTTP/1.1', 'Host: a']), sample) ? sample : null;
}

/** Its text; null for no sample, and `refused: ...` for what the configuration does not take. */
export function textOf(text: string, given?: CompileOptions, where?: SampleContext): string | null {
  const result = evaluate(text, given, where);
  if (typeof result === 'string') return `refused: ${result}`;
  return result !== null && cast(result, STR) ? result.text() : null;
}

/** A context with variables: what the expressions `name=expression` make of them. */
export function withVariables(given: CompileOptions, assignments: readonly string[]): SampleContext {
  const variables = new SessionVariables(given.environment.variables);
  variables.beginRequest();
  const where = { ...context(['GET / HTTP/1.1', 'Host: a']), variables };
  for (const assignment of assignments) {
    const at = assignment.indexOf('=');
    evaluate(`${assignment.slice(at + 1)},set-var(${assignment.slice(0, at)})`, given, where);
  }
  return where;
}
