/**
 * A memory card as forgetful as a card may be, for QEMU to write to (NBD over a Unix socket). What is written waits in the
 * card's cache; a flush puts all of it on the medium. When the power goes, each sector that waits is on the medium or
 * not, as chance has it, whatever was written first. A flush that was answered is kept: a card that lies about that is
 * broken. Nor does a cut tear a sector, or touch one that nobody writes to.
 *
 * The same with a file that QEMU writes to directly would be the best of all cards: killed, QEMU leaves whatever it was
 * given in the page cache of this machine, so nothing but what the guest itself had not written yet would be lost.
 *
 * The protocol: github.com/NetworkBlockDevice/nbd, doc/proto.md, fixed newstyle negotiation and simple replies.
 */
import { once } from 'node:events';
import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';

const SECTOR = 512;

const HELLO = Buffer.from('NBDMAGICIHAVEOPT', 'latin1');
const FIXED_NEWSTYLE = 1;
const CLIENT_FLAGS_LENGTH = 4;

const OPTION_HEAD_LENGTH = 16;
const OPTION_GO = 7;
const OPTION_REPLY_MAGIC = 0x3e889045565a9n;
const REPLY_ACKNOWLEDGED = 1;
const REPLY_INFORMATION = 3;
const REPLY_UNSUPPORTED = 0x80000001;
/** Has flags, takes flushes. */
const EXPORT_FLAGS = 0b101;

const REQUEST_HEAD_LENGTH = 28;
const REPLY_MAGIC = 0x67446698;
const READ = 0;
const WRITE = 1;
const DISCONNECT = 2;
const FLUSH = 3;
const INVALID = 22;

/** What a sector range held before a write that was not flushed yet. */
interface Waiting {
  readonly position: number;
  readonly before: Buffer;
}

/** What the card was told, in order. */
export type Told = { readonly position: number; readonly bytes: Buffer } | 'flush';

export class Card {
  /** For QEMU, as `file`. */
  readonly url: string;
  readonly #file: number;
  readonly #server: Server;
  #socket: Socket | undefined;
  #waiting: Waiting[] = [];
  #writes = 0;
  /** The power goes when so many writes were made; then nothing is heard any more. */
  #powerGoes: { readonly writes: number; readonly tell: () => void } | undefined;
  #dead = false;
  #record: Told[] | undefined;

  private constructor(url: string, file: number, server: Server) {
    this.url = url;
    this.#file = file;
    this.#server = server;
  }

