/**
 * One update at a time, from its first byte to the slot that can be started:
 *
 *   manifest signed, fits this unit -> the slot is given up -> chunk by chunk: hash, write -> read back -> the slot is ready
 *
 * Whatever goes wrong before the second step leaves the slot as it was; whatever goes wrong after it, a slot that is
 * never started. The order of the slots is not touched by any of it: `BootControl.askTrial` does that.
 */

import type { KeyObject } from 'node:crypto';
import type { Release } from '../boot/boot-state.ts';
import type { Region } from '../boot/region.ts';
import { Refusal } from '../control/command.ts';
import type { Manifest } from './bundle.ts';
import { type OpenBundle, openBundle } from './bundle-reader.ts';
import { hashOnMedium } from './read-back.ts';
import { SlotWriter } from './slot-writer.ts';

/** What an update does to the boot environment (BootControl). */
export interface UpdateTarget {
  readonly target: { readonly region: Region };
  updateBegun(): void;
  updateWritten(release: Release): void;
}

export interface UpdateSettings {
  readonly boot: UpdateTarget;
  /** What this unit is: the id of its board, and the names of its device tree. */
  readonly identities: readonly string[];
  /** Those who may sign; asked for each update. */
  keys(): readonly KeyObject[];
}

export interface UpdateStatus {
  readonly state: 'none' | 'receiving' | 'checking' | 'ready' | 'failed';
  /** Of the update; null until it is known. */
  readonly version: string | null;
  /** Of the payload, written so far. */
  readonly bytes: number;
  readonly size: number | null;
  /** Why it failed. */
  readonly error: string | null;
}

/** What the list of contents says; `size` of the payload, in bytes. */
export type UpdateFacts = Pick<Manifest, 'version' | 'build' | 'size'>;

const NONE: UpdateStatus = { state: 'none', version: null, bytes: 0, size: null, error: null };

export class UpdateService {
  readonly #settings: UpdateSettings;
  #status = NONE;
  #running = false;

  constructor(settings: UpdateSettings) {
    this.#settings = settings;
  }

  get status(): UpdateStatus {
    return this.#status;
  }

  /**
   * Who signed it, and whether it is for this unit, from its beginning alone: nothing is written. Throws a Refusal, as
   * `receive` would.
   */
  async inspect(source: AsyncIterable<Buffer>): Promise<UpdateFacts> {
    const { manifest } = await this.#openFitting(source);
    const { version, build, size } = manifest;
    return { version, build, size };
  }

  /** Resolves when the slot is ready. A Refusal says what is wrong with the bundle, the unit or the way between. */
  async receive(source: AsyncIterable<Buffer>): Promise<Release> {
    if (this.#running) throw new Refusal('update-busy', 'another update is on its way');
    this.#running = true;
    this.#status = { ...NONE, state: 'receiving' };
    try {
      const release = await this.#install(source);
      this.#status = { ...this.#status, state: 'ready' };
      return release;
    } catch (error) {
      this.#status = { ...this.#status, state: 'failed', error: (error as Error).message };
      throw error;
    } finally {
      this.#running = false;
    }
  }

  async #install(source: AsyncIterable<Buffer>): Promise<Release> {
    const { boot } = this.#settings;
    const { manifest, chunks } = await this.#openFitting(source);
    const { version, build, size, sha256 } = manifest;
    this.#status = { ...this.#status, version, size };
    const { region } = boot.target;
    boot.updateBegun();
    const writer = await SlotWriter.open(region);
    try {
      for await (const chunk of chunks()) {
        await writer.write(chunk);
        this.#status = { ...this.#status, bytes: writer.bytes };
      }
      this.#status = { ...this.#status, state: 'checking' };
      await writer.finish();
    } finally {
      await writer.close();
    }
    if ((await hashOnMedium(region, size)) !== sha256) {
      throw new Refusal(
        'update-medium',
        'what was written is not what can be read: the medium of this unit is failing',
      );
    }
    boot.updateWritten({ version, build });
    return { version, build };
  }

  /** Signed by somebody whom this unit trusts, and made for it. */
  async #openFitting(source: AsyncIterable<Buffer>): Promise<OpenBundle> {
    const { boot, identities, keys } = this.#settings;
    const bundle = await openBundle(source, keys());
    const { boards, size } = bundle.manifest;
    const { region } = boot.target;
    if (!boards.some((board) => identities.includes(board))) {
      const made = boards.join(', ');
      throw new Refusal('update-board', `this update is made for ${made}; this unit is ${identities[0] ?? 'unknown'}`);
    }
    if (size > region.size) {
      throw new Refusal('update-too-large', `this update has ${size} bytes, a slot of this unit has ${region.size}`);
    }
    return bundle;
  }
}
