/**
 * Converters of whole numbers (manual 7.3.1): 64 signed bits, and results that do not fit become the nearest number that
 * does. Numbers stay numbers while they are exact; only then bigints are made.
 */
import type { Converter } from '../converter.ts';
import { BIN, BOOL, type Sample, SINT, STR, takeScratch } from '../sample.ts';
import { textArgument } from './arguments.ts';
import { type Operand, readOperand } from './operand.ts';

type Integer = number | bigint;
type Operation = (left: Integer, right: Integer) => Integer;

const HIGHEST = (1n << 63n) - 1n;
const LOWEST = -(1n << 63n);

/**
 * HAProxy 2.6's sum: that of two negative numbers is the largest number, unless it is too small for 64 bits, when it is
 * the smallest. A bug that its own configurations may rely on, and that the comparison with it would find.
 */
function add(left: Integer, right: Integer): Integer {
  if (typeof left === 'number' && typeof right === 'number') {
    const sum = left + right;
    if (left < 0 && right < 0) return HIGHEST;
    if (Number.isSafeInteger(sum)) return sum;
  }
  const sum = BigInt(left) + BigInt(right);
  return left < 0 && right < 0 && sum >= LOWEST ? HIGHEST : sum;
}

/** The sum with the opposite number; the lowest has none. */
function subtract(left: Integer, right: Integer): Integer {
  if (right === LOWEST) return BigInt(left) - LOWEST;
  return add(left, -right);
}

function multiply(left: Integer, right: Integer): Integer {
  if (typeof left === 'number' && typeof right === 'number') {
    const product = left * right;
    if (Number.isSafeInteger(product)) return product;
  }
  return BigInt(left) * BigInt(right);
}

function divide(left: Integer, right: Integer): Integer {
  if (typeof left === 'number' && typeof right === 'number') return right === 0 ? HIGHEST : Math.trunc(left / right);
  return BigInt(right) === 0n ? HIGHEST : BigInt(left) / BigInt(right);
}

function remainder(left: Integer, right: Integer): Integer {
  if (typeof left === 'number' && typeof right === 'number') return right === 0 ? 0 : left % right;
  return BigInt(right) === 0n ? 0 : BigInt(left) % BigInt(right);
}

function isInt32(value: Integer): value is number {
  return typeof value === 'number' && (value | 0) === value;
}

function bitwise(small: (left: number, right: number) => number, large: (left: bigint, right: bigint) => bigint) {
  const operation: Operation = (left, right) =>
    isInt32(left) && isInt32(right) ? small(left, right) : large(BigInt(left), BigInt(right));
  return operation;
}

const and = bitwise(
  (left, right) => left & right,
  (left, right) => left & right,
);
const or = bitwise(
  (left, right) => left | right,
  (left, right) => left | right,
);
const xor = bitwise(
  (left, right) => left ^ right,
  (left, right) => left ^ right,
);

/** Minus zero is no integer. */
function set(sample: Sample, value: Integer): true {
  return sample.setInteger(value === 0 ? 0 : value);
}

function binary(operate: Operation): Converter {
  return {
    input: SINT,
    output: SINT,
    make: (args, options) => {
      const operand: Operand = readOperand(args[0] ?? '', options);
      if (typeof operand !== 'function') return (sample) => set(sample, operate(sample.integer, operand));
      return (sample, context) => {
        const right = operand(context);
        return right !== undefined && set(sample, operate(sample.integer, right));
      };
    },
  };
}

function unary(operate: (value: Integer) => Integer): Converter {
  return { input: SINT, output: SINT, make: () => (sample) => set(sample, operate(sample.integer)) };
}

function question(answer: (value: Integer) => boolean): Converter {
  return { input: SINT, output: BOOL, make: () => (sample) => sample.setBoolean(answer(sample.integer)) };
}

function isOdd(value: Integer): boolean {
  return typeof value === 'number' ? value % 2 !== 0 : (value & 1n) === 1n;
}

/** The low 32 bits, the highest byte first. */
function networkOrder(sample: Sample): boolean {
  const piece = takeScratch(4);
  const { integer } = sample;
  piece.writeUInt32BE(typeof integer === 'bigint' ? Number(BigInt.asUintN(32, integer)) : integer >>> 0, 0);
  return sample.setBytes(BIN, piece, 0, 4);
}

export const ARITHMETIC_CONVERTERS: readonly (readonly [string, Converter])[] = [
  ['add', binary(add)],
  ['sub', binary(subtract)],
  ['mul', binary(multiply)],
  ['div', binary(divide)],
  ['mod', binary(remainder)],
  ['and', binary(and)],
  ['or', binary(or)],
  ['xor', binary(xor)],
  ['neg', unary((value) => -value)],
  ['cpl', unary((value) => (typeof value === 'number' ? -1 - value : ~value))],
  ['bool', question((value) => value !== 0)],
  ['not', question((value) => value === 0)],
  ['odd', question(isOdd)],
  ['even', question((value) => !isOdd(value))],
  ['htonl', { input: SINT, output: BIN, make: () => networkOrder }],
  [
    'iif',
    {
      input: BOOL,
      output: STR,
      make: (args) => {
        const yes = textArgument(args[0]);
        const no = textArgument(args[1]);
        return (sample) => {
          const chosen = sample.integer === 0 ? no : yes;
          return sample.setBytes(STR, chosen, 0, chosen.length);
        };
      },
    },
  ],
];
