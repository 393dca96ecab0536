/** The queue of waiting streams: order, and the positions that logs tell. */
import t from 'tap';
import { type Waiting, WaitingQueue } from '../../src/proxy/queue.ts';

function waiting(): Waiting {
  return { previousWaiting: null, nextWaiting: null, waitingOrder: 0, waitingIndex: 0 };
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
