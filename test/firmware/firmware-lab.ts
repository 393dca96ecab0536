/**
 * An emulated unit for the tests of this folder, with a server on this machine that its proxy leads to. Both ports are
 * networks of QEMU's own, so no rights are needed. Everything ends with the test.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import { Card } from '../../firmware/emulator/run/card.ts';
import { privateDisk } from '../../firmware/emulator/run/disk.ts';
import { DISK_IMAGE, imageMissing } from '../../firmware/emulator/run/image.ts';
import { QEMU } from '../../firmware/emulator/run/machine.ts';
import { freePorts, type PortPlan } from '../../firmware/emulator/run/ports.ts';
import { EmulatedUnit } from '../../firmware/emulator/run/unit.ts';
import type { UnitClient } from '../../firmware/emulator/run/unit-client.ts';
import { findProgram } from '../find-program.ts';

/** Many boots on a slow machine that does other things as well. */
export const FILE_MS = 19 * 60_000;
/** Of the console, when a test failed. */
const TOLD_CHARACTERS = 6000;

/** Why there is nothing to test here, or false. */
export function emulatorMissing(): string | false {
  if (findProgram(QEMU) === null) return `${QEMU} is not installed`;
  return imageMissing();
}

/** This machine, as the unit sees it by its first port. */
const HERE = '10.0.2.2';

/** What the unit's proxy is to do: all that comes goes to this machine. `mark` tells one text from another. */
export function proxyText(originPort: number, mark: string): string {
  return `# ${mark}
defaults
    mode http
    timeout connect 5s
    timeout client 30s
    timeout server 30s

frontend web
    bind :80
    default_backend origin

backend origin
    server here ${HERE}:${originPort}
`;
}

export async function startOrigin(answer: string): Promise<Server> {
  const server = createServer((_, outgoing) => outgoing.end(answer));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return server;
}

export const portOf = (server: Server): number => (server.address() as AddressInfo).port;

/** Where a port of the unit is reached on 127.0.0.1. */
interface Ways {
  readonly pages: number;
  readonly proxy: number;
}

export class FirmwareLab {
  readonly unit: EmulatedUnit;
  /** By the unit's first and second network port. */
  readonly ways: readonly [Ways, Ways];
  readonly originPort: number;
  readonly #card: Card | undefined;

  private constructor(unit: EmulatedUnit, ways: readonly [Ways, Ways], originPort: number, card?: Card) {
    this.unit = unit;
    this.ways = ways;
    this.originPort = originPort;
    this.#card = card;
  }

  /**
   * Switches a fresh unit on.
   * @param inCard its disk is a `Card`
   */
  static async open(t: Test, { inCard = false } = {}): Promise<FirmwareLab> {
    t.setTimeout(FILE_MS);
    const directory = mkdtempSync(join(tmpdir(), 'mahalo-firmware-'));
    const origin = await startOrigin('hello from the origin');
    const [pages = 0, proxy = 0, pages2 = 0, proxy2 = 0] = await freePorts([0, 0, 0, 0]);
    const ways = [
      { pages, proxy },
      { pages: pages2, proxy: proxy2 },
    ] as const;
    const port = (index: 0 | 1): PortPlan => ({
      kind: 'user',
      number: 2 + index,
      forwards: [
        { here: ways[index].pages, there: 8443 },
        { here: ways[index].proxy, there: 80 },
      ],
    });
    const disk = privateDisk(DISK_IMAGE, join(directory, 'disk.img'));
    const card = inCard ? await Card.open(disk, join(directory, 'card')) : undefined;
    const unit = await EmulatedUnit.powerOn({
      name: 'emulated',
      disk,
      ...(card && { card: card.url }),
      ports: [port(0), port(1)],
      pages: { host: '127.0.0.1', port: pages },
    });
    const lab = new FirmwareLab(unit, ways, portOf(origin), card);
    t.teardown(async () => {
      if (!t.passing()) t.comment(`the console:\n${unit.machine.console.text.slice(-TOLD_CHARACTERS)}`);
      await unit.cutPower();
      card?.close();
      origin.closeAllConnections();
      await new Promise((resolve) => origin.close(resolve));
      rmSync(directory, { recursive: true, force: true });
    });
    return lab;
  }

  get card(): Card {
    if (this.#card === undefined) throw new Error('the disk of this unit is in no card');
    return this.#card;
  }

  get client(): UnitClient {
    return this.unit.client;
  }

  /** Its proxy leads to the server on this machine from here on. Gives the text. */
  async configure(mark: string): Promise<string> {
    const text = proxyText(this.originPort, mark);
    await this.client.configure('configuration', text);
    return text;
  }
}
