/**
 * `node test/bench/log-watch.ts [--rounds N]`: what `watch log` costs the data path: CPU per request with nobody watching,
 * with one who reads, with one who does not, and again with nobody; in turns of three seconds on one proxy process.
 */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { loadCore } from './measure.ts';
import { startOrigin } from './nginx.ts';
import { median } from './percentile.ts';
import { cpuNanoseconds, memory, processTree } from './process-usage.ts';
import { freePorts, Programs, proxyProgram } from './programs.ts';
import { simple } from './workload.ts';
import { runWrk } from './wrk.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '3' } } });
const SECONDS = 3;

const programs = new Programs();
const [port = 0] = await freePorts(1);
const socketPath = join(programs.directory, 'watch.sock');

/** @param reads false: one who takes nothing */
async function watch(reads: boolean): Promise<Socket> {
  const socket = connect(socketPath);
  await once(socket, 'connect');
  socket.write('watch log\n');
  if (reads) socket.resume();
  return socket;
}

const CASES: readonly { readonly name: string; readonly begin: () => Promise<Socket | undefined> }[] = [
  { name: 'nobody', begin: async () => undefined },
  { name: 'one reads', begin: () => watch(true) },
  { name: 'one does not read', begin: () => watch(false) },
  { name: 'nobody any more', begin: async () => undefined },
];

try {
  const origin = await startOrigin(programs, { core: loadCore });
  const file = join(programs.directory, 'watch.cfg');
  writeFileSync(
    file,
    `global\n    stats socket ${socketPath} mode 600 level admin\n\n${simple('http')({ proxy: port, origin: origin.port, log: 0, directory: programs.directory })}`,
  );
  const program = programs.startProxy('mahalo', proxyProgram(), file);
  await program.listening(port);
  const processes = processTree(program.pid);
  const load = (): ReturnType<typeof runWrk> =>
    runWrk({ url: `http://127.0.0.1:${port}/`, connections: 64, seconds: SECONDS, core: loadCore });
  await load();
  const costs = CASES.map((): number[] => []);
  const rates = CASES.map((): number[] => []);
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const [index, { begin }] of CASES.entries()) {
      const socket = await begin();
      // It is heard, or gone, before the load begins.
      await delay(200);
      const before = cpuNanoseconds(processes);
      const { requests, requestsPerSecond } = await load();
      costs[index]?.push((cpuNanoseconds(processes) - before) / 1000 / requests);
      rates[index]?.push(requestsPerSecond);
      socket?.destroy();
    }
  }
  const [plain = 1] = costs.map(median);
  for (const [index, { name }] of CASES.entries()) {
    const cost = median(costs[index] ?? []);
    const figures = `${cost.toFixed(2)} us/request, ${(cost / plain).toFixed(3)} of nobody's`;
    process.stdout.write(`${name.padEnd(18)} ${figures} at ${Math.round(median(rates[index] ?? []))} requests/s\n`);
  }
  process.stdout.write(`resident memory    ${(memory(processes).rssBytes / 1e6).toFixed(1)} MB\n`);
} finally {
  await programs.stopAll();
}
