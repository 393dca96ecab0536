/**
 * A root directory in which `mahalo appliance --root` finds slots: a kernel command line, a sysfs with the disk that this
 * directory seems to lie on, and files for its devices.
 */
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { type BootMedium, deviceNumber, findBootMedium } from '../../src/appliance/boot/boot-medium.ts';
import type { SlotName } from '../../src/appliance/boot/boot-state.ts';
import { type AppliancePaths, appliancePaths } from '../../src/appliance/paths.ts';

export const MEBIBYTE = 1024 * 1024;
export const SLOT_SIZE = 4 * MEBIBYTE;
/** Of the device tree, and of updates that fit. */
export const BOARD = 'mahalo,test-board';

export interface UnitRoot {
  readonly root: string;
  readonly paths: AppliancePaths;
  readonly medium: BootMedium;
}

/** @param publicKey whose updates are taken, PEM */
export function makeUnitRoot(root: string, publicKey: string, running: SlotName = 'A', slotSize = SLOT_SIZE): UnitRoot {
  const paths = appliancePaths(root);
  const write = (path: string, content: string): void => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  const device = (name: string, size: number): void => {
    mkdirSync(paths.dev, { recursive: true });
    const fd = openSync(join(paths.dev, name), 'w');
    ftruncateSync(fd, size);
    closeSync(fd);
  };
  write('proc/cmdline', `root=PARTUUID=6d61-01 mahalo.slot=${running}\n`);
  write('etc/mahalo-release', '{"version":"0.1.0","build":"first"}\n');
  write('usr/share/mahalo/keys/test.pem', publicKey);
  write('sys/firmware/devicetree/base/compatible', `${BOARD}\0linux,test\0`);
  write('sys/devices/vda/uevent', 'DEVNAME=vda\nDEVTYPE=disk\n');
  device('vda', 14 * MEBIBYTE);
  for (const [partition, name] of [['vda1', 'slotA'] as const, ['vda2', 'slotB'] as const]) {
    write(`sys/devices/vda/${partition}/uevent`, `DEVNAME=${partition}\nDEVTYPE=partition\nPARTNAME=${name}\n`);
    write(`sys/devices/vda/${partition}/size`, `${slotSize / 512}\n`);
    device(partition, slotSize);
  }
  mkdirSync(join(root, 'sys/dev/block'), { recursive: true });
  const rootPartition = running === 'A' ? 'vda1' : 'vda2';
  symlinkSync(`../../devices/vda/${rootPartition}`, join(root, 'sys/dev/block', deviceNumber(statSync(root).dev)));
  const fd = openSync(join(paths.dev, rootPartition), 'r+');
  writeSync(fd, 'hsqs, as it was flashed');
  closeSync(fd);
  mkdirSync(paths.run, { recursive: true });
  mkdirSync(paths.data, { recursive: true });
  const medium = findBootMedium(paths);
  if (medium === undefined) throw new Error('the root has no slots');
  return { root, paths, medium };
}
