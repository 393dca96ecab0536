/** `watch log` of a real proxy: a reader that does not read costs it a bounded memory, and is told how much it missed. */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import t from 'tap';
import { until } from '../admin/admin-process.ts';
import { freePorts, Programs, proxyProgram } from '../bench/programs.ts';
import { runtimeCommand } from '../bench/runtime-socket.ts';

t.setTimeout(600_000);
const programs = new Programs();
t.teardown(() => programs.stopAll());

/** What the proxy keeps for a reader, one batch more, and what the kernel holds of a unix socket, generously. */
const MOST_KEPT_BYTES = (256 + 64 + 1024) * 1024;
const PATH = `/${'x'.repeat(3000)}`;

const [port = 0] = await freePorts(1);
const socketPath = join(programs.directory, 'watch.sock');
const file = join(programs.directory, 'watch.cfg');
writeFileSync(
  file,
  `global
    stats socket ${socketPath} mode 600 level admin
defaults
    mode http
    timeout client 30s
frontend www
    bind 127.0.0.1:${port}
    http-request deny deny_status 403
`,
);
const program = programs.startProxy('proxy', proxyProgram(), file);
await program.listening(port);
const agent = new Agent({ keepAlive: true, maxSockets: 8 });
t.teardown(() => agent.destroy());

function ask(path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, agent }, (answer) => answer.resume().on('end', resolve)).on('error', reject);
  });
}

await t.test('lines that a slow reader does not take are dropped and counted', async (t) => {
  const reader = connect(socketPath);
  t.teardown(() => reader.destroy());
  let text = '';
  reader.setEncoding('latin1');
  reader.on('data', (chunk) => {
    text += chunk;
  });
  const lines = (kind: string): string[] => text.split('\n').filter((line) => line.startsWith(`${kind} `));
  const lost = (): number => lines('O').reduce((sum, line) => sum + Number(line.slice(2)), 0);
  await once(reader, 'connect');
  reader.write('watch log\n');
  let asked = 0;
  const askFor = async (count: number, path: string): Promise<void> => {
    await Promise.all(Array.from({ length: count }, () => ask(path)));
    asked += count;
  };
  // The first ones may come before it listens: they are no part of the sum.
  while (lines('H').length === 0) await ask('/early');
  await ask('/mark');
  await until('all of the first ones are told', () => text.includes('/mark'));
  const early = lines('H').length;
  reader.pause();
  // Far more than is kept for it, at five hundred lines of three kilobytes a second.
  while (asked < 6000) await askFor(200, PATH);
  const before = text.length;
  // It reads again: what was kept for it, then a line that tells how many are missing.
  reader.resume();
  await ask('/last');
  asked++;
  while (lost() === 0) await askFor(1, '/last');
  await until('every line is told or counted', () => lines('H').length + lost() >= asked + early);
  const told = lines('H').length - early;
  const kept = text.length - before;
  t.ok(kept < MOST_KEPT_BYTES, `${kept} bytes were kept for it, of ${asked * PATH.length}`);
  t.ok(told > 0 && told < asked, `${told} lines of ${asked}`);
  t.equal(told + lost(), asked, 'none is told twice');
});

await t.test('it has gone: nobody looks, and the next one begins anew', async (t) => {
  const reader = connect(socketPath);
  let text = '';
  reader.setEncoding('latin1').on('data', (chunk) => {
    text += chunk;
  });
  await once(reader, 'connect');
  reader.write('watch log\n');
  // Slower than what it leaves out for its own sake.
  while (!text.includes('/again')) {
    await ask('/again');
    await setTimeout(5);
  }
  t.notMatch(text, /^O /m, 'what the other one lost is not told to this one');
  reader.destroy();
  t.match(await runtimeCommand(socketPath, 'show info'), /^Name:/m);
});
