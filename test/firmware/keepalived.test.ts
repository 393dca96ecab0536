/**
 * An emulated unit beside the real keepalived, one address between them, both ways: whoever is master is killed or stopped,
 * the other one goes on, and the first one comes back. For how long the address was dark is told and decides nothing.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { PRIORITIES, SharedAddress, VIRTUAL, vrrpText } from '../../firmware/emulator/run/shared-address.ts';
import { Traffic } from '../../firmware/emulator/run/traffic.ts';
import type { EmulatedUnit } from '../../firmware/emulator/run/unit.ts';
import { findProgram } from '../find-program.ts';
import { until } from '../interop/vrrp/lab/command.ts';
import { cannotUnshare, enterNamespace, ip } from '../vrrp/network/namespace.ts';
import { emulatorMissing, FILE_MS } from './firmware-lab.ts';
import { takesOver } from './takes-over.ts';

/** keepalived's port: an interface of ours that is plugged into the units' network. */
const TAP = 'mahalo0';
const OURS = '10.0.2.50/24';
const KEEPALIVED = 'keepalived';
const LIMIT_MS = 600_000;
const ABOVE = PRIORITIES[0] + 50;
const BELOW = PRIORITIES[0] - 50;

const missing =
  emulatorMissing() || cannotUnshare() || (findProgram(KEEPALIVED) === null && 'keepalived is not installed');

class Keepalived {
  readonly #child: ChildProcess;
  readonly #directory: string;
  said = '';

  constructor(priority: number) {
    this.#directory = mkdtempSync(join(tmpdir(), 'mahalo-keepalived-'));
    const file = join(this.#directory, 'keepalived.conf');
    writeFileSync(file, vrrpText(priority, TAP));
    const pids = ['-p', join(this.#directory, 'pid'), '-r', join(this.#directory, 'vrrp.pid')];
    const words = ['-n', '-l', '-D', '-P', '-f', file, ...pids];
    // A group of its own: its two processes can be killed as one, before the first could tell the second.
    this.#child = spawn(findProgram(KEEPALIVED) ?? KEEPALIVED, words, {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.said += text;
      });
    }
  }

  /** SIGTERM: it takes leave. SIGKILL: it crashes, and its address stays on its interface. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const { pid, exitCode, signalCode } = this.#child;
    if (pid !== undefined && exitCode === null && signalCode === null) {
      const gone = once(this.#child, 'exit');
      if (signal === 'SIGKILL') process.kill(-pid, signal);
      else this.#child.kill(signal);
      await gone;
    }
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

/** What keepalived's address leads to. */
async function startServer(): Promise<Server> {
  const server = createServer((_, outgoing) => outgoing.end(KEEPALIVED));
  await once(server.listen(80, '0.0.0.0'), 'listening');
  return server;
}

async function besideKeepalived(): Promise<void> {
  t.setTimeout(FILE_MS);
  enterNamespace();
  ip(`tuntap add dev ${TAP} mode tap`);
  ip(`address add ${OURS} dev ${TAP}`);
  ip(`link set ${TAP} up`);
  const server = await startServer();
  const shared = await SharedAddress.open(1, [TAP]);
  const [unit] = shared.units as readonly [EmulatedUnit];
  const { name } = unit.plan;
  t.teardown(async () => {
    if (!t.passing()) t.comment(`the console:\n${unit.machine.console.tail()}`);
    await shared.close();
    server.closeAllConnections();
    server.close();
  });
  await shared.configure();
  const traffic = new Traffic(shared.url);
  t.teardown(() => traffic.stop());

  await t.test('the unit is master: it is killed, keepalived goes on, and the unit comes back', async (t) => {
    const keepalived = new Keepalived(BELOW);
    t.teardown(() => keepalived.end('SIGTERM'));
    await traffic.answeredAfter(performance.now(), { by: name });
    await takesOver(t, traffic, { who: KEEPALIVED, when: 'the unit is killed' }, () => unit.cutPower());
    await takesOver(t, traffic, { who: name, when: 'the unit is switched on again' }, () => unit.powerOnAgain());
    const states = /BACKUP STATE.*MASTER STATE.*BACKUP STATE/s;
    await until('keepalived gives it back', () => states.test(keepalived.said), LIMIT_MS);
    await until('without the address', () => !ip(`address show dev ${TAP}`).includes(VIRTUAL), LIMIT_MS, 100);
  });

  await t.test('keepalived is master: it crashes, the unit goes on, and keepalived comes back', async (t) => {
    const first = new Keepalived(ABOVE);
    t.teardown(() => first.end('SIGKILL'));
    await takesOver(
      t,
      traffic,
      { who: KEEPALIVED, when: 'a keepalived with a higher priority comes' },
      () => undefined,
    );
    await takesOver(t, traffic, { who: name, when: 'keepalived crashes' }, () => first.end('SIGKILL'));
    const second = new Keepalived(ABOVE);
    t.teardown(() => second.end('SIGTERM'));
    await takesOver(t, traffic, { who: KEEPALIVED, when: 'keepalived is started again' }, () => undefined);
    await takesOver(t, traffic, { who: name, when: 'keepalived is stopped' }, () => second.end('SIGTERM'));
  });
}

if (missing === false) await besideKeepalived();
else t.plan(0, missing);
