/** The machine as it is now, read once for all who look, and not at all while nobody does. */

import { statfs } from 'node:fs/promises';
import { arch, cpus, hostname, loadavg, release, uptime } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { clockState } from '../../sys/time-synchronization.ts';
import { type Port, readPorts } from './ports.ts';
import { boardModel, estimatePower, type PowerEstimate, processorMegahertz } from './power-estimate.ts';
import { loadBetween, type ProcessorTimes, processorTimes } from './processor-load.ts';

const FRESH_MS = 2_000;
const TEMPERATURE_FRESH_MS = 10_000;
/** The first look has nothing before it to compare with. */
const FIRST_SPAN_MS = 200;

export interface SystemReading {
  readonly timeMs: number;
  readonly uptimeSeconds: number;
  readonly host: string;
  /** As the device tree has it; null: a machine without one. */
  readonly board: string | null;
  readonly versions: { readonly mahalo: string; readonly kernel: string; readonly node: string };
  readonly processor: {
    readonly architecture: string;
    readonly model: string;
    readonly percent: number;
    readonly coresPercent: readonly number[];
    /** Tasks that run or wait, over 1, 5 and 15 minutes. */
    readonly loadAverages: readonly number[];
    readonly megahertz: number | null;
  };
  readonly memory: {
    readonly totalBytes: number;
    /** What programs could still get. */
    readonly availableBytes: number;
    readonly swapTotalBytes: number;
    readonly swapUsedBytes: number;
    /** Of this admin. */
    readonly adminBytes: number;
  };
  /** Where configuration and logs are kept. */
  readonly storage: { readonly totalBytes: number; readonly freeBytes: number };
  readonly temperatureCelsius: number | null;
  readonly clock: { readonly synchronized: boolean | null; readonly estimatedErrorMs: number | null };
  readonly ports: readonly Port[];
  readonly power: PowerEstimate | null;
}

export class SystemReader {
  readonly #version: string;
  readonly #directory: string;
  readonly #nowMs: () => number;
  #before: readonly ProcessorTimes[] | undefined;
  #latest: SystemReading | undefined;
  #reading: Promise<SystemReading> | undefined;
  #temperature: number | null = null;
  #temperatureMs = Number.NEGATIVE_INFINITY;

  /** @param directory whose storage is told */
  constructor(version: string, directory: string, nowMs: () => number) {
    this.#version = version;
    this.#directory = directory;
    this.#nowMs = nowMs;
  }

  /** At most FRESH_MS old; who asks meanwhile gets the same. */
  read(): Promise<SystemReading> {
    if (this.#reading !== undefined) return this.#reading;
    const ageMs = this.#nowMs() - (this.#latest?.timeMs ?? Number.NEGATIVE_INFINITY);
    if (this.#latest !== undefined && ageMs >= 0 && ageMs < FRESH_MS) return Promise.resolve(this.#latest);
    this.#reading = this.#readNow().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #readNow(): Promise<SystemReading> {
    const information = await import('systeminformation');
    const { total, available, swaptotal, swapused } = await information.mem();
    const load = await this.#load();
    const ports = readPorts();
    const board = boardModel();
    const megahertz = processorMegahertz();
    const clock = clockState();
    const { bsize, blocks, bavail } = await statfs(this.#directory);
    const busyCores = load.coresPercent.reduce((sum, percent) => sum + percent / 100, 0);
    const reading: SystemReading = {
      timeMs: this.#nowMs(),
      uptimeSeconds: Math.round(uptime()),
      host: hostname(),
      board,
      versions: { mahalo: this.#version, kernel: release(), node: process.versions.node },
      processor: {
        architecture: arch(),
        model: cpus()[0]?.model ?? 'unknown',
        ...load,
        loadAverages: loadavg().map((value) => Math.round(value * 100) / 100),
        megahertz,
      },
      memory: {
        totalBytes: total,
        availableBytes: available,
        swapTotalBytes: swaptotal,
        swapUsedBytes: swapused,
        adminBytes: process.memoryUsage.rss(),
      },
      storage: { totalBytes: bsize * blocks, freeBytes: bsize * bavail },
      temperatureCelsius: await this.#readTemperature(information),
      clock: {
        synchronized: clock?.synchronized ?? null,
        estimatedErrorMs: clock?.synchronized === true ? clock.estimatedErrorUs / 1000 : null,
      },
      ports,
      power: estimatePower(board, ports, busyCores, megahertz),
    };
    this.#latest = reading;
    return reading;
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

  /** The library starts shells for it: not every time. */
  async #readTemperature(information: typeof import('systeminformation')): Promise<number | null> {
    const ageMs = this.#nowMs() - this.#temperatureMs;
    if (ageMs >= 0 && ageMs < TEMPERATURE_FRESH_MS) return this.#temperature;
    this.#temperatureMs = this.#nowMs();
    const { main } = await information.cpuTemperature();
    this.#temperature = typeof main === 'number' && Number.isFinite(main) && main > 0 ? main : null;
    return this.#temperature;
  }
}
