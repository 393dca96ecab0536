/** What actions of `tcp-request` and `tcp-response` rules answer. */

/** The next rule has its turn; of a whole list: it let the connection pass. */
export const NEXT = 0;
/** It passes, whatever the rules behind say. */
export const ACCEPT = 1;
/** Not yet: the same action runs again when more has arrived. */
export const WAIT = 2;
/** Closed, and counted as denied. */
export const REJECT = 3;
/** The same, but the other side is not told: its packets find no connection any more. */
export const DROP = 4;
/** The server's connection is cut; what it said before is still passed on. */
export const CLOSE = 5;
/** From here on the client speaks HTTP. */
export const UPGRADE = 6;
