/**
 * This process in a network namespace of its own, joined by a cable (veth) to a named one where a peer may live: our
 * end is 10.77.0.2 and fe80::2, the far end 10.77.0.3 and fe80::3, both called eth0.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { allocate } from '../../../src/sys/memory.ts';
import { openNamespace, socketIn, unshareNetwork } from '../../../src/sys/netns.ts';
import { packetAddress } from '../../../src/sys/packet-address.ts';
import * as net from '../../../src/sys/socket.ts';
import { close, ETH_P_ALL, ETH_P_IP, recvfrom, sendto, setOption } from '../../../src/sys/socket.ts';
import { interfaceIndex, type SocketAddress } from '../../../src/sys/socket-address.ts';

export const OUR_ADDRESS = Uint8Array.of(10, 77, 0, 2);
export const FAR_ADDRESS = Uint8Array.of(10, 77, 0, 3);
export const OUR_ADDRESS6 = Uint8Array.of(0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2);
export const FAR_ADDRESS6 = Uint8Array.of(0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3);

export function ip(...words: readonly string[]): string {
  return execFileSync('ip', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Why no cable can be laid here, or `false`. */
export function cableMissing(): string | false {
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  const name = `mv${process.pid}try`;
  try {
    ip('netns', 'add', name);
    ip('-n', name, 'link', 'add', 'one', 'type', 'veth', 'peer', 'name', 'two');
    return false;
  } catch (error) {
    return `no veth in a network namespace here: ${(error as Error).message.split('\n')[0]}`;
  } finally {
    spawnSync('ip', ['netns', 'del', name]);
  }
}

export class Cable {
  /** The far end's namespace. */
  readonly farSpace = `mv${process.pid}far`;
  readonly index: number;
  readonly mac: Uint8Array;
  readonly farIndex: number;
  readonly farMac: Uint8Array;
  readonly #farNamespace: number;
  #closed = false;

  /** Moves this process (its main thread, and whatever it starts) for good: once a test file. */
  constructor() {
    if (unshareNetwork() < 0) throw new Error('cannot have a network namespace');
    ip('netns', 'add', this.farSpace);
    ip('link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', this.farSpace);
    this.#raise([], 2);
    this.#raise(['-n', this.farSpace], 3);
    this.index = interfaceIndex('eth0');
    this.mac = macOf('eth0', []);
    this.farMac = macOf('eth0', ['-n', this.farSpace]);
    this.farIndex = Number(/"ifindex":(\d+)/.exec(ip('-n', this.farSpace, '-j', 'link', 'show', 'eth0'))?.[1]);
    this.#farNamespace = openNamespace(this.farSpace);
    // A test that ran out of time ends without its teardown.
    process.once('exit', () => this.close());
    process.once('SIGTERM', () => process.exit(1));
  }

  #raise(where: readonly string[], host: number): void {
    ip(...where, 'addr', 'add', `10.77.0.${host}/24`, 'dev', 'eth0');
    ip(...where, 'link', 'set', 'eth0', 'addrgenmode', 'none');
    ip(...where, 'addr', 'add', `fe80::${host}/64`, 'dev', 'eth0', 'nodad');
    ip(...where, 'link', 'set', 'eth0', 'up');
    ip(...where, 'link', 'set', 'lo', 'up');
  }

  /** A socket made in the far namespace. */
  farSocket(family: number, type: number, protocol: number): number {
    const fd = socketIn(this.#farNamespace, family, type | net.SOCK_CLOEXEC | net.SOCK_NONBLOCK, protocol);
    if (fd < 0) throw new Error(`no socket in ${this.farSpace}: ${fd}`);
    return fd;
  }

  /** Hears every frame that reaches one end. */
  tap(end: 'ours' | 'far'): FrameTap {
    const type = net.SOCK_RAW | net.SOCK_CLOEXEC | net.SOCK_NONBLOCK;
    const fd = end === 'ours' ? net.socket(net.AF_PACKET, type, 0) : this.farSocket(net.AF_PACKET, net.SOCK_RAW, 0);
    return new FrameTap(fd, end === 'ours' ? this.index : this.farIndex);
  }

  /** Puts whole Ethernet frames onto the cable at the far end. */
  farInjector(): FrameInjector {
    return new FrameInjector(this.farSocket(net.AF_PACKET, net.SOCK_RAW, 0), this.farIndex);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    net.close(this.#farNamespace);
    for (const pid of ip('netns', 'pids', this.farSpace).split('\n').filter(Boolean))
      process.kill(Number(pid), 'SIGKILL');
    ip('netns', 'del', this.farSpace);
  }
}

export class FrameInjector {
  readonly #fd: number;
  readonly #to: SocketAddress;
  readonly #room = allocate(2048);

  constructor(fd: number, index: number) {
    this.#fd = fd;
    this.#to = packetAddress(index, ETH_P_IP);
  }

  /** The other end's sockets have it when this returns. */
  inject(frame: Uint8Array): void {
    this.#room.bytes.set(frame);
    const sent = sendto(this.#fd, this.#room.address, frame.length, 0, this.#to);
    if (sent !== frame.length) throw new Error(`a frame of ${frame.length} bytes was not sent: ${sent}`);
  }

  close(): void {
    close(this.#fd);
  }
}

export class FrameTap {
  readonly #fd: number;
  readonly #room = allocate(2048);
  readonly #from = allocate(128);

  constructor(fd: number, index: number) {
    this.#fd = fd;
    setOption(fd, net.SOL_SOCKET, net.SO_RCVBUFFORCE, 1 << 22);
    const result = net.bind(fd, packetAddress(index, ETH_P_ALL));
    if (result < 0) throw new Error(`cannot tap: ${result}`);
  }

  /** The next frame that came in (not those sent from this end), undefined when there is none. */
  next(): Buffer | undefined {
    for (;;) {
      const length = recvfrom(this.#fd, this.#room.address, this.#room.bytes.length, 0, this.#from);
      if (length < 0) return undefined;
      if (this.#from.bytes[10] !== net.PACKET_OUTGOING) return Buffer.from(this.#room.bytes.subarray(0, length));
    }
  }

  /** The first of the coming frames for which `wanted` holds; throws after the deadline. */
  async until(what: string, wanted: (frame: Buffer) => boolean, deadlineMs = 60_000): Promise<Buffer> {
    const end = performance.now() + deadlineMs;
    for (;;) {
      for (let frame = this.next(); frame !== undefined; frame = this.next()) if (wanted(frame)) return frame;
      if (performance.now() > end) throw new Error(`not within ${deadlineMs} ms: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  /** All frames that are there now. */
  all(): Buffer[] {
    const frames: Buffer[] = [];
    for (let frame = this.next(); frame !== undefined; frame = this.next()) frames.push(frame);
    return frames;
  }

  close(): void {
    close(this.#fd);
  }
}

function macOf(name: string, where: readonly string[]): Uint8Array {
  const text = /link\/ether ([0-9a-f:]+)/.exec(ip(...where, 'link', 'show', name))?.[1] ?? '';
  return Uint8Array.from(text.split(':').map((part) => Number.parseInt(part, 16)));
}
