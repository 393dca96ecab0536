/** Converters that append to a text or compare it with a variable (manual 7.3.1). */
import { timingSafeEqual } from 'node:crypto';
import { isVariableName } from '../../config/variable-name.ts';
import { cast } from '../casts.ts';
import type { CompileOptions, SampleContext } from '../context.ts';
import type { Converter } from '../converter.ts';
import { BIN, BOOL, Sample, SINT, STR, takeScratch } from '../sample.ts';
import { readVariable } from '../variable-access.ts';
import { textArgument } from './arguments.ts';
import { variableText } from './operand.ts';

/** Pieces one after the other, cut where HAProxy's buffer ends (which keeps a byte for a NUL). */
class Joiner {
  readonly #limit: number;
  #piece: Buffer = Buffer.alloc(0);
  #length = 0;

  constructor(bufferSize: number) {
    this.#limit = bufferSize - 1;
  }

  begin(): void {
    this.#piece = takeScratch(this.#limit);
    this.#length = 0;
  }

  append(bytes: Buffer, start: number, end: number): void {
    this.#length += bytes.copy(this.#piece, this.#length, start, Math.min(end, start + this.#limit - this.#length));
  }

  finish(sample: Sample): true {
    return sample.setBytes(STR, this.#piece, 0, this.#length);
  }
}

const NO_VARIABLE = (): undefined => undefined;

type ReadText = (context: SampleContext) => Sample | undefined;

function optionalVariable(name: string | undefined, options: CompileOptions): ReadText {
  return name === undefined || name === '' ? NO_VARIABLE : variableText(name, options);
}

const CONCAT: Converter = {
  input: STR,
  output: STR,
  make: (args, options) => {
    const before = textArgument(args[0]);
    const variable = optionalVariable(args[1], options);
    const after = textArgument(args[2]);
    const joiner = new Joiner(options.environment.bufferSize);
    return (sample, context) => {
      const value = variable(context);
      joiner.begin();
      joiner.append(sample.bytes, sample.start, sample.end);
      joiner.append(before, 0, before.length);
      if (value !== undefined) joiner.append(value.bytes, value.start, value.end);
      joiner.append(after, 0, after.length);
      return joiner.finish(sample);
    };
  },
};

const ADD_ITEM: Converter = {
  input: STR,
  output: STR,
  make: (args, options) => {
    const delimiter = textArgument(args[0]);
    const variable = optionalVariable(args[1], options);
    const suffix = textArgument(args[2]);
    const joiner = new Joiner(options.environment.bufferSize);
    return (sample, context) => {
      const value = variable(context);
      joiner.begin();
      joiner.append(sample.bytes, sample.start, sample.end);
      const something = (value !== undefined && value.length > 0) || suffix.length > 0;
      if (sample.length > 0 && something) joiner.append(delimiter, 0, delimiter.length);
      if (value !== undefined) joiner.append(value.bytes, value.start, value.end);
      joiner.append(suffix, 0, suffix.length);
      return joiner.finish(sample);
    };
  },
};

/**
 * As C's strncmp over the shorter of the two (a NUL ends both), then by length. glibc gives the difference of the bytes.
 */
function compare(left: Sample, right: Sample): number {
  const length = Math.min(left.length, right.length);
  for (let i = 0; i < length; i++) {
    const a = left.bytes[left.start + i] as number;
    const b = right.bytes[right.start + i] as number;
    if (a !== b) return a - b;
    if (a === 0) break;
  }
  return Math.sign(left.length - right.length);
}

const STRCMP: Converter = {
  input: STR,
  output: SINT,
  make: (args, options) => {
    const variable = variableText(args[0] ?? '', options);
    return (sample, context) => {
      const value = variable(context);
      return value !== undefined && sample.setInteger(compare(sample, value));
    };
  },
};

const SECURE_MEMCMP: Converter = {
  input: BIN,
  output: BOOL,
  make: (args, options) => {
    const name = args[0] ?? '';
    if (!isVariableName(name)) throw new Error(`failed to register variable name '${name}'`);
    const read = readVariable(name, options);
    const held = new Sample();
    return (sample, context) => {
      if (!read(context, held) || !cast(held, BIN)) return false;
      if (held.length !== sample.length) return sample.setBoolean(false);
      const left = sample.bytes.subarray(sample.start, sample.end);
      return sample.setBoolean(timingSafeEqual(left, held.bytes.subarray(held.start, held.end)));
    };
  },
};

export const JOINING_CONVERTERS: readonly (readonly [string, Converter])[] = [
  ['concat', CONCAT],
  ['add_item', ADD_ITEM],
  ['strcmp', STRCMP],
  ['secure_memcmp', SECURE_MEMCMP],
];
