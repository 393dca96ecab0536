import t, { type Test } from 'tap';
import { Reactor } from '../../src/loop/reactor.ts';
import { ChunkPool } from '../../src/net/chunk.ts';
import { Connection } from '../../src/net/connection.ts';
import type { ConnectionUser } from '../../src/net/connection-user.ts';
import { ReceiveBatch } from '../../src/net/receive-batch.ts';
import { SendBatch } from '../../src/net/send-batch.ts';
import { allocate } from '../../src/sys/memory.ts';
import {
  AF_UNIX,
  close,
  SHUT_WR,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  send,
  shutdown,
  socketPair,
} from '../../src/sys/socket.ts';
import { RECEIVE, SocketRing } from '../../src/sys/socket-ring.ts';

const probe = SocketRing.open(2, RECEIVE);
probe?.close();
const skip = probe === null ? 'this kernel has no io_uring, or forbids it' : false;

const memory = allocate(4096);

/** Connections of a reactor that fetches for four of them at once; what they were told, in order. */
class Scene {
  readonly told: string[] = [];
  readonly connections: Connection[] = [];
  readonly peers: number[] = [];
  readonly chunks = new ChunkPool(64);
  /** How often something was fetched ahead. */
  fetched = 0;
  onTold: (index: number) => void = () => {};
  readonly #reactor = new Reactor();
  #wanted = 0;
  #arrived: () => void = () => {};

  constructor(t: Test, count: number) {
    const reactor = this.#reactor;
    const ring = SocketRing.open(4, RECEIVE);
    const incoming = new ReceiveBatch(ring, this.chunks);
    const add = incoming.add.bind(incoming);
    incoming.add = (receiver, fd) => {
      this.fetched++;
      add(receiver, fd);
    };
    reactor.lookAhead = incoming;
    const context = { reactor, chunks: this.chunks, outgoing: new SendBatch(reactor, null), incoming };
    for (let index = 0; index < count; index++) {
      const made = socketPair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK);
      if (typeof made === 'number') throw new Error(`socketpair: ${made}`);
      const connection = new Connection(context, made[0], this.#user(index));
      connection.open(false);
      connection.startReading();
      this.connections.push(connection);
      this.peers.push(made[1]);
    }
    t.teardown(() => {
      for (const connection of this.connections) connection.close();
      for (const fd of this.peers) close(fd);
      reactor.close();
      ring?.close();
    });
  }

  #user(index: number): ConnectionUser {
    const tell = (what: string) => {
      this.told.push(`${index} ${what}`);
      this.onTold(index);
      if (this.told.length >= this.#wanted) this.#arrived();
    };
    return {
      onInput: (connection) => {
        const { input, inputStart, inputEnd, readEnded } = connection;
        const text = input?.bytes.toString('latin1', inputStart, inputEnd) ?? '';
        connection.consume(inputEnd - inputStart);
        tell(readEnded ? `${text}end` : text);
      },
      onDrained: () => tell('drained'),
      onConnected: () => tell('connected'),
      onFailure: (connection) => tell(`failure ${connection.error}`),
    };
  }

  say(index: number, text: string): void {
    memory.bytes.write(text, 'latin1');
    send(this.peers[index] as number, memory.address, text.length, 0);
  }

  /** Lets the reactor run until so much was told. */
  async hear(count: number): Promise<readonly string[]> {
    this.told.length = 0;
    this.#wanted = count;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#arrived = resolve;
    this.#reactor.start();
    await promise;
    this.#reactor.stop();
    return [...this.told].sort();
  }
}

t.test('what waits for several connections is fetched before the first is told', { skip }, async (t) => {
  const scene = new Scene(t, 6);
  for (let round = 1; round <= 3; round++) {
    for (let index = 0; index < 6; index++) scene.say(index, `text ${round}`);
    const told = await scene.hear(6);
    t.same(
      told,
      [0, 1, 2, 3, 4, 5].map((index) => `${index} text ${round}`),
    );
    // Four, then the two that are left.
    t.equal(scene.fetched, round * 6);
    t.equal(scene.chunks.lent, 0, 'no buffer is kept');
  }
  for (const connection of scene.connections) t.equal(connection.received, 18);
});

t.test('more than a buffer, and an end behind the last bytes', { skip }, async (t) => {
  const scene = new Scene(t, 2);
  scene.say(0, 'x'.repeat(100));
  scene.say(1, 'last');
  shutdown(scene.peers[1] as number, SHUT_WR);
  t.same(await scene.hear(4), [`0 ${'x'.repeat(36)}`, `0 ${'x'.repeat(64)}`, '1 end', '1 last']);
  t.equal(scene.chunks.lent, 0);
});

t.test('a connection that another one closes, or stops, in the same batch is told nothing', { skip }, async (t) => {
  const scene = new Scene(t, 4);
  scene.onTold = () => {
    scene.onTold = () => {};
    const first = Number(scene.told[0]?.[0]);
    const [closed, stopped] = [0, 1, 2, 3].filter((index) => index !== first) as [number, number];
    scene.connections[closed]?.close();
    scene.connections[stopped]?.stopReading();
  };
  for (let index = 0; index < 4; index++) scene.say(index, 'text');
  const told = await scene.hear(2);
  t.equal(told.length, 2);
  t.equal(scene.chunks.lent, 1, 'what was fetched for the one that stopped');
  const stopped = scene.connections.findIndex(
    (connection, index) => !connection.closed && !connection.reading && index >= 0,
  );
  scene.connections[stopped]?.startReading();
  t.same(await scene.hear(1), [`${stopped} text`], 'is there when it goes on');
  t.equal(scene.chunks.lent, 0);
});

t.test('a connection that ends with fetched bytes gives their buffer back', { skip }, async (t) => {
  const scene = new Scene(t, 2);
  scene.onTold = () => {
    for (const connection of scene.connections) connection.abort();
  };
  for (let index = 0; index < 2; index++) scene.say(index, 'text');
  t.equal((await scene.hear(1)).length, 1);
  t.equal(scene.chunks.lent, 0);
});
