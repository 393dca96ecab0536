/**
 * `make emulator-run`: the emulator image in QEMU, for people: its console in this terminal, its two network ports behind
 * ports of 127.0.0.1.
 *
 *     --disk FILE   keep what the unit knows (owner, configurations) there, for the next run; made when it is not there
 *
 * Without it the unit is a fresh one each time.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { privateDisk } from './disk.ts';
import { BOOT_FIRMWARE, DISK_IMAGE, imageMissing } from './image.ts';
import { boardWords, QEMU } from './machine.ts';
import { freePorts, type PortPlan } from './ports.ts';

const PAGES = 8443;
const PROXY = 80;

function userPort(number: number, pages: number, proxy: number): PortPlan {
  const forwards = [
    { here: pages, there: PAGES },
    { here: proxy, there: PROXY },
  ];
  return { kind: 'user', number, forwards };
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { disk: { type: 'string' } } });
  const missing = imageMissing();
  if (missing !== false) {
    console.error(missing);
    return 1;
  }
  const directory = mkdtempSync(join(tmpdir(), 'mahalo-emulator-'));
  const disk = values.disk ?? join(directory, 'disk.img');
  if (!existsSync(disk)) privateDisk(DISK_IMAGE, disk);
  const [pages = 0, proxy = 0, pages2 = 0, proxy2 = 0] = await freePorts([8443, 8080, 8444, 8081]);
  console.log(`A Mahalo unit in QEMU, with two network ports. Open, once it is up (about half a minute):

  https://127.0.0.1:${pages}/    its pages, by port 1 (https://127.0.0.1:${pages2}/ by port 2); the console tells the claim code
  http://127.0.0.1:${proxy}/     its proxy, by port 1 (http://127.0.0.1:${proxy2}/ by port 2)

A server of yours on this machine is 10.0.2.2 for the unit. Its console follows. Ctrl-A, then x: switches it off.
`);
  const ports: [PortPlan, PortPlan] = [userPort(2, pages, proxy), userPort(3, pages2, proxy2)];
  const words = [...boardWords({ firmware: BOOT_FIRMWARE, disk, ports }), '-serial', 'mon:stdio'];
  try {
    const machine = spawn(QEMU, words, { stdio: 'inherit' });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => machine.kill('SIGTERM'));
    const [code] = (await once(machine, 'exit')) as [number | null];
    return code ?? 0;
  } catch (error) {
    console.error(`${QEMU} did not start: ${error}`);
    return 1;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

process.exitCode = await main();
