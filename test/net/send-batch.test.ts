import t, { type Test } from 'tap';
import type { Deferred, Reactor } from '../../src/loop/reactor.ts';
import { ChunkPool } from '../../src/net/chunk.ts';
import { Connection } from '../../src/net/connection.ts';
import type { ConnectionUser } from '../../src/net/connection-user.ts';
import { ReceiveBatch } from '../../src/net/receive-batch.ts';
import { MOST_MESSAGES, SendBatch } from '../../src/net/send-batch.ts';
import { EPOLLOUT } from '../../src/sys/epoll.ts';
import { allocate } from '../../src/sys/memory.ts';
import { AF_UNIX, close, recv, SOCK_NONBLOCK, SOCK_STREAM, socketPair } from '../../src/sys/socket.ts';
import { SEND, SocketRing } from '../../src/sys/socket-ring.ts';

const probe = SocketRing.open(2, SEND);
probe?.close();
const skip = probe === null ? 'this kernel has no io_uring, or forbids it' : false;

/** A reactor in the middle of a batch, and the connections on it. */
class Scene {
  readonly deferred: Deferred[] = [];
  readonly told: string[] = [];
  readonly outgoing: SendBatch;
  readonly #ring: SocketRing | null;
  readonly #context;
  readonly #open: number[] = [];
  batchGoesOn = true;

  constructor(t: Test, ring: SocketRing | null = SocketRing.open(MOST_MESSAGES, SEND)) {
    const scene = this;
    const reactor = {
      nowMs: 0,
      get batchGoesOn(): boolean {
        return scene.batchGoesOn;
      },
      defer: (task: Deferred) => this.deferred.push(task),
      add: () => 0,
      forget() {},
    } as unknown as Reactor;
    this.#ring = ring;
    this.outgoing = new SendBatch(reactor, ring);
    const chunks = new ChunkPool(16_384);
    this.#context = { reactor, chunks, outgoing: this.outgoing, incoming: new ReceiveBatch(null, chunks) };
    t.teardown(() => {
      for (const fd of this.#open) close(fd);
      this.#ring?.close();
    });
  }

  /** A connection and the descriptor of its peer. */
  connection(): readonly [Connection, number] {
    const made = socketPair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK);
    if (typeof made === 'number') throw new Error(`socketpair: ${made}`);
    const tell = (what: string) => (connection: Connection) => {
      this.told.push(`${what} ${connection.readEnded ? 'end' : connection.error}`);
    };
    const user: ConnectionUser = {
      onInput: tell('input'),
      onDrained: tell('drained'),
      onConnected: tell('connected'),
      onFailure: tell('failure'),
    };
    const connection = new Connection(this.#context, made[0], user);
    connection.open(false);
    this.#open.push(made[1]);
    return [connection, made[1]];
  }

  /** Sends `text` as a head is sent: with others if that is possible. Returns whether it waits. */
  say(connection: Connection, text: string): boolean {
    const start = this.outgoing.place(text.length);
    this.outgoing.memory.bytes.write(text, start, 'latin1');
    const waits = connection.sendsSoon(text.length);
    if (waits) connection.sendSoon(start, text.length);
    else connection.send(this.outgoing.memory.address + start, text.length);
    return waits;
  }

  endBatch(): void {
    this.batchGoesOn = false;
    for (const task of this.deferred.splice(0)) task.runDeferred();
  }
}

const read = allocate(1 << 20);

function received(fd: number): string {
  const count = recv(fd, read.address, read.bytes.length, 0);
  return count < 0 ? '' : read.bytes.toString('latin1', 0, count);
}

t.test('messages of a batch leave at its end, each to its own peer', { skip }, (t) => {
  const scene = new Scene(t);
  const [one, onePeer] = scene.connection();
  const [two, twoPeer] = scene.connection();
  t.ok(scene.say(one, 'to one'));
  t.ok(scene.say(two, 'to two'));
  t.equal(received(onePeer), '');
  t.equal(scene.deferred.length, 1);
  scene.endBatch();
  t.equal(received(onePeer), 'to one');
  t.equal(received(twoPeer), 'to two');
  t.equal(one.sent, 6);
  t.notOk(scene.say(one, 'alone'), 'nobody can join the last one');
  t.equal(received(onePeer), 'alone');
  t.end();
});

t.test('what follows on the same connection comes behind: sent, ended or closed', { skip }, (t) => {
  const scene = new Scene(t);
  const [sending, sendingPeer] = scene.connection();
  const [ending, endingPeer] = scene.connection();
  const [closing, closingPeer] = scene.connection();
  scene.say(sending, 'first ');
  t.notOk(scene.say(sending, 'second'), 'a second one of a connection does not wait');
  t.equal(received(sendingPeer), 'first second');
  scene.say(ending, 'last words');
  ending.shutdownWrite();
  t.equal(received(endingPeer), 'last words');
  scene.say(closing, 'farewell');
  closing.close();
  t.equal(received(closingPeer), 'farewell');
  scene.endBatch();
  t.equal(received(closingPeer), '');
  t.end();
});

t.test('more messages than fit leave in between', { skip }, (t) => {
  const scene = new Scene(t);
  const all = Array.from({ length: MOST_MESSAGES * 2 + 3 }, () => scene.connection());
  for (const [index, [connection]] of all.entries()) t.ok(scene.say(connection, `message ${index}`));
  scene.endBatch();
  t.same(
    all.map(([, peer]) => received(peer)),
    all.map((_, index) => `message ${index}`),
  );
  t.end();
});

t.test('what a full socket does not take is kept, and follows when there is room', { skip }, (t) => {
  const scene = new Scene(t);
  const [connection, peer] = scene.connection();
  const filler = allocate(1 << 20);
  const room = connection.send(filler.address, filler.bytes.length);
  // The kernel has said that it is full; an event says that it is not, wrongly.
  connection.onEvents(EPOLLOUT);
  t.ok(scene.say(connection, 'late'));
  scene.endBatch();
  t.equal(connection.pendingLength, 4);
  t.equal(connection.error, 0);
  t.equal(received(peer).length, room);
  connection.onEvents(EPOLLOUT);
  t.equal(received(peer), 'late');
  t.equal(connection.pendingLength, 0);
  t.end();
});

t.test('a peer that has gone is found by reading, not told twice', { skip }, (t) => {
  const scene = new Scene(t);
  const [connection, peer] = scene.connection();
  connection.startReading();
  close(peer);
  t.ok(scene.say(connection, 'to nobody'));
  scene.endBatch();
  scene.endBatch();
  t.same(scene.told, ['input end']);
  connection.close();
  t.end();
});

t.test('without a ring nothing waits', (t) => {
  const scene = new Scene(t, null);
  const [connection, peer] = scene.connection();
  t.notOk(scene.say(connection, 'now'));
  t.equal(received(peer), 'now');
  t.end();
});
