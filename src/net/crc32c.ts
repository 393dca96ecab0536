/** CRC32c (Castagnoli; RFC 4960 appendix B), which PROXY protocol v2 may carry. One table of 1 kB. */
const REVERSED_POLYNOMIAL = 0x82f6_3b78;

const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ REVERSED_POLYNOMIAL : value >>> 1;
  return value;
});

/** Of `bytes[start, end)`, in which the four bytes at `zeroAt` count as zeros (-1: none do). An unsigned number. */
export function crc32c(bytes: Uint8Array, start: number, end: number, zeroAt = -1): number {
  let crc = -1;
  for (let index = start; index < end; index++) {
    const byte = zeroAt >= 0 && index >= zeroAt && index < zeroAt + 4 ? 0 : (bytes[index] as number);
    crc = (crc >>> 8) ^ (TABLE[(crc ^ byte) & 0xff] as number);
  }
  return (crc ^ -1) >>> 0;
}
