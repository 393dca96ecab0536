/** Rules on content under clients that do anything at any time: whatever they do, nothing stays behind, nothing is lost. */
import fc from 'fast-check';
import t, { type Test } from 'tap';
import { DREQ, STOT } from '../../src/proxy/counters.ts';
import { DEFAULTS, Origin, RunningProxy, until } from './running-proxy.ts';

const RULES = `
frontend fe
 mode tcp
 bind 127.0.0.1:$port
 tcp-request inspect-delay 200ms
 tcp-request content reject if { req.payload(0,4) -m str evil }
 tcp-request content accept if { req.len ge 4 }
 tcp-request content reject
 use_backend loud if { req.payload(0,1) -m str ! }
 default_backend quiet
backend quiet
 mode tcp
 tcp-request inspect-delay 200ms
 tcp-request content accept if { req.len ge 8 }
 tcp-request content reject
 tcp-response inspect-delay 200ms
 tcp-response content reject if { res.payload(0,4) -m str evil }
 tcp-response content accept if { res.len ge 4 }
 server s 127.0.0.1:`;

/** Says back all it hears. */
function echo(): Promise<Origin> {
  return Origin.start((peer) => {
    peer.socket.on('data', (text: string) => peer.send(text));
    peer.socket.on('end', () => peer.socket.end());
  });
}

async function serve(t: Test): Promise<RunningProxy> {
  const origin = await echo();
  const proxy = await RunningProxy.start(
    `${DEFAULTS}${RULES}${origin.port}\nbackend loud\n mode tcp\n server s 127.0.0.1:${origin.port}\n`,
  );
  t.teardown(() => {
    proxy.stop();
    origin.stop();
  });
  return proxy;
}

t.test('bytes that were held back arrive whole, however they were cut', async (t) => {
  const proxy = await serve(t);
  await fc.assert(
    fc.asyncProperty(
      fc.string({ minLength: 8, maxLength: 60 }).filter((text) => !text.startsWith('evil')),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 12 }),
      async (text, sizes) => {
        const sent = Buffer.from(text, 'utf8').toString('latin1');
        const peer = await proxy.connect();
        let at = 0;
        for (const size of sizes) {
          peer.send(sent.slice(at, at + size));
          at += size;
          await new Promise((resolve) => setImmediate(resolve));
        }
        peer.send(sent.slice(at));
        peer.socket.end();
        await peer.isEnded();
        t.equal(peer.received, sent, JSON.stringify(sent));
      },
    ),
    { numRuns: 25 },
  );
  await proxy.isQuiet();
});

t.test('a client that is turned away costs nothing but a number', async (t) => {
  const proxy = await serve(t);
  const peers = await Promise.all(Array.from({ length: 20 }, () => proxy.connect()));
  for (const peer of peers) peer.send('evil');
  for (const peer of peers) await peer.isEnded();
  await proxy.isQuiet();
  const counters = proxy.runtime.findFrontend('fe')?.frontendCounters;
  t.equal(counters?.[DREQ], 20);
  t.equal(counters?.[STOT], 20);
  t.equal(peers.filter((peer) => peer.received !== '').length, 0);
});

t.test('clients that leave, end, reset or say nothing while rules wait leave nothing behind', async (t) => {
  const proxy = await serve(t);
  const ways = ['leave', 'end', 'reset', 'silence', 'leave-in-backend', 'reset-in-backend', 'end-in-backend'];
  const peers = await Promise.all([...ways, ...ways, ...ways].map(() => proxy.connect()));
  await until('all accepted', () => proxy.streams === peers.length);
  for (const [index, peer] of peers.entries()) {
    const way = ways[index % ways.length] ?? '';
    peer.send(way.endsWith('in-backend') ? 'hello' : 'he');
  }
  await until('the backend looks at some', () => {
    let count = 0;
    proxy.runtime.eachStream((stream) => {
      if (stream.backendCounted) count++;
    });
    return count >= 9;
  });
  for (const [index, peer] of peers.entries()) {
    const way = ways[index % ways.length] ?? '';
    if (way.startsWith('leave')) peer.socket.destroy();
    else if (way.startsWith('reset')) peer.socket.resetAndDestroy();
    else if (way.startsWith('end')) peer.socket.end();
  }
  await proxy.isQuiet();
  t.strictSame(proxy.messages, []);
  t.equal(proxy.runtime.findFrontend('fe')?.frontendCounters[DREQ], peers.length, 'the rules have the last word');
});

t.test(
  'an answer is held back until rules have seen enough, and never reaches the client when they refuse it',
  async (t) => {
    let say = '';
    const origin = await Origin.start((peer) => {
      peer.socket.once('data', async () => {
        for (const character of say) {
          peer.send(character);
          await new Promise((resolve) => setImmediate(resolve));
        }
        peer.socket.end();
      });
    });
    const proxy = await RunningProxy.start(`${DEFAULTS}${RULES}${origin.port}\nbackend loud\n mode tcp\n`);
    t.teardown(() => {
      proxy.stop();
      origin.stop();
    });
    for (const [text, received] of [
      ['good morning', 'good morning'],
      ['evil morning', ''],
      ['no', 'no'],
    ] as const) {
      say = text;
      const peer = await proxy.connect();
      peer.send('enough of it');
      await peer.isEnded();
      t.equal(peer.received, received, text);
      peer.socket.destroy();
    }
    await proxy.isQuiet();
  },
);
