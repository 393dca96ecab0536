/**
 * Answers for the unit's name in its networks (RFC 6762): asks first whether somebody has it (then `name-2` is tried),
 * tells it twice, answers, and gives it up when somebody else answers for it as well. No I/O, no clock, no chance: those
 * are its port's.
 */
import {
  type DnsMessage,
  type DnsRecord,
  type Question,
  readMessage,
  TYPE_ANY,
  TYPE_NSEC,
  writeMessage,
} from './packet.ts';
import { compareRecords, type OwnRecords, ownRecords } from './records.ts';

/** Who asked, to be answered alone. */
export interface Asker {
  readonly address: string;
  readonly port: number;
}

export interface ResponderPort {
  /** To everybody on the link; or to one. */
  send(link: string, message: Buffer, to?: Asker): void;
  /** Calls later; what it returns calls it off. */
  after(ms: number, run: () => void): () => void;
  /** At least 0, less than 1. */
  random(): number;
  /** The name is another one than wanted, or is it again; undefined: it is being looked for. */
  onName(name: string | undefined): void;
}

export const MDNS_PORT = 5353;
const PROBES = 3;
const PROBE_MS = 250;
const LOST_MS = 1_000;
const ANNOUNCEMENTS = 2;
const ANNOUNCE_MS = 1_000;
const SHARED_DELAY_MS = { least: 20, most: 120 };
const LEGACY_TTL = 10;

type State = 'off' | 'probing' | 'established';

export class Responder {
  readonly #port: ResponderPort;
  #wanted = '';
  #suffix = 1;
  #servicePort = 0;
  #state: State = 'off';
  #links: ReadonlyMap<string, OwnRecords> = new Map();
  #addresses: ReadonlyMap<string, readonly Uint8Array[]> = new Map();
  #callOff: () => void = () => {};

  constructor(port: ResponderPort) {
    this.#port = port;
  }

  /** The name in use; undefined while it is not sure. */
  get name(): string | undefined {
    return this.#state === 'established' ? this.#name : undefined;
  }

  /** By link, the addresses it has now. A name that stands is told anew, another one is probed. */
  use(name: string, servicePort: number, addresses: ReadonlyMap<string, readonly Uint8Array[]>): void {
    const renamed = name !== this.#wanted || servicePort !== this.#servicePort;
    const before = describe(this.#addresses);
    const newLinks = [...addresses.keys()].some((link) => !this.#addresses.has(link));
    this.#addresses = addresses;
    if (!renamed && before === describe(addresses)) return;
    if (renamed) {
      this.#goodbye();
      this.#wanted = name;
      this.#servicePort = servicePort;
      this.#suffix = 1;
    }
    this.#rebuild();
    if (addresses.size === 0) this.#rest();
    // Who is at the end of a cable that was just plugged in may have the name.
    else if (renamed || newLinks || this.#state !== 'established') this.#probe();
    else this.#announce(ANNOUNCEMENTS);
  }

  /** What came on a link, from somebody else. */
  receive(link: string, bytes: Buffer, from: Asker): void {
    const own = this.#links.get(link);
    const message = own === undefined || this.#state === 'off' ? undefined : readMessage(bytes);
    if (own === undefined || message === undefined) return;
    if (message.response) this.#hear(own, message);
    else if (this.#state === 'probing') this.#compare(own, message);
    else this.#answer(link, own, message, from);
  }

  /** Neighbours forget the name at once. */
  stop(): void {
    this.#goodbye();
    this.#rest();
    this.#wanted = '';
  }

  get #name(): string {
    return this.#suffix === 1 ? this.#wanted : `${this.#wanted}-${this.#suffix}`;
  }

  #rebuild(): void {
    this.#links = new Map(
      [...this.#addresses].map(([link, addresses]) => [link, ownRecords(this.#name, addresses, this.#servicePort)]),
    );
  }

  #rest(): void {
    this.#callOff();
    this.#state = 'off';
  }

  #probe(): void {
    this.#callOff();
    if (this.#state !== 'probing') this.#port.onName(undefined);
    this.#state = 'probing';
    const ask = (left: number): void => {
      if (left === 0) {
        this.#state = 'established';
        this.#port.onName(this.#name);
        this.#announce(ANNOUNCEMENTS);
        return;
      }
      for (const [link, { host, instance, unique }] of this.#links) {
        const questions = [host, instance].map((name): Question => ({ name, type: TYPE_ANY, unicast: true }));
        const authorities = unique.filter(({ type }) => type !== TYPE_NSEC);
        this.#port.send(link, writeMessage({ response: false, questions, authorities }));
      }
      this.#callOff = this.#port.after(PROBE_MS, () => ask(left - 1));
    };
    this.#callOff = this.#port.after(this.#port.random() * PROBE_MS, () => ask(PROBES));
  }

  #announce(left: number): void {
    this.#callOff();
    for (const [link, { unique, shared }] of this.#links) {
      this.#port.send(link, writeMessage({ response: true, answers: [...unique, ...shared] }));
    }
    if (left > 1) this.#callOff = this.#port.after(ANNOUNCE_MS, () => this.#announce(left - 1));
  }

