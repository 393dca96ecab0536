/**
 * What is known of a board, as data: one file a board below `boards/`, named after the device tree's `compatible`
 * (firmware/board/<board>/board.json is its source). Code asks the data, never for a board by its name.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AppliancePaths } from './paths.ts';

export type PowerProfileName = 'eco' | 'performance';

/** What is set for a profile. */
export interface PowerProfile {
  readonly megahertz: number;
  /** So many processors stay on. */
  readonly cores: number;
  /** Links agree on at most so much. */
  readonly linkMbit: number;
}

/** Sums of measurements of parts, of others: no board of ours has a meter (`sources` says whose). */
export interface BoardPower {
  readonly errorPercent: number;
  /** Processor at rest, memory and storage, without a link. */
  readonly baseWatts: number;
  /** By the speed of a link in Mb/s. */
  readonly linkWatts: Readonly<Record<string, number>>;
  /** One busy core, by clock, rising. */
  readonly coreWatts: readonly { readonly megahertz: number; readonly watts: number }[];
  readonly profiles: Readonly<Record<PowerProfileName, PowerProfile>>;
}

export interface BoardPort {
  /** As the kernel calls it. */
  readonly name: string;
  /** As it is printed on the case. */
  readonly label: string;
  /** Of its device below /sys/devices. */
  readonly path: string;
}

export interface BoardLed {
  /** `system` shows how the unit is, `lan` who it is in its pair, the others blink with them on `identify`. */
  readonly id: string;
  /** As it is printed on the case. */
  readonly label: string;
  /** Below /sys/class/leds. */
  readonly name: string;
}

export interface Board {
  readonly id: string;
  readonly name: string;
  readonly ports: readonly BoardPort[];
  readonly leds: readonly BoardLed[];
  /** Null: none that can be trusted. */
  readonly watchdog: { readonly device: string; readonly timeoutSeconds: number } | null;
  /** Whether the ports come with MAC addresses of their own. */
  readonly uniqueAddresses: boolean;
  /** How the ports are used until somebody says otherwise. */
  readonly network: { readonly mode: string };
  /** Null: nothing is known, so nothing is set and no figure is told. */
  readonly power: BoardPower | null;
}

/** Any Linux machine: it has nothing that we dare to touch. */
const UNKNOWN_BOARD: Board = {
  id: 'unknown',
  name: 'a machine without board data',
  ports: [],
  leds: [],
  watchdog: null,
  uniqueAddresses: true,
  network: { mode: 'none' },
  power: null,
};

/** The texts of a device tree property that is a list of them, such as `compatible`. */
export function compatibleNames(sys: string): readonly string[] {
  try {
    return readFileSync(join(sys, 'firmware/devicetree/base/compatible'), 'utf8').split('\0').filter(Boolean);
  } catch {
    return []; // a PC
  }
}

export function boardFileName(compatible: string): string {
  return `${compatible.replaceAll(',', '_')}.json`;
}

/** The most exact board there is data for. @param tell of a file that is there and cannot be used */
export function readBoard({ sys, share }: AppliancePaths, tell: (text: string) => void): Board {
  for (const name of compatibleNames(sys)) {
    const path = join(share, 'boards', boardFileName(name));
    try {
      // Part of the signed slot: its form is checked where it is built.
      return { ...UNKNOWN_BOARD, ...(JSON.parse(readFileSync(path, 'utf8')) as Partial<Board>) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') tell(`${path}: ${(error as Error).message}`);
    }
  }
  return UNKNOWN_BOARD;
}
