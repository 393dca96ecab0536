/**
 * `node test/bench/admin/rest.ts [SECONDS]`: what a unit costs that nobody looks at, and one that somebody does: wake-ups
 * (voluntary context switches of all threads) and processor time of the admin role, and of its proxy of a hundred servers.
 */

import { setTimeout as delay } from 'node:timers/promises';
import { activity } from '../process-usage.ts';
import { MeasuredUnit } from './unit.ts';

/** After the last question attention wears off (live-service.ts). */
const SETTLE_MS = 30_000;

const seconds = Number(process.argv[2] ?? 30);

async function measure(
  what: string,
  processes: readonly (readonly [name: string, processId: number])[],
): Promise<void> {
  const before = processes.map(([, processId]) => activity([processId]));
  await delay(1000 * seconds);
  for (const [index, [name, processId]] of processes.entries()) {
    const now = activity([processId]);
    const waits = (now.waits - (before[index]?.waits ?? 0)) / seconds;
    const cpuMs = (now.cpuNanoseconds - (before[index]?.cpuNanoseconds ?? 0)) / 1e6 / seconds;
    const figures = `${waits.toFixed(2).padStart(7)} wake-ups/s ${cpuMs.toFixed(2).padStart(7)} ms CPU/s`;
    process.stdout.write(`${what.padEnd(13)} ${name.padEnd(6)} ${figures}\n`);
  }
}

const unit = await MeasuredUnit.open(1);
try {
  const [viewer] = unit.viewers;
  const processes = [
    ['admin', unit.admin.processId],
    ['proxy', unit.proxyId],
  ] as const;
  viewer?.poll(0);
  await measure('one looks', processes);
  viewer?.close();
  await delay(SETTLE_MS);
  await measure('nobody looks', processes);
} finally {
  await unit.close();
}
