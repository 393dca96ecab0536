/** The machine as it is now, read once for all who look, and not at all while nobody does. */

import { statfs } from 'node:fs/promises';
import { arch, cpus, hostname, loadavg, release, uptime } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { clockState } from '../../sys/time-synchronization.ts';
import type { SystemReading } from '../answers/system.ts';
import { SharedAnswer } from '../live/shared-answer.ts';
import { askHardware, type Hardware } from './hardware.ts';
import { readMemory } from './memory.ts';
import { readPorts } from './ports.ts';
import { boardModel, estimatePower, processorMegahertz } from './power-estimate.ts';
import { loadBetween, type ProcessorTimes, processorTimes } from './processor-load.ts';
import { readTemperature } from './temperature.ts';

const FRESH_MS = 2_000;
/** The first look has nothing before it to compare with. */
const FIRST_SPAN_MS = 200;

export class SystemReader {
  readonly #version: string;
  readonly #directory: string;
  readonly #nowMs: () => number;
  readonly #shared: SharedAnswer<SystemReading>;
  #before: readonly ProcessorTimes[] | undefined;
  #hardware: Hardware = { model: null, distribution: null };
  #askedHardware = false;

  /** @param directory whose storage is told */
  constructor(version: string, directory: string, nowMs: () => number) {
    this.#version = version;
    this.#directory = directory;
    this.#nowMs = nowMs;
    this.#shared = new SharedAnswer(() => this.#readNow(), FRESH_MS, nowMs);
  }

  /** At most FRESH_MS old; who asks meanwhile gets the same. */
  read(): Promise<SystemReading> {
    return this.#shared.get();
  }

  async #readNow(): Promise<SystemReading> {
    this.#learnHardware();
    const load = await this.#load();
    const ports = readPorts();
    const board = boardModel();
    const megahertz = processorMegahertz();
    const clock = clockState();
    const { bsize, blocks, bavail } = await statfs(this.#directory);
    const busyCores = load.coresPercent.reduce((sum, percent) => sum + percent / 100, 0);
    return {
      timeMs: this.#nowMs(),
      uptimeSeconds: Math.round(uptime()),
      host: hostname(),
      board: board ?? this.#hardware.model,
      versions: {
        mahalo: this.#version,
        kernel: release(),
        node: process.versions.node,
        distribution: this.#hardware.distribution,
      },
      processor: {
        architecture: arch(),
        model: cpus()[0]?.model ?? 'unknown',
        ...load,
        loadAverages: loadavg().map((value) => Math.round(value * 100) / 100),
        megahertz,
      },
      memory: { ...readMemory(), adminBytes: process.memoryUsage.rss() },
      storage: { totalBytes: bsize * blocks, freeBytes: bsize * bavail },
      temperatureCelsius: readTemperature(),
      clock: {
        synchronized: clock?.synchronized ?? null,
        estimatedErrorMs: clock?.synchronized === true ? clock.estimatedErrorUs / 1000 : null,
      },
      ports,
      power: estimatePower(board, ports, busyCores, megahertz),
    };
  }

  async #load(): Promise<ReturnType<typeof loadBetween>> {
    if (this.#before === undefined) {
      this.#before = processorTimes();
      await delay(FIRST_SPAN_MS);
    }
    const now = processorTimes();
    const load = loadBetween(this.#before, now);
    this.#before = now;
    return load;
  }

  /** In the background, once: it takes a second or two, and nobody waits for it. */
  #learnHardware(): void {
    if (this.#askedHardware) return;
    this.#askedHardware = true;
    void askHardware().then((hardware) => {
      this.#hardware = hardware;
    });
  }
}
