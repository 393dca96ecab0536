/**
 * Units and an address that is served by whichever of them is there; two of them are a pair:
 *
 *     this machine (origin, client) --- segment 10.0.2.0/24 --+-- port 1 of unit a   port 2: its pages
 *                                       10.0.2.100: virtual   +-- port 1 of unit b   port 2: its pages
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from './ports.ts';
import { Segment } from './segment.ts';
import { EmulatedUnit } from './unit.ts';

/** The number of the shared network; the units' other ports have networks of their own behind it. */
const NETWORK = 2;
/** The address that whoever is master has. */
export const VIRTUAL = `10.0.${NETWORK}.100`;

/** Of the units, in their order. */
export const PRIORITIES = [150, 100] as const;

function proxyText(unit: string, originPort: number): string {
  return `defaults
    mode http
    timeout connect 5s
    timeout client 30s
    timeout server 30s

frontend web
    bind :80
    http-request set-header X-Unit ${unit}
    default_backend origin

backend origin
    server here 10.0.${NETWORK}.2:${originPort}
`;
}

/** For keepalived, ours or the other one. */
export function vrrpText(priority: number, port = 'eth0'): string {
  return `vrrp_instance web {
    state BACKUP
    interface ${port}
    virtual_router_id 77
    priority ${priority}
    advert_int 1
    virtual_ipaddress {
        ${VIRTUAL}/24
    }
}
`;
}

/** Answers with the name of the unit that the question came through. */
async function startOrigin(): Promise<Server> {
  const server = createServer((incoming, outgoing) => outgoing.end(`${incoming.headers['x-unit']}`));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return server;
}

export class SharedAddress {
  /** The first one becomes master. */
  readonly units: readonly EmulatedUnit[];
  /** Leads to port 80 of the virtual address. */
  readonly url: string;
  readonly #segment: Segment;
  readonly #origin: Server;
  readonly #directory: string;

  private constructor(parts: {
    units: readonly EmulatedUnit[];
    url: string;
    segment: Segment;
    origin: Server;
    directory: string;
  }) {
    this.units = parts.units;
    this.url = parts.url;
    this.#segment = parts.segment;
    this.#origin = parts.origin;
    this.#directory = parts.directory;
  }

  /**
   * Switches fresh units on.
   * @param taps interfaces that are plugged into the shared network, see `Segment`
   */
  static async open(count: 1 | 2, taps: readonly string[] = []): Promise<SharedAddress> {
    const directory = mkdtempSync(join(tmpdir(), 'mahalo-shared-'));
    const [web = 0, ...pages] = await freePorts([8080, 8443, 8444]);
    const origin = await startOrigin();
    const segment = await Segment.open(NETWORK, count, [{ here: web, there: 80, address: VIRTUAL }], taps);
    const units: EmulatedUnit[] = [];
    for (let number = 0; number < count; number++) {
      const port = pages[number] ?? 0;
      const unit = await EmulatedUnit.powerOn({
        name: `unit-${'ab'[number]}`,
        number,
        disk: join(directory, `${'ab'[number]}.img`),
        ports: [
          segment.cable(number),
          { kind: 'user', number: NETWORK + 1 + number, forwards: [{ here: port, there: 8443 }] },
        ],
        pages: { host: '127.0.0.1', port },
      });
      units.push(unit);
    }
    return new SharedAddress({ units, url: `http://127.0.0.1:${web}/`, segment, origin, directory });
  }

  /** Claims all and gives them the address, over their API. */
  async configure(): Promise<void> {
    const { port } = this.#origin.address() as AddressInfo;
    const configure = async (unit: EmulatedUnit, priority: number): Promise<void> => {
      await unit.claim();
      await unit.client.configure('configuration', proxyText(unit.plan.name, port));
      await unit.client.configure('vrrp/configuration', vrrpText(priority));
    };
    await Promise.all(this.units.map((unit, index) => configure(unit, PRIORITIES[index] ?? 1)));
  }

  async close(): Promise<void> {
    await Promise.all(this.units.map((unit) => unit.cutPower()));
    await this.#segment.close();
    this.#origin.closeAllConnections();
    await new Promise((resolve) => this.#origin.close(resolve));
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
