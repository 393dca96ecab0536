/** Which of its addresses an interface sends advertisements from, when the configuration does not say. */

import type { InterfaceAddress } from '../../net/interfaces.ts';
import { IFA_F_DADFAILED, IFA_F_SECONDARY, IFA_F_TENTATIVE, RT_SCOPE_HOST } from '../../sys/rtnetlink-constants.ts';
import type { AddressModel, Family } from '../model.ts';

/**
 * IPv4: the first primary address that is no virtual one. IPv6: the first link-local one that is no virtual one and that
 * duplicate detection has passed: the kernel sends nothing from another. Undefined when there is none.
 */
export function sourceAddressOf(
  device: { readonly addresses: readonly InterfaceAddress[] },
  family: Family,
  virtual: readonly AddressModel[] = [],
): Uint8Array | undefined {
  for (const candidate of device.addresses) {
    if (candidate.family !== family) continue;
    const { address, flags, scope } = candidate;
    if (family === 4 ? (flags & IFA_F_SECONDARY) !== 0 || scope >= RT_SCOPE_HOST : !isLinkLocal(address)) continue;
    if (family === 6 && (flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED)) !== 0) continue;
    if (virtual.some((model) => Buffer.compare(model.address, address) === 0)) continue;
    return address;
  }
  return undefined;
}

/** fe80::/10. */
export function isLinkLocal(address: Uint8Array): boolean {
  return address.length === 16 && address[0] === 0xfe && ((address[1] as number) & 0xc0) === 0x80;
}

/** The link-local address that belongs to a hardware address (RFC 4291 appendix A, modified EUI-64). */
export function linkLocalOf(mac: Uint8Array): Uint8Array {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = mac;
  return Uint8Array.of(0xfe, 0x80, 0, 0, 0, 0, 0, 0, a ^ 2, b, c, 0xff, 0xfe, d, e, f);
}
