import { once } from 'node:events';
import t from 'tap';
import { Signals } from '../../src/loop/signals.ts';

// Waiting for a signal does not hold a process open (a reactor does): here a timer does.
const holding = setInterval(() => {}, 60_000);
t.teardown(() => clearInterval(holding));

t.test('a signal reaches the handler registered last, and nobody after close', async (t) => {
  const before = process.listenerCount('SIGUSR2');
  const signals = new Signals();
  const log: string[] = [];
  signals.on('SIGUSR2', () => log.push('first'));
  signals.on('SIGUSR2', () => log.push('second'));
  t.equal(process.listenerCount('SIGUSR2'), before + 1);
  const heard = once(process, 'SIGUSR2');
  process.kill(process.pid, 'SIGUSR2');
  await heard;
  t.same(log, ['second']);
  signals.close();
  signals.close();
  t.equal(process.listenerCount('SIGUSR2'), before);
});

t.test('an ignored signal does not end the process', async (t) => {
  const signals = new Signals();
  signals.ignore('SIGUSR2');
  const heard = once(process, 'SIGUSR2');
  process.kill(process.pid, 'SIGUSR2');
  await heard;
  t.pass('still here');
  signals.off('SIGUSR2');
  signals.off('SIGUSR2');
});

t.test('a signal that cannot be caught is refused', (t) => {
  t.throws(() => new Signals().on('SIGKILL', () => {}));
  t.end();
});
