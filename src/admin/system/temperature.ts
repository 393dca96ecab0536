/** How hot the processor is: the kernel's thermal zones (boards) or its sensors (PCs). */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ZONES = 'class/thermal';
const SENSORS = 'class/hwmon';

function readText(path: string): string {
  try {
    return readFileSync(path, 'latin1').trim();
  } catch {
    return ''; // a sensor that is switched off cannot be read
  }
}

/** Degrees Celsius; null: no sensor, or one that has nothing to say. @param root where /sys is */
export function readTemperature(root = '/sys'): number | null {
  const places = [
    { folder: join(root, ZONES), kind: 'type', matches: /cpu|soc|x86_pkg/i, value: 'temp' },
    {
      folder: join(root, SENSORS),
      kind: 'name',
      matches: /^(?:coretemp|k10temp|zenpower|cpu|soc)/i,
      value: 'temp1_input',
    },
  ];
  for (const { folder, kind, matches, value } of places) {
    for (const name of existsSync(folder) ? readdirSync(folder).sort() : []) {
      if (!matches.test(readText(join(folder, name, kind)))) continue;
      const thousandths = Number(readText(join(folder, name, value)) || Number.NaN);
      if (Number.isFinite(thousandths) && thousandths > 0) return Math.round(thousandths / 100) / 10;
    }
  }
  return null;
}
