/** `tune.maxaccept` (manual 3.2): how many connections a listener accepts before other work has its turn. */
import { connect, type Socket } from 'node:net';
import { freePort } from '../differential/free-port.ts';
import { onEachProgram, until } from './each-program.ts';
import { type SocketCall, TracedProgram, traceMissing } from './traced-program.ts';

const COUNT = 12;

/** The most connections accepted without looking for other events. */
function longestRun(calls: readonly SocketCall[]): number {
  let longest = 0;
  let run = 0;
  const accepting = calls.find(({ name }) => name === 'accept4')?.thread;
  for (const { thread, name, result } of calls) {
    if (thread !== accepting) continue;
    if (name === 'epoll_wait') run = 0;
    else if (name === 'accept4' && result >= 0) longest = Math.max(longest, ++run);
  }
  return longest;
}

onEachProgram('maxaccept limits how many are accepted in a row', traceMissing(), async (t, { path }) => {
  const port = await freePort();
  const traced = await TracedProgram.start(
    path,
    `global\n nbthread 1\n tune.maxaccept 3\ndefaults\n timeout client 5s\nfrontend f\n mode http\n bind 127.0.0.1:${port}\n`,
  );
  t.teardown(() => traced.stop());
  const accepted = (): number => traced.calls().filter(({ name, result }) => name === 'accept4' && result >= 0).length;
  const before = accepted();
  // While it is stopped, they gather.
  traced.signal('SIGSTOP');
  const clients: Socket[] = [];
  for (let i = 0; i < COUNT; i++) {
    const client = connect(port, '127.0.0.1');
    clients.push(client);
    await new Promise((resolve) => client.once('connect', resolve));
  }
  traced.signal('SIGCONT');
  await until('all are accepted', () => accepted() - before >= COUNT);
  t.equal(longestRun(traced.calls()), 3);
  for (const client of clients) client.destroy();
});
