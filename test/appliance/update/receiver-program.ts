/**
 * The slots of a unit behind its control socket, and nothing else of the role: a program to be killed at any moment.
 * Arguments: the root. Says `ready` when it listens.
 */

import { ControlSocket } from '../../../src/appliance/control/control-socket.ts';
import { appliancePaths } from '../../../src/appliance/paths.ts';
import { readRelease } from '../../../src/appliance/release.ts';
import { UnitSlots } from '../../../src/roles/appliance-slots.ts';
import { OWN_VERSION } from '../../../src/roles/product-version.ts';
import { BOARD } from '../unit-root.ts';

const paths = appliancePaths(process.argv[2] as string);
const tell = (text: string): void => void process.stderr.write(`${text}\n`);
const slots = new UnitSlots({
  paths,
  release: readRelease(paths.release, OWN_VERSION),
  identities: ['test', BOARD],
  leave: () => process.exit(0),
  tell,
});
slots.boot?.markGood();
const status = {
  word: 'status',
  help: '',
  run: () => ({ slot: slots.boot?.view(), update: slots.updates?.status }),
};
const end = { word: 'end', help: '', run: () => setImmediate(() => process.exit(0)) && null };
await new ControlSocket([...slots.commands(), status, end], tell).listen(paths.controlSocket);
process.stdout.write('ready\n');
