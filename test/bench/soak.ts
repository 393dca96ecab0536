/**
 * The endurance run: `node test/bench/soak.ts --minutes 10 [--actors 32] [--pause 5]`. A mixed load and servers that
 * come and go; prints resident memory over time, and at the end its slope over the second half. Exit status 1 when
 * a conversation went wrong or memory kept growing.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { MixedLoad } from './mixed-load.ts';
import { median, slope } from './percentile.ts';
import { SoakProxy } from './soak-proxy.ts';

const samplesInAll = 120;
/** Growth from the second quarter to the last that still counts as flat: a part of the whole, and V8's own play. */
const flatPart = 0.05;
const flatBytes = 4e6;

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1).padStart(6);

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    actors: { type: 'string', default: '32' },
    pause: { type: 'string', default: '5' },
  },
});
const totalMs = Number(values.minutes) * 60_000;
const proxy = await SoakProxy.start();
const finished = new AbortController();
process.once('SIGINT', () => finished.abort());

const startMs = performance.now();
const load = new MixedLoad(proxy.port, Number(values.actors), Number(values.pause));
let flapFailure = '';
const flapping = proxy.flap(finished.signal).catch((error: Error) => {
  flapFailure = error.message;
  return 0;
});
const samples: [number, number][] = [];
process.stdout.write(`at rest ${megabytes(proxy.rssBytes())} MB\n  minutes  MB resident  conversations  failures\n`);
while (performance.now() - startMs < totalMs && !finished.signal.aborted && proxy.program.running) {
  await delay(totalMs / samplesInAll, undefined, { signal: finished.signal }).catch(() => undefined);
  const minutes = (performance.now() - startMs) / 60_000;
  const bytes = proxy.rssBytes();
  samples.push([minutes, bytes]);
  const row = [minutes.toFixed(2).padStart(9), megabytes(bytes).padStart(11), `${load.count}`.padStart(13)];
  process.stdout.write(`${row.join('  ')}  ${`${load.failures.length}`.padStart(8)}\n`);
}
const alive = proxy.program.running;
finished.abort();
const changes = await flapping;
await load.stop();
const left = alive ? await proxy.sessionsLeft() : Number.NaN;
await proxy.stop();

const quarter = Math.floor(samples.length / 4);
const bytesOf = (part: [number, number][]): number => median(part.map(([, bytes]) => bytes));
const growth = bytesOf(samples.slice(-quarter)) - bytesOf(samples.slice(quarter, 2 * quarter));
const flat = growth <= bytesOf(samples) * flatPart + flatBytes;
const perMinute = slope(samples.slice(2 * quarter)) / 1000;
process.stdout.write(`
${load.count} conversations, ${changes} changes of server state, ${left} sessions left
memory ${flat ? 'flat' : 'GROWING'}: ${megabytes(growth).trim()} MB from the second quarter to the last, \
${perMinute.toFixed(1)} kB a minute in the second half\n`);
for (const failure of [...new Set([...load.failures, flapFailure].filter((text) => text !== ''))]) {
  process.stdout.write(`  failed: ${failure}\n`);
}
const good = alive && flat && left === 0 && load.failures.length === 0 && flapFailure === '';
process.stdout.write(alive ? '' : `the proxy ended:\n${proxy.program.output}\n`);
process.exit(good ? 0 : 1);
