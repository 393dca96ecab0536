/**
 * Sends a storm of hostile advertisements at a steady rate, in its own process so that its CPU time is not the agent's:
 *
 *   ip netns exec SPACE node storm-sender.ts '{"interface":"eth0","rate":50000,"seconds":5,"target":{...}}'
 *
 * Prints one line of JSON at the end: how many of each kind went, and how long it took.
 */
import { addressOf } from '../../../src/sys/memory.ts';
import { MessageBatch } from '../../../src/sys/message-batch.ts';
import { packetAddress } from '../../../src/sys/packet-address.ts';
import {
  AF_PACKET,
  ETH_P_IP,
  SO_SNDBUFFORCE,
  SOCK_CLOEXEC,
  SOCK_RAW,
  SOL_PACKET,
  SOL_SOCKET,
  setOption,
  socket,
} from '../../../src/sys/socket.ts';
import { interfaceIndex, type SocketAddress } from '../../../src/sys/socket-address.ts';
import { type StormFrame, type StormKind, type StormTarget, stormFrames, stormKinds } from './storm-packets.ts';

export interface StormOptions {
  readonly interface: string;
  /** Packets a second. */
  readonly rate: number;
  readonly seconds: number;
  readonly target: StormTarget;
  /** All that are wrong for the version when left out. */
  readonly kinds?: readonly StormKind[];
  readonly seed?: number;
}

export interface StormResult {
  readonly sent: number;
  readonly byKind: Readonly<Record<string, number>>;
  readonly elapsedMs: number;
  /** Packets the kernel would not take. */
  readonly refused: number;
}

const PACKET_QDISC_BYPASS = 20;
const BATCH = 32;
const BATCHES = 16;
const SLOT = 256;

interface StormBatch {
  readonly messages: MessageBatch;
  readonly frames: readonly StormFrame[];
}

class StormSender {
  readonly #fd: number;
  readonly #batches: StormBatch[] = [];
  readonly #counts = new Map<StormKind, number>();
  /** Kept referenced: the kernel reads it at every call. */
  readonly #destination: SocketAddress;
  #next = 0;
  sent = 0;
  refused = 0;

  constructor(options: StormOptions) {
    this.#fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
    if (this.#fd < 0) throw new Error(`no packet socket: ${this.#fd}`);
    setOption(this.#fd, SOL_SOCKET, SO_SNDBUFFORCE, 1 << 22);
    setOption(this.#fd, SOL_PACKET, PACKET_QDISC_BYPASS, 1);
    this.#destination = packetAddress(interfaceIndex(options.interface), ETH_P_IP);
    const to = this.#destination;
    const kinds = options.kinds ?? stormKinds(options.target.version);
    const frames = stormFrames(options.target, kinds, BATCH * BATCHES, options.seed ?? 1);
    for (let at = 0; at < frames.length; at += BATCH) {
      const messages = new MessageBatch(BATCH, SLOT, 0);
      messages.setDestination(addressOf(to.bytes), to.length);
      const part = frames.slice(at, at + BATCH);
      for (const [index, frame] of part.entries()) {
        messages.bytes.set(frame.bytes, messages.slotAt(index));
        messages.setLength(index, frame.bytes.length);
      }
      this.#batches.push({ messages, frames: part });
    }
  }

  sendOne(): void {
    const { messages, frames } = this.#batches[this.#next] as StormBatch;
    this.#next = (this.#next + 1) % this.#batches.length;
    const result = messages.send(this.#fd, BATCH);
    const went = Math.max(result, 0);
    this.sent += went;
    this.refused += BATCH - went;
    for (let index = 0; index < went; index++) {
      const { kind } = frames[index] as StormFrame;
      this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
    }
  }

  result(elapsedMs: number): StormResult {
    return { sent: this.sent, refused: this.refused, byKind: Object.fromEntries(this.#counts), elapsedMs };
  }
}

const options = JSON.parse(process.argv[2] ?? '') as StormOptions;
const sender = new StormSender(options);
const startMs = performance.now();
const endMs = startMs + options.seconds * 1000;
let due = 0;

/** Sends what the rate asks for up to now, then lets a millisecond pass. */
function step(): void {
  const nowMs = performance.now();
  if (nowMs >= endMs) {
    process.stdout.write(`${JSON.stringify(sender.result(nowMs - startMs))}\n`);
    return;
  }
  due = ((nowMs - startMs) * options.rate) / 1000;
  while (sender.sent + sender.refused + BATCH <= due) sender.sendOne();
  setTimeout(step, 0);
}
step();
