/** Sets what a port offers, in a network namespace of its own: `link-modes-program.ts <port>`. */
import { advertiseLinkModes, readLinkModes } from '../../src/sys/ethtool.ts';

const [port = ''] = process.argv.slice(2);
const advertised = (): string => {
  const modes = readLinkModes(port);
  return typeof modes === 'number' ? `error ${modes}` : String(modes.advertised);
};
// Bits of the first and of the second word.
const before = advertised();
const set = advertiseLinkModes(port, (1n << 47n) | 0b1001111n);
const [noSuchPort, loopback] = [readLinkModes('none'), readLinkModes('lo')];
process.stdout.write(JSON.stringify({ before, set, after: advertised(), noSuchPort, loopback }));
