import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import t from 'tap';
import { watchSignal } from '../../src/sys/real-time-signal.ts';

const MODULE = join(import.meta.dirname, '../../src/sys/real-time-signal.ts');
/** SIGRTMIN + 2 */
const NUMBER = 36;

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('waited in vain');
    await delay(5);
  }
}

t.test('a signal without a name in Node is handled, again and again', async (test) => {
  let seen = 0;
  const watch = watchSignal(NUMBER, () => seen++);
  if (typeof watch === 'number') throw new Error(`refused: ${watch}`);
  for (const wanted of [1, 2, 3]) {
    process.kill(process.pid, NUMBER);
    await until(() => seen === wanted);
  }
  watch.close();
  watch.close();
  test.equal(seen, 3);
});

t.test('SIGKILL cannot be watched', async (test) => {
  test.type(
    watchSignal(9, () => {}),
    'number',
  );
});

t.test('it does not hold the process open, wakes one at rest, and closed it kills again', async (test) => {
  const program = (rest: string): string =>
    `import { watchSignal } from ${JSON.stringify(MODULE)}; const watch = watchSignal(${NUMBER}, () => console.log('seen')); ${rest}`;
  const run = (rest: string) => spawn(process.execPath, ['--input-type=module', '-e', program(rest)]);
  const idle = run('');
  const [code] = await once(idle, 'exit');
  test.equal(code, 0, 'nothing else to do: it ends');

  const waiting = run(
    "setInterval(() => {}, 1e8); console.log('ready'); process.on('SIGUSR2', () => { watch.close(); console.log('closed'); });",
  );
  let out = '';
  waiting.stdout.on('data', (chunk) => (out += chunk));
  await until(() => out.includes('ready'));
  process.kill(waiting.pid as number, NUMBER);
  await until(() => out.includes('seen'));
  process.kill(waiting.pid as number, 'SIGUSR2');
  await until(() => out.includes('closed'));
  const ended = once(waiting, 'exit');
  process.kill(waiting.pid as number, NUMBER);
  await ended;
  test.pass('the default of a real-time signal is to end the process');
});
