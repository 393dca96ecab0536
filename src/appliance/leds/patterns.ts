/** What the lights say. Pure; docs/firmware.md has the same table for people. */

/** How the unit is: the light `system`. */
export type UnitStage = 'starting' | 'working' | 'failure' | 'updating';
/** Who it is in its pair: the light `lan`. */
export type PairStage = 'alone' | 'backup' | 'master' | 'fault';

/** Lit and dark in turns; 0 for one of them is steady. */
export interface LedPattern {
  readonly litMs: number;
  readonly darkMs: number;
}

const STEADY: LedPattern = { litMs: 1, darkMs: 0 };
const DARK: LedPattern = { litMs: 0, darkMs: 1 };
const HURRIED: LedPattern = { litMs: 100, darkMs: 100 };

export const UNIT_PATTERNS: Readonly<Record<UnitStage, LedPattern>> = {
  starting: { litMs: 500, darkMs: 500 },
  working: STEADY,
  failure: HURRIED,
  updating: { litMs: 250, darkMs: 250 },
};

export const PAIR_PATTERNS: Readonly<Record<PairStage, LedPattern>> = {
  alone: DARK,
  backup: { litMs: 100, darkMs: 1900 },
  master: STEADY,
  fault: HURRIED,
};

/** All lights, for a while: "this one". */
export const IDENTIFY_PATTERN: LedPattern = { litMs: 50, darkMs: 50 };
