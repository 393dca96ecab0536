/**
 * Endurance, short enough for every run: servers come and go under full load without one failed request, and memory
 * stays flat under a load of every kind of client. `node test/bench/soak.ts --minutes 10` is the long version.
 * BENCH_PROGRAM tries another proxy.
 */
import { setTimeout as delay } from 'node:timers/promises';
import t from 'tap';
import { MixedLoad } from '../bench/mixed-load.ts';
import { startOrigin } from '../bench/nginx.ts';
import { median } from '../bench/percentile.ts';
import { Programs } from '../bench/programs.ts';
import { SoakProxy } from '../bench/soak-proxy.ts';
import { runWrk } from '../bench/wrk.ts';
import { findProgram } from '../find-program.ts';

const wantedRequests = 200_000;
const loadDeadlineMs = 120_000;
const mixedWarmupMs = 6_000;
const mixedSamples = 24;
const sampleMs = 500;
/** What a heap may play within when nothing leaks: a part of the whole and some megabytes. */
const playPart = 0.05;
const playBytes = 10e6;

t.setTimeout(600_000);

const missing = ['wrk', 'nginx'].filter((name) => findProgram(name) === null);
const skip = missing.length > 0 && `${missing.join(' and ')} not installed`;

t.test('200,000 requests while servers are disabled and enabled all succeed', { skip }, async (t) => {
  const programs = new Programs();
  t.teardown(() => programs.stopAll());
  const origin = await startOrigin(programs);
  const proxy = await SoakProxy.start(origin.port);
  t.teardown(() => proxy.stop());
  const finished = new AbortController();
  const flapping = proxy.flap(finished.signal);
  // Awaited below; a failure meanwhile is reported there, not as unhandled.
  flapping.catch(() => undefined);

  const deadline = Date.now() + loadDeadlineMs;
  let requests = 0;
  let socketErrors = 0;
  let badStatuses = 0;
  while (requests < wantedRequests && Date.now() < deadline) {
    const result = await runWrk({ url: `http://127.0.0.1:${proxy.port}/`, connections: 64, seconds: 3 });
    requests += result.requests;
    socketErrors += result.socketErrors;
    badStatuses += result.badStatuses;
  }
  finished.abort();
  const changes = await flapping;
  t.comment(`${requests} requests, ${changes} changes of server state`);
  t.ok(requests >= wantedRequests, 'all requests were made');
  t.ok(changes >= 100, 'servers came and went meanwhile');
  t.equal(socketErrors, 0, 'no connection failed');
  t.equal(badStatuses, 0, 'every answer was good');
  t.equal(await proxy.statistic('hrsp_5xx'), 0, 'no error of the proxy itself');
  t.ok((await proxy.statistic('req_tot')) >= requests, 'the proxy counted them');
  for (const server of ['one', 'two', 'three']) {
    t.ok((await proxy.statistic('hrsp_2xx', server)) > 0, `server ${server} had its share`);
  }
  t.equal(await proxy.sessionsLeft(), 0, 'no session is left behind');
});

t.test('memory stays flat under a mixed load', async (t) => {
  const proxy = await SoakProxy.start();
  t.teardown(() => proxy.stop());
  const finished = new AbortController();
  const flapping = proxy.flap(finished.signal);
  flapping.catch(() => undefined);
  const load = new MixedLoad(proxy.port, 16, 10);
  await delay(mixedWarmupMs);
  const samples: number[] = [];
  while (samples.length < mixedSamples) {
    samples.push(proxy.rssBytes());
    await delay(sampleMs);
  }
  finished.abort();
  await flapping;
  await load.stop();

  const third = mixedSamples / 3;
  const early = median(samples.slice(0, third));
  const late = median(samples.slice(-third));
  t.comment(`${load.count} conversations; ${(early / 1e6).toFixed(1)} MB early, ${(late / 1e6).toFixed(1)} MB late`);
  t.ok(proxy.program.running, 'the proxy still runs');
  if (!proxy.program.running) {
    t.comment(proxy.program.output);
  }
  t.strictSame(load.failures, [], 'every conversation went as it should');
  t.ok(late <= early * (1 + playPart) + playBytes, 'resident memory did not grow');
  t.equal(await proxy.sessionsLeft(), 0, 'no session is left behind');
});
