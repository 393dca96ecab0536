/**
 * Small configurations, good and bad, for comparing what `haproxy -c` says with what we say. `H` is a defaults
 * section in HTTP mode, `T` one in TCP mode, `F` a frontend and `B` a backend behind it.
 */

export interface DifferentialCase {
  readonly name: string;
  readonly text: string;
  /** Why we knowingly say something else; the exit code is then compared only where `sameExit` is not false. */
  readonly differs?: string;
  readonly sameExit?: false;
}

export const TIMEOUTS = ' timeout client 1s\n timeout connect 1s\n timeout server 1s\n';
export const H = `defaults\n mode http\n${TIMEOUTS}`;
export const T = `defaults\n mode tcp\n${TIMEOUTS}`;
export const F = `${H}frontend f\n bind :0001\n`.replace(':0001', ':18080');
export const B = `${F} default_backend b\nbackend b\n`;

export function same(name: string, text: string): DifferentialCase {
  return { name, text };
}

/** Where we differ on purpose, but not in whether the configuration is valid. */
export function known(differs: string, name: string, text: string): DifferentialCase {
  return { name, text, differs };
}

/** HAProxy stops reading at some errors (it "aborts"); we go on and report the rest, too. */
export const GOES_ON = 'HAProxy stops at this error; we go on and then also print the final line';

export function goesOn(name: string, text: string): DifferentialCase {
  return { name, text, differs: GOES_ON };
}
