/**
 * Which servers count: active ones while there is one, then the first usable backup alone, or all of them with
 * `option allbackups` (manual, `backup` and `option allbackups`).
 */
import type { Candidate } from './candidate.ts';

export class UsableServers {
  readonly candidates: readonly Candidate[];
  readonly #allBackups: boolean;
  active = 0;
  backups = 0;
  /** The backup that works alone; null with allbackups, or if none is usable. */
  firstBackup: Candidate | null = null;

  constructor(candidates: readonly Candidate[], allBackups: boolean) {
    this.candidates = candidates;
    this.#allBackups = allBackups;
    for (let i = 0; i < candidates.length; i++) {
      if ((candidates[i] as Candidate).index !== i) throw new Error(`candidate ${i} says its index is not ${i}`);
    }
    this.recount();
  }

  recount(): void {
    this.active = 0;
    this.backups = 0;
    this.firstBackup = null;
    for (const candidate of this.candidates) {
      if (!isEligible(candidate)) continue;
      if (!candidate.backup) this.active++;
      else if (this.backups++ === 0 && !this.#allBackups) this.firstBackup = candidate;
    }
  }

  /** The backup that must take everything, or null if a choice is to be made. */
  get lone(): Candidate | null {
    return this.active === 0 ? this.firstBackup : null;
  }

  get used(): number {
    if (this.active > 0) return this.active;
    return this.firstBackup === null ? this.backups : 1;
  }

  /** True if it takes part in the choice now. */
  isUsed(candidate: Candidate): boolean {
    if (!isEligible(candidate)) return false;
    if (this.active > 0) return !candidate.backup;
    return this.firstBackup === null || this.firstBackup === candidate;
  }
}

/** In service, and with a weight: weight 0 keeps existing sessions only. */
export function isEligible(candidate: Candidate): boolean {
  return candidate.usable && candidate.weight > 0;
}
