/** The slots of a unit and what is done with them, where there are any: everything else starts without them, too. */

import { join } from 'node:path';
import { BootControl } from '../appliance/boot/boot-control.ts';
import { findBootMedium } from '../appliance/boot/boot-medium.ts';
import type { Release } from '../appliance/boot/boot-state.ts';
import { slotSwitchCommand, updateStartCommand } from '../appliance/commands/slot-orders.ts';
import { updateCheckCommand, updateCommand } from '../appliance/commands/update.ts';
import type { Command } from '../appliance/control/command.ts';
import type { HealthSlot } from '../appliance/health/health.ts';
import type { AppliancePaths } from '../appliance/paths.ts';
import { readUpdateKeys } from '../appliance/update/update-keys.ts';
import { UpdateService } from '../appliance/update/update-service.ts';

export interface UnitSlotsSettings {
  readonly paths: AppliancePaths;
  /** What runs. */
  readonly release: Release;
  /** What this unit is, for updates. */
  readonly identities: readonly string[];
  /** Stops everything and restarts the machine. */
  leave(reason: string): void;
  tell(text: string): void;
}

export class UnitSlots {
  /** Undefined: this machine was not started from slots. */
  readonly boot: BootControl | undefined;
  readonly updates: UpdateService | undefined;
  readonly #leave: (reason: string) => void;
  readonly #tell: (text: string) => void;

  constructor({ paths, release, identities, leave, tell }: UnitSlotsSettings) {
    this.#leave = leave;
    this.#tell = tell;
    this.boot = openBoot(paths, release, tell);
    const keys = () => readUpdateKeys(join(paths.share, 'keys'), tell);
    this.updates = this.boot && new UpdateService({ boot: this.boot, identities, keys });
  }

  /** For whoever finds out whether this build is healthy. */
  get health(): HealthSlot | undefined {
    return this.boot;
  }

  /** Kept for the next start to tell. */
  noteLeaving(reason: string): void {
    try {
      this.boot?.noteReboot(reason);
    } catch (error) {
      this.#tell(`the reason of the restart is not kept: ${(error as Error).message}`);
    }
  }

  commands(): readonly Command[] {
    const switching = { boot: this.boot, leave: this.#leave };
    return [
      updateCommand(this.updates),
      updateCheckCommand(this.updates),
      updateStartCommand(switching),
      slotSwitchCommand(switching),
    ];
  }

  /** Why this machine started, in words; '' when nobody noted it. */
  get bootReason(): string {
    const { reason, fellBack } = this.boot?.facts ?? {};
    if (fellBack === undefined) return reason ?? '';
    return `version ${fellBack.version} in slot ${fellBack.slot} did not prove healthy (${fellBack.why}): the one before runs again`;
  }
}

function openBoot(paths: AppliancePaths, release: Release, tell: (text: string) => void): BootControl | undefined {
  try {
    const medium = findBootMedium(paths);
    return medium && new BootControl({ medium, release, runDirectory: paths.run });
  } catch (error) {
    tell(`no slots: ${(error as Error).message}`);
    return undefined;
  }
}
