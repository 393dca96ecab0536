/** How many idle connections to a server are kept, and how often one is used (manual 5.2, 3.2). */
import t from 'tap';
import type { ServerModel } from '../../src/config/model.ts';
import type { Connection } from '../../src/net/connection.ts';
import { IdlePool } from '../../src/proxy/idle-pool.ts';
import type { ProxyRuntime } from '../../src/proxy/proxy-runtime.ts';
import { loadModel } from '../config/loading.ts';
import { DEFAULTS, Origin, RunningProxy } from './running-proxy.ts';

class Descriptors {
  descriptorsLow = false;
  descriptorsScarce = false;
  idleConnectionKept(): void {}
}

async function modelOf(options: string): Promise<ServerModel> {
  const model = await loadModel(`${DEFAULTS}listen l\n bind :80\n server s 127.0.0.1:81 ${options}\n`);
  return model.proxies[0]?.servers[0] as ServerModel;
}

function poolOf(model: ServerModel, descriptors: Descriptors): IdlePool {
  return new IdlePool(descriptors as unknown as ProxyRuntime, model, 'safe');
}

/** As much of a connection as the pool touches. */
function connection(): Connection {
  const context = { reactor: { nowMs: 0 } };
  const parts = { requests: 1, endSeen: false, context, releaseInput() {}, startReading() {}, abort() {}, close() {} };
  return parts as unknown as Connection;
}

/** How many of `count` connections that were in use together are kept. */
function kept(pool: IdlePool, count: number): number {
  for (let i = 0; i < count; i++) pool.countUse();
  for (let i = 0; i < count; i++) if (!pool.give(connection())) pool.countEnd();
  return pool.length;
}

t.test('as many are kept as were needed together', async (t) => {
  t.equal(kept(poolOf(await modelOf(''), new Descriptors()), 4), 4);
});

t.test('pool-max-conn limits them', async (t) => {
  t.equal(kept(poolOf(await modelOf('pool-max-conn 3'), new Descriptors()), 4), 3);
});

t.test('pool-low-conn keeps more than were needed', async (t) => {
  for (const [low, expected] of [
    [0, 1],
    [2, 3],
  ] as const) {
    const pool = poolOf(await modelOf(`pool-low-conn ${low}`), new Descriptors());
    pool.countUse();
    pool.give(connection());
    // Made by others without having been in use here.
    for (let i = 0; i < 5; i++) {
      pool.used++;
      if (!pool.give(connection())) pool.used--;
    }
    t.equal(pool.length, expected, `pool-low-conn ${low}`);
  }
});

t.test('one is kept while descriptors are low, none while they are scarce', async (t) => {
  const descriptors = new Descriptors();
  descriptors.descriptorsLow = true;
  t.equal(kept(poolOf(await modelOf(''), descriptors), 4), 1);
  descriptors.descriptorsScarce = true;
  t.equal(kept(poolOf(await modelOf(''), descriptors), 4), 0);
});

t.test('the ratios tell when descriptors are low and scarce', async (t) => {
  const tune = 'global\n tune.pool-low-fd-ratio 0\n tune.pool-high-fd-ratio 100\n';
  const proxy = await RunningProxy.start(`${tune}${DEFAULTS}listen l\n bind 127.0.0.1:$port\n`);
  t.teardown(() => proxy.stop());
  t.match(proxy.runtime, { descriptorsLow: true, descriptorsScarce: false });
});

// HAProxy 2.6 obeys max-reuse on HTTP/2 connections only.
t.test('max-reuse closes a connection that has been used so often', async (t) => {
  const origin = await Origin.answering('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
  const proxy = await RunningProxy.start(
    `${DEFAULTS}listen l\n bind 127.0.0.1:$port\n server s 127.0.0.1:${origin.port} max-reuse 2\n`,
  );
  t.teardown(() => proxy.stop());
  t.teardown(() => origin.stop());
  const client = await proxy.connect();
  for (let i = 1; i <= 7; i++) {
    client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await client.has('200 OK', i);
  }
  t.same(
    origin.peers.map((peer) => peer.count('GET')),
    [3, 3, 1],
  );
});
