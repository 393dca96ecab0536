/** `ipmask` (manual 7.3.1): the network of an address. */
import { SocketAddress } from '../../sys/socket-address.ts';
import { cast, readIpv4 } from '../casts.ts';
import type { Converter } from '../converter.ts';
import { ADDR, IPV4, IPV6, takeScratch } from '../sample.ts';
import { textArgument } from './arguments.ts';

/** Where the address begins in sockaddr_in6. */
const IPV6_AT = 8;

function mask4(text: string): number {
  const bytes = textArgument(text);
  return readIpv4(bytes, 0, bytes.length) | 0;
}

const IPMASK: Converter = {
  input: ADDR,
  output: IPV4,
  make: (args) => {
    const narrow = mask4(args[0] ?? '0.0.0.0');
    const wide = args[1] === undefined ? null : SocketAddress.ipv6(args[1], 0).bytes;
    return (sample) => {
      // An IPv4 address in the form of an IPv6 one counts as what it is.
      if (sample.type === IPV6) cast(sample, IPV4);
      if (sample.type === IPV4) return sample.setIpv4((sample.integer as number) & narrow);
      if (wide === null) return false;
      const piece = takeScratch(16);
      for (let i = 0; i < 16; i++) {
        piece[i] = (sample.bytes[sample.start + i] as number) & (wide[IPV6_AT + i] as number);
      }
      return sample.setIpv6(piece, 0);
    };
  },
};

export const ADDRESS_CONVERTERS: readonly (readonly [string, Converter])[] = [['ipmask', IPMASK]];
