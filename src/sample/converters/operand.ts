/** Arguments that are a constant or the name of a variable, which is read each time. */
import { isVariableName } from '../../config/variable-name.ts';
import { cast } from '../casts.ts';
import type { CompileOptions, SampleContext } from '../context.ts';
import { Sample, SINT, STR } from '../sample.ts';
import { readVariable } from '../variable-access.ts';

/** A number, or what reads one: undefined when there is no variable, or no number in it. */
export type Operand = number | bigint | ((context: SampleContext) => number | bigint | undefined);

const HIGHEST = (1n << 63n) - 1n;
const LOWEST = -(1n << 63n);

export function readOperand(text: string, options: CompileOptions): Operand {
  if (!isVariableName(text)) {
    const value = BigInt(text.replace(/^[+-]/, '')) * (text.startsWith('-') ? -1n : 1n);
    const bounded = value > HIGHEST ? HIGHEST : value < LOWEST ? LOWEST : value;
    const number = Number(bounded);
    return Number.isSafeInteger(number) ? number : bounded;
  }
  const read = readVariable(text, options);
  const held = new Sample();
  return (context) => (read(context, held) && cast(held, SINT) ? held.integer : undefined);
}

/** Reads a variable as text into a sample of its own; undefined when there is none that can be text. */
export function variableText(name: string, options: CompileOptions): (context: SampleContext) => Sample | undefined {
  const read = readVariable(name, options);
  const held = new Sample();
  return (context) => {
    held.mayChange = false;
    return read(context, held) && cast(held, STR) ? held : undefined;
  };
}
