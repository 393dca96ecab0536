/** A unit that was switched on: its machine, and the way in that its owner has. */
import { existsSync } from 'node:fs';
import { privateDisk } from './disk.ts';
import { BOOT_FIRMWARE, DISK_IMAGE } from './image.ts';
import { Machine, type MachineOptions } from './machine.ts';
import { UnitClient } from './unit-client.ts';

/** What the console tells of a unit that nobody has claimed yet: the whole line, which comes in pieces. */
const CLAIM_CODE = /claim code: ([A-Z0-9-]+)\n/i;

export interface UnitPlan extends Omit<MachineOptions, 'firmware'> {
  /** What its owner calls it. */
  readonly name: string;
  /** Where its pages are reached from here. */
  readonly pages: { readonly host: string; readonly port: number };
}

export class EmulatedUnit {
  readonly plan: UnitPlan;
  readonly client: UnitClient;
  #machine: Machine;

  private constructor(plan: UnitPlan, machine: Machine) {
    this.plan = plan;
    this.client = new UnitClient(plan.pages.host, plan.pages.port);
    this.#machine = machine;
  }

  /** Its disk is made from the image when there is none yet. */
  static async powerOn(plan: UnitPlan): Promise<EmulatedUnit> {
    if (!existsSync(plan.disk)) privateDisk(DISK_IMAGE, plan.disk);
    return new EmulatedUnit(plan, await Machine.start({ ...plan, firmware: BOOT_FIRMWARE }));
  }

  /** Of the newest power-on. */
  get machine(): Machine {
    return this.#machine;
  }

  /** Pulls the plug. */
  cutPower(): Promise<void> {
    return this.#machine.cutPower();
  }

  /** The plug is in again. `changes`: what somebody did to it meanwhile, such as a second disk. */
  async powerOnAgain(changes: Partial<MachineOptions> = {}): Promise<void> {
    await this.#machine.cutPower();
    this.#machine = await Machine.start({ ...this.plan, firmware: BOOT_FIRMWARE, ...changes });
  }

  /**
   * Waits until its pages answer, and makes it ours with the code on its console.
   * @param from position on the console; a unit that was reset has a new code
   */
  async claim(from = 0): Promise<void> {
    const [, code = ''] = (await this.#machine.console.waitFor(CLAIM_CODE, { from })).groups;
    await this.client.untilUp();
    await this.client.claim(code, this.plan.name);
  }
}
