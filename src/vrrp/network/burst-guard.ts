/**
 * How much of one burst an instance is asked to look at. After a pause (a stopped process, a busy machine) many
 * advertisements of the same master wait; the first says all the others say. What differs from the one taken before it
 * (another sender, priority or checksum) is judged, up to a limit that a storm of valid packets cannot exceed.
 */
import type { Advertisement } from '../packet/advertisement.ts';

const VRIDS = 256;
/** Taken of one VRID in one burst: three routers that change places in it still get through. */
const MOST_TAKEN = 8;

export class BurstGuard {
  #burst = 1;
  readonly #bursts = new Float64Array(VRIDS);
  readonly #taken = new Uint8Array(VRIDS);
  readonly #priorities = new Uint8Array(VRIDS);
  /** Version, type and checksum: equal for equal packets, different for others but by chance. */
  readonly #shapes = new Int32Array(VRIDS);
  readonly #sources = new Int32Array(VRIDS);

  beginBurst(): void {
    this.#burst++;
  }

  /** Nothing new after what was taken of its VRID in this burst, or too much already. */
  isFlood(packet: Advertisement): boolean {
    const { vrid } = packet;
    if (this.#bursts[vrid] !== this.#burst) return false;
    if ((this.#taken[vrid] as number) >= MOST_TAKEN) return true;
    return (
      this.#priorities[vrid] === packet.priority &&
      this.#shapes[vrid] === shapeOf(packet) &&
      this.#sources[vrid] === sourceKey(packet.source)
    );
  }

  taken(packet: Advertisement): void {
    const { vrid } = packet;
    this.#taken[vrid] = this.#bursts[vrid] === this.#burst ? (this.#taken[vrid] as number) + 1 : 1;
    this.#bursts[vrid] = this.#burst;
    this.#priorities[vrid] = packet.priority;
    this.#shapes[vrid] = shapeOf(packet);
    this.#sources[vrid] = sourceKey(packet.source);
  }
}

function shapeOf(packet: Advertisement): number {
  return (packet.version << 20) | (packet.type << 16) | packet.checksum;
}

/** 32 bits of an address; that two of one burst share them costs one of the two a packet. */
function sourceKey(source: Uint8Array): number {
  let key = 0;
  for (let index = 0; index < source.length; index++) key = Math.imul(key, 31) + (source[index] as number);
  return key | 0;
}
