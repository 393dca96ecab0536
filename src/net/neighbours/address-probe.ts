/**
 * Asks a link who has an address, by ARP or neighbour solicitation, and tells each answer: whether a stranger already
 * uses an address that we are about to claim, and, while a rehearsal runs, when the other unit begins to answer for it.
 * Asks without naming a sender (RFC 5227 section 2.1, RFC 4862 section 5.4.2), so nobody's table changes by it.
 */
import type { Pollable, Reactor } from '../../loop/reactor.ts';
import { Timer, type TimerOwner } from '../../loop/timer-wheel.ts';
import { monotonicPreciseMs } from '../../sys/clock.ts';
import { EPOLLIN } from '../../sys/epoll.ts';
import type { Family } from '../../sys/link-messages.ts';
import { allocate, type NativeMemory } from '../../sys/memory.ts';
import { ADDRESS_SIZE, close, PACKET_OUTGOING, recvfrom } from '../../sys/socket.ts';
import { ARP_FRAME_LENGTH, arpClaims, arpSenderMac, MAC_LENGTH, writeArpRequest } from './arp.ts';
import { type LinkEnd, LinkSender, openNeighbourListener } from './link-sender.ts';
import { neighbourClaims, neighbourMac, writeNeighbourSolicitation } from './neighbour-advertisement.ts';

export interface QuestionOptions {
  /** Between two times of asking. */
  readonly intervalMs: number;
  /** How often it is asked; Infinity: until `close`. */
  readonly times: number;
  /** How long answers are waited for after the last time. */
  readonly waitMs: number;
}

export interface QuestionListener {
  /** Somebody says to have the address, asked or not (a gratuitous ARP counts); `afterMs` since the first question. */
  onAnswer(mac: Uint8Array, afterMs: number): void;
  /** Nothing more will be told; not called after `close`. */
  onDone?(): void;
}

/** Is there a stranger? Twice, 20 ms apart, is enough on a link that works. */
export const DUPLICATE_QUESTION: QuestionOptions = { intervalMs: 20, times: 2, waitMs: 100 };
/** While fail-over is measured. */
export const REHEARSAL_QUESTION: QuestionOptions = { intervalMs: 5, times: Number.POSITIVE_INFINITY, waitMs: 0 };

const UNSPECIFIED = new Uint8Array(4);
const ROOM = 256;
/** sll_pkttype in sockaddr_ll. */
const AT_PACKET_TYPE = 10;
const MOST_READS = 64;

export class AddressProbe {
  readonly #reactor: Reactor;
  readonly #sender = new LinkSender();
  readonly #open = new Set<AddressQuestion>();

  constructor(reactor: Reactor) {
    this.#reactor = reactor;
  }

  /** Begins to ask at once; `-errno` when there is no socket for it. */
  ask(
    on: LinkEnd,
    address: Uint8Array,
    options: QuestionOptions,
    listener: QuestionListener,
  ): AddressQuestion | number {
    const family = address.length === 4 ? 4 : 6;
    const fd = openNeighbourListener(on.index, family);
    if (fd < 0) return fd;
    const question = new AddressQuestion(this.#reactor, this.#sender, fd, on, address, options, listener, () =>
      this.#open.delete(question),
    );
    const result = this.#reactor.add(fd, question, EPOLLIN);
    if (result < 0) {
      close(fd);
      return result;
    }
    this.#open.add(question);
    question.begin();
    return question;
  }

  /** Ends all questions. */
  close(): void {
    for (const question of [...this.#open]) question.close();
    this.#sender.close();
  }
}

export class AddressQuestion implements Pollable, TimerOwner {
  /** Times asked, and those the kernel refused. */
  asked = 0;
  refused = 0;

  readonly #reactor: Reactor;
  readonly #sender: LinkSender;
  readonly #fd: number;
  readonly #on: LinkEnd;
  readonly #address: Uint8Array;
  readonly #family: Family;
  readonly #options: QuestionOptions;
  readonly #listener: QuestionListener;
  readonly #onClosed: () => void;
  readonly #timer = new Timer(this);
  readonly #room: NativeMemory = allocate(ROOM);
  readonly #from: NativeMemory = allocate(ADDRESS_SIZE);
  #startMs = 0;
  #closed = false;

  constructor(
    reactor: Reactor,
    sender: LinkSender,
    fd: number,
    on: LinkEnd,
    address: Uint8Array,
    options: QuestionOptions,
    listener: QuestionListener,
    onClosed: () => void,
  ) {
    this.#reactor = reactor;
    this.#sender = sender;
    this.#fd = fd;
    this.#on = on;
    this.#address = address;
    this.#family = address.length === 4 ? 4 : 6;
    this.#options = options;
    this.#listener = listener;
    this.#onClosed = onClosed;
  }

  begin(): void {
    this.#startMs = monotonicPreciseMs();
    this.#ask(this.#reactor.refresh());
  }

  /** Asks no more and tells nothing more. Twice is once. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#reactor.timers.cancel(this.#timer);
    this.#reactor.remove(this.#fd);
    close(this.#fd);
    this.#onClosed();
  }

  onTimer(_timer: Timer, nowMs: number): void {
    if (this.asked < this.#options.times) {
      this.#ask(nowMs);
      return;
    }
    this.close();
    this.#listener.onDone?.();
  }

  onEvents(): void {
    for (let count = 0; count < MOST_READS && !this.#closed; count++) {
      const length = recvfrom(this.#fd, this.#room.address, ROOM, 0, this.#from);
      if (length < 0) return;
      if (this.#from.bytes[AT_PACKET_TYPE] !== PACKET_OUTGOING) this.#hear(length);
    }
  }

  #ask(nowMs: number): void {
    const { bytes } = this.#sender.frame;
    let length = ARP_FRAME_LENGTH;
    if (this.#family === 4) writeArpRequest(bytes, this.#on.mac, UNSPECIFIED, this.#address);
    else length = writeNeighbourSolicitation(bytes, this.#on.mac, undefined, this.#address);
    if (this.#sender.send(this.#on.index, this.#family, length) < 0) this.refused++;
    this.asked++;
    const last = this.asked >= this.#options.times;
    this.#reactor.timers.arm(this.#timer, nowMs + (last ? this.#options.waitMs : this.#options.intervalMs));
  }

  #hear(length: number): void {
    const frame = this.#room.bytes;
    let mac: Uint8Array;
    if (this.#family === 4) {
      if (!arpClaims(frame, length, this.#address)) return;
      mac = arpSenderMac(frame);
    } else {
      if (!neighbourClaims(frame, length, this.#address)) return;
      mac = neighbourMac(frame, length);
    }
    if (!sameMac(mac, this.#on.mac)) this.#listener.onAnswer(mac, monotonicPreciseMs() - this.#startMs);
  }
}

/** `02:00:00:00:00:01` */
export function macText(mac: Uint8Array): string {
  return Array.from(mac, (byte) => byte.toString(16).padStart(2, '0')).join(':');
}

function sameMac(one: Uint8Array, other: Uint8Array): boolean {
  for (let index = 0; index < MAC_LENGTH; index++) if (one[index] !== other[index]) return false;
  return true;
}
