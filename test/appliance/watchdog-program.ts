/** Feeds a watchdog for a moment, for the test to look at with strace: `watchdog-program.ts <root> <device>`. */
import { Watchdog } from '../../src/appliance/watchdog.ts';

const [root = '', device = ''] = process.argv.slice(2);
const watchdog = new Watchdog(
  { device, timeoutSeconds: 20 },
  root,
  () => true,
  process.stderr.write.bind(process.stderr),
);
process.stdout.write(`${JSON.stringify(watchdog.status)}\n`);
watchdog.disarm();