  #goodbye(): void {
    if (this.#state !== 'established') return;
    for (const [link, { unique, shared }] of this.#links) {
      const answers = [...unique, ...shared].map((record) => ({ ...record, ttl: 0 }));
      this.#port.send(link, writeMessage({ response: true, answers }));
    }
  }

  /** Somebody answers: for our name, with something else than we would? */
  #hear(own: OwnRecords, { answers }: DnsMessage): void {
    const conflict = answers.some(
      (record) =>
        record.ttl > 0 &&
        record.type !== TYPE_NSEC &&
        (record.name === own.host || record.name === own.instance) &&
        own.unique.some(({ name, type }) => name === record.name && type === record.type) &&
        !own.unique.some((ours) => sameRecord(ours, record)),
    );
    if (!conflict) return;
    if (this.#state === 'probing') {
      this.#suffix++;
      this.#rebuild();
    }
    // One that was ours is asked for again: who really has it answers, and then it is another one's.
    this.#probe();
  }

  /** Somebody asks for our name in order to have it, as we do: the greater one has it, the other asks again later. */
  #compare(own: OwnRecords, { questions, authorities }: DnsMessage): void {
    for (const name of [own.host, own.instance]) {
      if (!questions.some((question) => question.name === name)) continue;
      const theirs = authorities.filter((record) => record.name === name).sort(compareRecords);
      const ours = own.unique
        .filter((record) => record.name === name && record.type !== TYPE_NSEC)
        .sort(compareRecords);
      if (theirs.length === 0 || compareSets(ours, theirs) >= 0) continue;
      this.#callOff();
      this.#callOff = this.#port.after(LOST_MS, () => this.#probe());
      return;
    }
  }

  #answer(link: string, own: OwnRecords, message: DnsMessage, from: Asker): void {
    const { questions, answers: known } = message;
    const asked = (record: DnsRecord): boolean =>
      questions.some(({ name, type }) => name === record.name && (type === record.type || type === TYPE_ANY)) &&
      !known.some((record2) => sameRecord(record2, record) && record2.ttl >= record.ttl / 2);
    const unique = own.unique.filter(asked);
    const shared = own.shared.filter(asked);
    const lacking = questions.some(({ name }) => name === own.host) && unique.length === 0;
    const answers = [...unique, ...shared];
    if (lacking) answers.push(...own.unique.filter(({ name, type }) => name === own.host && type === TYPE_NSEC));
    if (answers.length === 0 || (lacking && known.some(({ name }) => name === own.host))) return;
    const additionals = own.unique.filter((record) => !answers.includes(record));
    if (from.port !== MDNS_PORT) {
      const reply = { id: message.id, response: true, questions, answers, additionals, legacyTtl: LEGACY_TTL };
      this.#port.send(link, writeMessage(reply), from);
      return;
    }
    const bytes = writeMessage({ response: true, answers, additionals });
    if (questions.every(({ unicast }) => unicast)) this.#port.send(link, bytes, from);
    else if (shared.length === 0) this.#port.send(link, bytes);
    else {
      const { least, most } = SHARED_DELAY_MS;
      this.#port.after(least + this.#port.random() * (most - least), () => this.#port.send(link, bytes));
    }
  }
}

function describe(addresses: ReadonlyMap<string, readonly Uint8Array[]>): string {
  return JSON.stringify(
    [...addresses].map(([link, list]) => [link, list.map((bytes) => bytes.join('.')).sort()]).sort(),
  );
}

function sameRecord(one: DnsRecord, other: DnsRecord): boolean {
  return one.name === other.name && one.type === other.type && one.data.equals(other.data);
}

function compareSets(ours: readonly DnsRecord[], theirs: readonly DnsRecord[]): number {
  for (const [index, record] of ours.entries()) {
    const other = theirs[index];
    if (other === undefined) return 1;
    const result = compareRecords(record, other);
    if (result !== 0) return result;
  }
  return ours.length - theirs.length;
}