  /** @param file what is on the medium: with the machine off, always */
  static async open(file: string, socket: string): Promise<Card> {
    const server = createServer();
    const card = new Card(`nbd+unix:///?socket=${socket}`, openSync(file, 'r+'), server);
    server.on('connection', (connection) => card.#serve(connection));
    await once(server.listen(socket), 'listening');
    return card;
  }

  /** Writes since it was opened. */
  get writes(): number {
    return this.#writes;
  }

  /** What it is told from now on; the list grows. */
  record(): readonly Told[] {
    this.#record = [];
    return this.#record;
  }

  /** Resolves when so many more writes were made. From that moment on the card has no power: pull the machine's. */
  powerGoesAfter(writes: number): Promise<void> {
    return new Promise((tell) => {
      this.#powerGoes = { writes: this.#writes + writes, tell };
    });
  }

  /**
   * The machine is off: what was not flushed is lost, or not. Gives the number of sectors that waited, and that were lost.
   * @param chance 0 to 1, drawn for each sector
   */
  async loses(chance: () => number): Promise<{ readonly waited: number; readonly lost: number }> {
    const socket = this.#socket;
    // What the machine sent before it died may still come.
    if (socket !== undefined && !socket.closed) await once(socket, 'close');
    let waited = 0;
    let lost = 0;
    const share = chance();
    for (const { position, before } of this.#waiting.reverse()) {
      for (let at = 0; at < before.length; at += SECTOR) {
        waited++;
        if (chance() >= share) continue;
        writeSync(this.#file, before, at, SECTOR, position + at);
        lost++;
      }
    }
    this.#waiting = [];
    this.#powerGoes = undefined;
    this.#dead = false;
    return { waited, lost };
  }

  close(): void {
    this.#socket?.destroy();
    this.#server.close();
    closeSync(this.#file);
  }

  #serve(socket: Socket): void {
    this.#socket = socket;
    socket.on('error', () => undefined); // `close` follows: the machine is gone.
    void this.#talk(socket).catch(() => socket.destroy());
  }

  async #talk(socket: Socket): Promise<void> {
    const input = new Input(socket);
    const flags = Buffer.alloc(2);
    flags.writeUInt16BE(FIXED_NEWSTYLE);
    socket.write(Buffer.concat([HELLO, flags]));
    await input.take(CLIENT_FLAGS_LENGTH);
    await this.#negotiate(socket, input);
    for (;;) {
      const head = await input.take(REQUEST_HEAD_LENGTH);
      const kind = head.readUInt16BE(6);
      if (kind === DISCONNECT) break;
      const length = head.readUInt32BE(24);
      const data = kind === WRITE ? await input.take(length) : Buffer.alloc(0);
      const answer = this.#answer(kind, Number(head.readBigUInt64BE(16)), length, data);
      if (answer === undefined) continue;
      const reply = Buffer.alloc(16);
      reply.writeUInt32BE(REPLY_MAGIC, 0);
      reply.writeUInt32BE(answer.error, 4);
      head.copy(reply, 8, 8, 16);
      socket.write(Buffer.concat([reply, answer.bytes]));
    }
    socket.end();
  }

  /** Every export is ours, whatever its name. */
  async #negotiate(socket: Socket, input: Input): Promise<void> {
    for (;;) {
      const head = await input.take(OPTION_HEAD_LENGTH);
      const option = head.readUInt32BE(8);
      await input.take(head.readUInt32BE(12));
      const reply = (type: number, data = Buffer.alloc(0)): void => {
        const bytes = Buffer.alloc(20);
        bytes.writeBigUInt64BE(OPTION_REPLY_MAGIC, 0);
        bytes.writeUInt32BE(option, 8);
        bytes.writeUInt32BE(type, 12);
        bytes.writeUInt32BE(data.length, 16);
        socket.write(Buffer.concat([bytes, data]));
      };
      if (option !== OPTION_GO) {
        reply(REPLY_UNSUPPORTED);
        continue;
      }
      const information = Buffer.alloc(12);
      information.writeBigUInt64BE(BigInt(fstatSync(this.#file).size), 2);
      information.writeUInt16BE(EXPORT_FLAGS, 10);
      reply(REPLY_INFORMATION, information);
      reply(REPLY_ACKNOWLEDGED);
      return;
    }
  }

  /** Undefined: no power, no answer. */
  #answer(kind: number, position: number, length: number, data: Buffer): { error: number; bytes: Buffer } | undefined {
    const bytes = Buffer.alloc(0);
    if (this.#dead) return undefined;
    switch (kind) {
      case READ:
        return { error: 0, bytes: this.#read(position, length) };
      case WRITE:
        this.#waiting.push({ position, before: this.#read(position, length) });
        writeSync(this.#file, data, 0, length, position);
        this.#writes++;
        this.#record?.push({ position, bytes: data });
        if (this.#writes !== this.#powerGoes?.writes) return { error: 0, bytes };
        this.#dead = true;
        this.#powerGoes.tell();
        return undefined;
      case FLUSH:
        this.#waiting = [];
        this.#record?.push('flush');
        return { error: 0, bytes };
      default:
        return { error: INVALID, bytes };
    }
  }

  #read(position: number, length: number): Buffer {
    const bytes = Buffer.alloc(length);
    readSync(this.#file, bytes, 0, length, position);
    return bytes;
  }
}

/** What came, by lengths; rejects when no more comes. */
class Input {
  readonly #chunks: AsyncIterator<Buffer>;
  #parts: Buffer[] = [];
  #length = 0;

  constructor(socket: Socket) {
    this.#chunks = socket[Symbol.asyncIterator]();
  }

  async take(length: number): Promise<Buffer> {
    while (this.#length < length) {
      const next = await this.#chunks.next();
      if (next.done) throw new Error('the machine is gone');
      this.#parts.push(next.value);
      this.#length += next.value.length;
    }
    const all = this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts);
    this.#parts = [all.subarray(length)];
    this.#length = all.length - length;
    return all.subarray(0, length);
  }
}
