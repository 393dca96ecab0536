/** The simple password of VRRPv2 (RFC 2338 section 5.3.6): eight bytes behind the addresses, in clear. */
import { AUTHENTICATION_BYTES } from './wire.ts';

export const AUTH_NONE = 0;
export const AUTH_PASSWORD = 1;
/** IPsec AH (RFC 2338 section 10.3): known as a type, never configured. */
export const AUTH_HEADER = 2;

/** Takes the same time wherever the first difference stands. */
export function samePassword(expected: Uint8Array, bytes: Uint8Array, at: number): boolean {
  let different = 0;
  for (let index = 0; index < AUTHENTICATION_BYTES; index++) {
    different |= (expected[index] as number) ^ (bytes[at + index] as number);
  }
  return different === 0;
}
