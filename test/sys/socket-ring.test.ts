import t, { type Test } from 'tap';
import { EAGAIN, EBADF, EPIPE } from '../../src/sys/errno.ts';
import { allocate } from '../../src/sys/memory.ts';
import { AF_UNIX, close, recv, SOCK_NONBLOCK, SOCK_STREAM, send, socketPair } from '../../src/sys/socket.ts';
import { RECEIVE, SEND, SocketRing } from '../../src/sys/socket-ring.ts';

const memory = allocate(1 << 20);

function pair(): readonly [number, number] {
  const made = socketPair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK);
  if (typeof made === 'number') throw new Error(`socketpair: ${made}`);
  return made;
}

function received(fd: number): string {
  const count = recv(fd, memory.address + 4096, 1000, 0);
  return count < 0 ? `error ${-count}` : memory.bytes.toString('latin1', 4096, 4096 + count);
}

const probe = SocketRing.open(4, SEND);
probe?.close();
const skip = probe === null ? 'this kernel has no io_uring, or forbids it' : false;

function openRing(t: Test): SocketRing {
  const ring = SocketRing.open(4, SEND) as SocketRing;
  t.teardown(() => ring.close());
  return ring;
}

t.test('sends to many sockets, round after round, each with its own result', { skip }, (t) => {
  const ring = openRing(t);
  const pairs = [pair(), pair(), pair(), pair()];
  for (let round = 0; round < 20; round++) {
    const count = 1 + (round % 4);
    for (let index = 0; index < count; index++) {
      const text = `${round}-${index}`;
      memory.bytes.write(text, index * 16, 'latin1');
      ring.queue((pairs[index] as readonly [number, number])[0], memory.address + index * 16, text.length);
    }
    ring.carryOut();
    for (let index = 0; index < count; index++) {
      t.equal(ring.results[index], `${round}-${index}`.length);
      t.equal(received((pairs[index] as readonly [number, number])[1]), `${round}-${index}`);
    }
  }
  for (const fd of pairs.flat()) close(fd);
  t.end();
});

t.test('what cannot be sent is told as send() would tell it, and the others are sent', { skip }, (t) => {
  const ring = openRing(t);
  const [full, reader] = pair();
  const [broken, gone] = pair();
  const [sound, other] = pair();
  close(gone);
  ring.queue(full, memory.address, memory.bytes.length);
  ring.carryOut();
  const taken = ring.results[0] as number;
  t.ok(taken > 0 && taken < memory.bytes.length, `a part was taken: ${taken}`);
  memory.bytes.write('rest', 'latin1');
  for (const fd of [full, broken, -1, sound]) ring.queue(fd, memory.address, 4);
  ring.carryOut();
  t.same([...ring.results], [-EAGAIN, -EPIPE, -EBADF, 4]);
  t.equal(received(other), 'rest');
  for (const fd of [full, reader, broken, sound, other]) close(fd);
  t.end();
});

t.test('a ring that the kernel takes nothing from any more sends by single calls', { skip }, (t) => {
  const ring = openRing(t);
  const [one, other] = pair();
  ring.close();
  ring.close();
  t.notOk(ring.usable);
  memory.bytes.write('alone', 'latin1');
  ring.queue(one, memory.address, 5);
  ring.carryOut();
  t.equal(ring.results[0], 5);
  t.equal(received(other), 'alone');
  close(one);
  close(other);
  t.end();
});

t.test('receives from many sockets, each with its own result', { skip }, (t) => {
  const ring = SocketRing.open(4, RECEIVE) as SocketRing;
  t.teardown(() => ring.close());
  const pairs = [pair(), pair(), pair()] as const;
  memory.bytes.write('first', 'latin1');
  send(pairs[0][1], memory.address, 5, 0);
  close(pairs[2][1]);
  for (const usable of [true, false]) {
    for (let index = 0; index < 3; index++) ring.queue(pairs[index as 0][0], memory.address + 4096 + index * 16, 16);
    ring.carryOut();
    t.same([...ring.results].slice(0, 3), [5, -EAGAIN, 0]);
    t.equal(memory.bytes.toString('latin1', 4096, 4101), 'first');
    send(pairs[0][1], memory.address, 5, 0);
    if (usable) ring.close();
  }
  for (const [fd] of pairs) close(fd);
  close(pairs[0][1]);
  close(pairs[1][1]);
  t.end();
});
