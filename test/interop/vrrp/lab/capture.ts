/** What passed an interface: tcpdump's pcap stream, read as it comes, with the kernel's timestamps. */
import { clockMs, until } from './command.ts';
import { LabProcess } from './process.ts';

export interface CapturedPacket {
  /** CLOCK_MONOTONIC, by the kernel's timestamp. */
  readonly atMs: number;
  /** From the Ethernet header on. */
  readonly bytes: Buffer;
}

/** A VRRP packet taken apart just enough to be looked for. */
export interface CapturedAdvertisement {
  readonly atMs: number;
  readonly family: 4 | 6;
  readonly sourceMac: string;
  readonly source: string;
  readonly destination: string;
  readonly vrid: number;
  readonly priority: number;
  /** The Ethernet frame; IP and VRRP parts without padding. */
  readonly frame: Buffer;
  readonly packet: Buffer;
  readonly payload: Buffer;
}

const FILE_HEADER = 24;
const RECORD_HEADER = 16;

function dotted(bytes: Buffer): string {
  return [...bytes].join('.');
}

/** Eight groups, not shortened: for comparing, not for reading. */
function groups(bytes: Buffer): string {
  return bytes.toString('hex').replace(/(.{4})(?!$)/g, '$1:');
}

export function readAdvertisement({ atMs, bytes }: CapturedPacket): CapturedAdvertisement | undefined {
  const type = bytes.readUInt16BE(12);
  const sourceMac = bytes
    .subarray(6, 12)
    .toString('hex')
    .replace(/(..)(?!$)/g, '$1:');
  if (type === 0x0800 && bytes[14 + 9] === 112) {
    const packet = bytes.subarray(14, 14 + bytes.readUInt16BE(16));
    const payload = packet.subarray((packet[0]! & 15) * 4);
    const [source, destination] = [dotted(packet.subarray(12, 16)), dotted(packet.subarray(16, 20))];
    const [vrid, priority] = [payload[1]!, payload[2]!];
    return { atMs, family: 4, sourceMac, source, destination, vrid, priority, frame: bytes, packet, payload };
  }
  if (type === 0x86dd && bytes[14 + 6] === 112) {
    const packet = bytes.subarray(14, 14 + 40 + bytes.readUInt16BE(18));
    const payload = packet.subarray(40);
    const [source, destination] = [groups(packet.subarray(8, 24)), groups(packet.subarray(24, 40))];
    const [vrid, priority] = [payload[1]!, payload[2]!];
    return { atMs, family: 6, sourceMac, source, destination, vrid, priority, frame: bytes, packet, payload };
  }
  return undefined;
}

export class Capture {
  readonly packets: CapturedPacket[] = [];
  /** Called with each packet as it is read. */
  onPacket: ((packet: CapturedPacket) => void) | undefined;
  readonly #process: LabProcess;
  #rest: Buffer = Buffer.alloc(0);
  #started = false;
  /** Added to CLOCK_REALTIME, which pcap tells. */
  readonly #offsetMs = clockMs() - (performance.timeOrigin + performance.now());

  private constructor(namespace: string, device: string, filter: string) {
    const options = ['-U', '--immediate-mode', '-n', '-s', '0', '-B', '4096', '--time-stamp-precision=nano', '-w', '-'];
    const words = ['tcpdump', '-i', device, ...options, filter];
    this.#process = new LabProcess(namespace, words, { onData: (chunk) => this.#onData(chunk) });
  }

  /** `filter` in tcpdump's language; captures when it returns. */
  static async start(namespace: string, device: string, filter: string): Promise<Capture> {
    const capture = new Capture(namespace, device, filter);
    await capture.#process.line(/listening on/);
    return capture;
  }

  #onData(chunk: Buffer): void {
    let bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    if (!this.#started) {
      if (bytes.length < FILE_HEADER) {
        this.#rest = bytes;
        return;
      }
      this.#started = true;
      bytes = bytes.subarray(FILE_HEADER);
    }
    while (bytes.length >= RECORD_HEADER) {
      const end = RECORD_HEADER + bytes.readUInt32LE(8);
      if (bytes.length < end) break;
      const realtimeMs = bytes.readUInt32LE(0) * 1000 + bytes.readUInt32LE(4) / 1e6;
      const packet = { atMs: realtimeMs + this.#offsetMs, bytes: Buffer.from(bytes.subarray(RECORD_HEADER, end)) };
      this.packets.push(packet);
      this.onPacket?.(packet);
      bytes = bytes.subarray(end);
    }
    this.#rest = Buffer.from(bytes);
  }

  /** The VRRP packets among them, in order. */
  advertisements(fromMs = 0): CapturedAdvertisement[] {
    return this.packets.flatMap((packet) => (packet.atMs >= fromMs ? (readAdvertisement(packet) ?? []) : []));
  }

  /** Waits for a packet that came after `fromMs` and pleases `wanted`. */
  async packet(what: string, wanted: (packet: CapturedPacket) => boolean, fromMs = 0): Promise<CapturedPacket> {
    let found: CapturedPacket | undefined;
    await until(what, () => {
      found = this.packets.find((packet) => packet.atMs >= fromMs && wanted(packet));
      return found !== undefined;
    });
    return found!;
  }

  /** Waits for the first VRRP packet: tcpdump tells of it later than the kernel of what follows. */
  async firstAdvertisement(): Promise<CapturedAdvertisement> {
    return readAdvertisement(
      await this.packet('an advertisement', (packet) => readAdvertisement(packet) !== undefined),
    )!;
  }

  async stop(): Promise<void> {
    await this.#process.stop('SIGINT');
  }
}
