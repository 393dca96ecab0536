/** The latencies of the constant-rate generator: a stall is paid by every request that was due in it. */
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t from 'tap';
import type { LatencyResult } from './constant-rate.ts';

const generator = fileURLToPath(new URL('./constant-rate.ts', import.meta.url));
const rate = 100;
/** The request that is held, past the first second, which does not count. */
const heldRequest = 120;
const holdMs = 600;

t.test('one held answer on one connection delays all requests due meanwhile', async (t) => {
  let seen = 0;
  const server = createServer((_request, response) => {
    setTimeout(() => response.end('aloha'), ++seen === heldRequest ? holdMs : 0);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const { port } = server.address() as { port: number };
  const words = [generator, `${port}`, '/', `${rate}`, '1', '1', 'keep', '[]'];
  const { stdout } = await promisify(execFile)(process.execPath, words);
  const result = JSON.parse(stdout) as LatencyResult;
  t.equal(result.completed, rate, 'the requests of the counted second');
  t.equal(result.errors, 0);
  t.equal(seen, 2 * rate, 'every due request was made');
  // A generator that waits for the answer before it counts would see the stall once: in its highest, not here.
  t.ok(result.p50 >= 1000, 'half of the second was within the stall, or behind what it held up');
  t.ok(result.p99 >= (holdMs / 2) * 1000, 'many requests waited long');
});

t.test('answers that are no success count as errors', async (t) => {
  const server = createServer((_request, response) => response.writeHead(503).end('no'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const { port } = server.address() as { port: number };
  const words = [generator, `${port}`, '/', '50', '1', '2', 'close', '["Connection: close"]'];
  const { stdout } = await promisify(execFile)(process.execPath, words);
  const result = JSON.parse(stdout) as LatencyResult;
  t.equal(result.errors, 100, 'those of the uncounted second too');
});
