/** The queue of waiting streams: order, and the positions that logs tell. */
import t from 'tap';
import { type Waiting, WaitingQueue, waitingOrder } from '../../src/proxy/queue.ts';

function waiting(order = 0): Waiting {
  return { previousWaiting: null, nextWaiting: null, waitingOrder: order, waitingIndex: 0 };
}

function serve(queue: WaitingQueue): Waiting | null {
  const first = queue.first;
  if (first === null) return null;
  queue.remove(first);
  queue.index++;
  return first;
}

t.test('who came first is first, whoever leaves in between', (t) => {
  const queue = new WaitingQueue();
  const [a, b, c, d] = [waiting(), waiting(), waiting(), waiting()];
  for (const one of [a, b, c, d]) queue.add(one);
  queue.remove(b);
  t.equal(queue.length, 3);
  t.equal(serve(queue), a);
  queue.remove(d);
  t.equal(serve(queue), c);
  t.equal(queue.first, null);
  t.equal(queue.length, 0);
  t.end();
});

t.test('a lower class goes first, an offset counts as age, equals keep their order', (t) => {
  const queue = new WaitingQueue();
  const late = waiting(waitingOrder(0, 500, 1000));
  const plain = waiting(waitingOrder(0, 0, 1001));
  const second = waiting(waitingOrder(0, 0, 1001));
  const urgent = waiting(waitingOrder(-1, 0, 2000));
  const old = waiting(waitingOrder(0, -2000, 2000));
  const idle = waiting(waitingOrder(5, -500_000, 2000));
  for (const one of [late, idle, plain, second, urgent, old]) queue.add(one);
  t.strictSame(
    [serve(queue), serve(queue), serve(queue), serve(queue), serve(queue), serve(queue)].map((one) =>
      [urgent, old, plain, second, late, idle].indexOf(one as Waiting),
    ),
    [0, 1, 2, 3, 4, 5],
  );
  t.end();
});

t.test('a position counts who was served since, not who gave up', (t) => {
  const queue = new WaitingQueue();
  const [a, b, c] = [waiting(), waiting(), waiting()];
  for (const one of [a, b, c]) queue.add(one);
  t.equal(queue.position(c), 1, 'nobody was served yet');
  queue.remove(b);
  t.equal(queue.position(c), 1);
  serve(queue);
  t.equal(queue.position(c), 2);
  t.end();
});
