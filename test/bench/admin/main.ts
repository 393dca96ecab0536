/**
 * `make bench-admin`: what the web interface costs. Resident memory of the admin role with ten viewers of a hundred servers,
 * and how long the overview takes them while the proxy is under load (wrk, as much as it takes). Prints; decides nothing.
 */

import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { findProgram } from '../../find-program.ts';
import { highest, percentile } from '../percentile.ts';
import { runWrk } from '../wrk.ts';
import { MeasuredUnit } from './unit.ts';

const TARGET_MEGABYTES = 90;
const help = `make bench-admin ARGS="options"
  --viewers N    who look at the overview (10)
  --seconds N    of each part (10)
`;

const { values } = parseArgs({
  options: {
    viewers: { type: 'string', default: '10' },
    seconds: { type: 'string', default: '10' },
    help: { type: 'boolean', default: false },
  },
});

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Polls for so long, and takes what was measured meanwhile. */
async function overviewFor(unit: MeasuredUnit, seconds: number, meanwhile?: () => Promise<unknown>): Promise<string> {
  for (const [index, viewer] of unit.viewers.entries()) {
    viewer.latencies.length = 0;
    viewer.poll((index * 2000) / unit.viewers.length);
  }
  await Promise.all([delay(1000 * seconds), meanwhile?.()]);
  for (const viewer of unit.viewers) viewer.rest();
  const all = unit.viewers.flatMap(({ latencies }) => latencies).sort((one, other) => one - other);
  const [half, most, worst] = [percentile(all, 0.5), percentile(all, 0.99), highest(all)].map((one) => one.toFixed(1));
  return `p50 ${half} ms, p99 ${most} ms, highest ${worst} ms of ${all.length} answers`;
}

async function main(): Promise<void> {
  const seconds = Number(values.seconds);
  const unit = await MeasuredUnit.open(Number(values.viewers));
  try {
    say(`${unit.viewers.length} viewers, 100 servers`);
    say(`overview, proxy at rest      ${await overviewFor(unit, seconds)}`);
    if (findProgram('wrk') === null) {
      say('wrk is not installed: no load');
    } else {
      const url = `http://127.0.0.1:${unit.port}/1/`;
      const load = async (): Promise<void> => {
        const { requestsPerSecond } = await runWrk({ url, connections: 32, seconds });
        say(`load                         ${Math.round(requestsPerSecond)} requests/s through the proxy`);
      };
      say(`overview, proxy under load   ${await overviewFor(unit, seconds, load)}`);
    }
    const megabytes = unit.memoryBytes() / 1e6;
    const verdict = megabytes < TARGET_MEGABYTES ? 'below' : 'ABOVE';
    say(`resident memory of the role  ${megabytes.toFixed(1)} MB (${verdict} the target of ${TARGET_MEGABYTES} MB)`);
    const language = unit.languageBytes() / 1e6;
    say(
      `what reads texts, a minute   ${language.toFixed(1)} MB (of which 50 MB are Node's code, which all roles share)`,
    );
  } finally {
    await unit.close();
  }
}

if (values.help) say(help);
else await main();
