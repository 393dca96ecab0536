/**
 * The hash functions of `hash-type` (manual, section 4.2, "hash-type"), all on 32 bits unsigned, and the address hash of
 * `balance source`.
 */

/** sdbm: the default function. */
export function hashSdbm(key: Uint8Array, start = 0, end = key.length): number {
  let hash = 0;
  for (let i = start; i < end; i++) hash = ((key[i] as number) + (hash << 6) + (hash << 16) - hash) | 0;
  return hash >>> 0;
}

/** djb2: Bernstein's times 33. */
export function hashDjb2(key: Uint8Array, start = 0, end = key.length): number {
  let hash = 5381;
  for (let i = start; i < end; i++) hash = ((hash << 5) + hash + (key[i] as number)) | 0;
  return hash >>> 0;
}

/** wt6: two words that rotate each other by amounts they make themselves. */
export function hashWt6(key: Uint8Array, start = 0, end = key.length): number {
  let low = 0xa53c965a | 0;
  let high = 0x5ca6953a | 0;
  let lowStep = 6;
  let highStep = 18;
  for (let i = start; i < end; i++) {
    const byte = key[i] as number;
    low = ~(low ^ byte);
    high = ~(high + byte);
    const rotated = (high << lowStep) | (high >>> (32 - lowStep));
    high = (low << highStep) | (low >>> (32 - highStep));
    low = rotated;
    const steps = ((low >>> 16) ^ high) & 0xffff;
    lowStep = steps & 0x1f;
    highStep = steps >>> 11;
  }
  return (low ^ high) >>> 0;
}

const crcTable = new Uint32Array(256).map((_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  return crc;
});

/** crc32: that of Ethernet, gzip, PNG. */
export function hashCrc32(key: Uint8Array, start = 0, end = key.length): number {
  let crc = -1;
  for (let i = start; i < end; i++) crc = (crc >>> 8) ^ (crcTable[(crc ^ (key[i] as number)) & 0xff] as number);
  return ~crc >>> 0;
}

/**
 * The `avalanche` modifier: every bit of the input changes about half of the output's. Bob Jenkins' integer hash
 * (burtleburtle.net/bob/hash/integer.html), then a multiplication by a prime near 3/4 of 2^32 to spread over the circle.
 */
export function avalanche(value: number): number {
  let a = value | 0;
  a = (a + 0x7ed55d16 + (a << 12)) | 0;
  a = a ^ 0xc761c23c ^ (a >>> 19);
  a = (a + 0x165667b1 + (a << 5)) | 0;
  a = (a + 0xd3a2646c) ^ (a << 9);
  a = (a + 0xfd7046c5 + (a << 3)) | 0;
  a = a ^ 0xb55a4f09 ^ (a >>> 16);
  return Math.imul(a, 3221225473) >>> 0;
}

/**
 * The hash of a client address for `balance source`: its 32-bit words in network order, combined by exclusive or.
 * @param length bytes of the address: 4 or 16
 */
export function hashAddress(bytes: Uint8Array, start: number, length: number): number {
  let hash = 0;
  for (let i = start; i + 4 <= start + length; i += 4) {
    hash ^=
      ((bytes[i] as number) << 24) |
      ((bytes[i + 1] as number) << 16) |
      ((bytes[i + 2] as number) << 8) |
      (bytes[i + 3] as number);
  }
  return hash >>> 0;
}
