/** The states of an instance and of a sync group, with keepalived's numbers (JSON dump, RFC 5798 section 6.3). */

export const INIT = 0;
export const BACKUP = 1;
export const MASTER = 2;
export const FAULT = 3;

export type State = typeof INIT | typeof BACKUP | typeof MASTER | typeof FAULT;

const NAMES = ['INIT', 'BACKUP', 'MASTER', 'FAULT'] as const;

export function stateName(state: State): (typeof NAMES)[number] {
  return NAMES[state];
}
