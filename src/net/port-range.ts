/**
 * The source ports of `source a.b.c.d:1025-65000`: a FIFO of free ones, so that a port rests as long as the range allows
 * before it is used again (its last connection may still be in TIME_WAIT). 2 bytes a port, nothing allocated per use.
 */
export class PortRange {
  readonly low: number;
  readonly high: number;
  /** A ring: the free ports are the `#count` entries from `#next` on. */
  readonly #ports: Uint16Array;
  /** One bit a port: taken. A port given back twice would serve two connections. */
  readonly #taken: Uint8Array;
  #next = 0;
  #count: number;

  /** Both ends included; throws RangeError unless 1 <= low <= high <= 65535. */
  constructor(low: number, high: number) {
    if (!Number.isInteger(low) || !Number.isInteger(high) || low < 1 || high > 65535 || low > high) {
      throw new RangeError(`not a port range: ${low}-${high}`);
    }
    this.low = low;
    this.high = high;
    this.#count = high - low + 1;
    this.#ports = Uint16Array.from({ length: this.#count }, (_, index) => low + index);
    this.#taken = new Uint8Array(this.#count);
  }

  get free(): number {
    return this.#count;
  }

  /** The port that has been free for longest, or 0 when all are in use. */
  take(): number {
    if (this.#count === 0) return 0;
    const port = this.#ports[this.#next] as number;
    this.#next = (this.#next + 1) % this.#ports.length;
    this.#count--;
    this.#taken[port - this.low] = 1;
    return port;
  }

  /** Gives a port back; 0, a foreign one and one that is free already are ignored. */
  release(port: number): void {
    const index = port - this.low;
    if (this.#taken[index] !== 1) return;
    this.#taken[index] = 0;
    this.#ports[(this.#next + this.#count) % this.#ports.length] = port;
    this.#count++;
  }
}
