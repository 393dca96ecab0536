/** Arguments of converters as what converters work with. The configuration has checked and normalised them. */

/** Text of one character a byte as bytes. */
export function textArgument(text = ''): Buffer {
  return Buffer.from(text, 'latin1');
}

/** An integer: a number while it is exact. */
export function integerArgument(text: string): number | bigint {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
}

/** An integer that only matters as far as lengths go; what was not said is `absent`. */
export function countArgument(text: string | undefined, absent: number): number {
  return text === undefined ? absent : Number(text);
}

/** Which bytes are among the given characters. */
export function byteSet(characters: string | undefined): Uint8Array {
  const set = new Uint8Array(256);
  for (const byte of textArgument(characters)) set[byte] = 1;
  return set;
}
