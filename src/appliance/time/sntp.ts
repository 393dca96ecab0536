/**
 * The simple network time protocol (RFC 5905 section 14): one question, one answer. Pure.
 *
 *   0 leap 2 bits, version 3, mode 3  1 stratum  2 poll  3 precision  4 root delay  8 root dispersion  12 reference
 *   16 reference time  24 origin: what the question had at 40  32 received  40 sent   (times: seconds and fraction, u32 each)
 */
export const MESSAGE_SIZE = 48;
/** Version 4, mode 3 (client). */
const QUESTION = 0x23;
const MODE_SERVER = 4;
const LEAP_UNKNOWN = 3;
const LEAST_STRATUM = 1;
const MOST_STRATUM = 15;
/** From 1900 to 1970. */
const EPOCH_SECONDS = 2_208_988_800;
const ERA_SECONDS = 2 ** 32;
/** A server that is so far from a real clock does not know the time, either. */
const MOST_ROOT_MS = 5_000;

export interface TimeAnswer {
  /** To be added to our clock. */
  readonly offsetMs: number;
  /** There and back, without the server's own time. */
  readonly delayMs: number;
  /** How wrong the offset may be. */
  readonly errorMs: number;
}

/** @param cookie eight random bytes, which the answer repeats: our own time is nobody's business */
export function writeQuestion(cookie: Uint8Array): Buffer {
  const bytes = Buffer.alloc(MESSAGE_SIZE);
  bytes[0] = QUESTION;
  bytes.set(cookie, 40);
  return bytes;
}

/**
 * Undefined: no answer to this question, or of a server that does not know the time.
 * @param sentMs our clock when the question left, since 1970
 * @param receivedMs our clock when the answer came
 * @param earliestMs the time is later than that for sure: tells the era (the seconds begin anew in 2036)
 */
export function readAnswer(
  bytes: Buffer,
  cookie: Uint8Array,
  sentMs: number,
  receivedMs: number,
  earliestMs: number,
): TimeAnswer | undefined {
  if (bytes.length < MESSAGE_SIZE || Buffer.compare(bytes.subarray(24, 32), cookie) !== 0) return undefined;
  const [first = 0, stratum = 0] = bytes;
  if ((first & 7) !== MODE_SERVER || first >> 6 === LEAP_UNKNOWN) return undefined;
  if (stratum < LEAST_STRATUM || stratum > MOST_STRATUM) return undefined;
  const rootMs = (bytes.readInt32BE(4) / 2 + bytes.readUInt32BE(8)) / 65.536;
  if (!(rootMs >= 0 && rootMs < MOST_ROOT_MS)) return undefined;
  const serverReceived = readTime(bytes, 32, earliestMs);
  const serverSent = readTime(bytes, 40, earliestMs);
  const delayMs = receivedMs - sentMs - (serverSent - serverReceived);
  if (bytes.readUInt32BE(40) === 0 || delayMs < 0 || serverSent < serverReceived) return undefined;
  const offsetMs = (serverReceived - sentMs + (serverSent - receivedMs)) / 2;
  return { offsetMs, delayMs, errorMs: delayMs / 2 + rootMs };
}

function readTime(bytes: Buffer, at: number, earliestMs: number): number {
  const seconds = bytes.readUInt32BE(at);
  const fractionMs = (bytes.readUInt32BE(at + 4) / ERA_SECONDS) * 1000;
  const inFirst = (seconds - EPOCH_SECONDS) * 1000;
  const eras = Math.max(0, Math.ceil((earliestMs - inFirst) / (ERA_SECONDS * 1000)));
  return inFirst + eras * ERA_SECONDS * 1000 + fractionMs;
}

/** Of several servers' answers the one in the middle: a single one that is wrong leads nowhere. */
export function middleOf(answers: readonly TimeAnswer[]): TimeAnswer | undefined {
  const sorted = answers.toSorted((one, other) => one.offsetMs - other.offsetMs);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}
