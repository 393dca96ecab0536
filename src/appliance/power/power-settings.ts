/**
 * A power profile made true: the highest clock, how many cores are on, what the ports offer their neighbours. All of it by
 * the kernel's files and one ioctl; what a machine does not have is left out, and told.
 */

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errnoMessage } from '../../sys/errno.ts';
import { advertiseLinkModes, linkModesUpTo, readLinkModes } from '../../sys/ethtool.ts';
import type { PowerProfile } from '../board.ts';

const CPU = 'devices/system/cpu';

function numberIn(path: string): number | undefined {
  try {
    return Number(readFileSync(path, 'latin1').trim()) || undefined;
  } catch {
    return undefined; // this machine has no such thing
  }
}

/** Throws nothing. @returns what could not be done, in words */
export function applyPowerProfile(profile: PowerProfile, sys: string, ports: readonly string[]): readonly string[] {
  return [
    setCores(sys, profile.cores),
    setClock(sys, profile.megahertz),
    setLinks(sys, ports, profile.linkMbit),
  ].flat();
}

function write(path: string, value: string): string[] {
  try {
    if (readFileSync(path, 'latin1').trim() !== value) writeFileSync(path, value);
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}

/** Cores first: a core that is off has no clock to set. The first one cannot be switched off. */
function setCores(sys: string, cores: number): string[] {
  const cpus = existsSync(join(sys, CPU)) ? readdirSync(join(sys, CPU)) : [];
  return cpus.flatMap((name) => {
    const number = Number(/^cpu([1-9]\d*)$/.exec(name)?.[1]);
    const path = join(sys, CPU, name, 'online');
    return Number.isNaN(number) || !existsSync(path) ? [] : write(path, number < cores ? '1' : '0');
  });
}

function setClock(sys: string, megahertz: number): string[] {
  const folder = join(sys, CPU, 'cpufreq');
  if (!existsSync(folder)) return ['the clock of this processor cannot be set'];
  return readdirSync(folder).flatMap((policy) => {
    const fastest = numberIn(join(folder, policy, 'cpuinfo_max_freq')) ?? Number.POSITIVE_INFINITY;
    return write(join(folder, policy, 'scaling_max_freq'), String(Math.min(1000 * megahertz, fastest)));
  });
}

function setLinks(sys: string, ports: readonly string[], mbit: number): string[] {
  return ports.flatMap((port) => {
    if (!existsSync(join(sys, 'class/net', port))) return [`there is no port ${port}`];
    const modes = readLinkModes(port);
    if (typeof modes === 'number') return [`${port} does not tell what it can do: ${errnoMessage(-modes)}`];
    const wanted = linkModesUpTo(modes.supported, mbit);
    // Nothing is supported by drivers without a cable behind them (virtio).
    if (wanted === modes.advertised || wanted === 0n) return [];
    const result = advertiseLinkModes(port, wanted);
    return result < 0 ? [`${port} keeps its speed: ${errnoMessage(-result)}`] : [];
  });
}

/** Of the first core, MHz; null: the kernel does not tell. */
export function clockMegahertz(sys: string): number | null {
  const kilohertz = numberIn(join(sys, CPU, 'cpu0/cpufreq/scaling_cur_freq'));
  return kilohertz === undefined ? null : Math.round(kilohertz / 1000);
}

/** Of the ports that have a link, Mb/s; null: the driver does not tell. */
export function linkSpeeds(sys: string, ports: readonly string[]): readonly (number | null)[] {
  return ports.flatMap((port) => {
    const folder = join(sys, 'class/net', port);
    if (numberIn(join(folder, 'carrier')) !== 1) return [];
    const mbit = numberIn(join(folder, 'speed'));
    return [mbit !== undefined && mbit > 0 ? mbit : null];
  });
}
