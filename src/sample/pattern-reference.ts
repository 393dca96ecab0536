/**
 * A list of patterns as it lives while requests are served: what a file (or an `acl` line) said, changed since by the
 * runtime API and by actions. All ACLs and maps that name it share it. Every entry has a version; what is looked up is
 * the current one, others are being prepared (manual 9.3.1 of the management guide, `prepare`, `commit`).
 */
import type { PatternReferenceModel, PatternUseModel } from '../config/model-rules.ts';
import { readPatternLines } from '../config/pattern-file.ts';
import { checkPattern, checkValue } from '../config/patterns.ts';
import { DELETED, EntryStore } from './patterns/entry-store.ts';
import { Hits } from './patterns/hits.ts';
import { KeyTable } from './patterns/key-table.ts';
import { Lookup } from './patterns/lookup.ts';
import { foldOf, hashOf } from './patterns/text-hash.ts';

/** As many deleted entries are kept before the list is compacted. */
const FEW_DELETED = 4096;
/** And as many bytes of old values. */
const MUCH_WASTED = 262_144;
const VERSIONS = 2 ** 32;
const NO_FOLD = foldOf(false);

/** Entries with one key. */
const keyed = new Hits(false);

/** Who wants to know that the entries in force have changed. */
export interface ReferenceWatcher {
  patternsChanged(): void;
}

export class PatternReference {
  readonly model: PatternReferenceModel;
  readonly store: EntryStore;
  currentVersion = 0;
  nextVersion = 0;
  /** As HAProxy counts: an entry once for each use when it is added, once when it is deleted. */
  entryCount = 0;
  /** By match and case. */
  readonly #lookups = new Map<string, Lookup>();
  readonly #resolved: ReadonlyMap<string, string>;
  readonly #watchers: ReferenceWatcher[] = [];
  /** Entries of all versions by key; made when it is first asked for. */
  #keys: KeyTable | undefined;

  constructor(model: PatternReferenceModel) {
    this.model = model;
    this.#resolved = new Map(model.resolved.map(({ name, address }) => [name, address]));
    const { bytes, hasValues } = model;
    if (bytes === undefined) {
      this.store = new EntryStore();
      for (const pattern of model.patterns) this.store.add(pattern, undefined, 0, 0);
    } else {
      const held = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      this.store = new EntryStore(held);
      readPatternLines(held, hasValues, (keyStart, keyEnd, valueStart, valueEnd, line) => {
        this.store.addAt(keyStart, keyEnd, valueStart, valueEnd, line, 0);
      });
    }
    this.entryCount = this.store.alive * model.uses.length;
  }

  /** The index for one way to match, ready to be asked. */
  lookupFor(match: PatternUseModel['match'], ignoreCase: boolean): Lookup {
    const key = `${match} ${ignoreCase}`;
    const known = this.#lookups.get(key);
    if (known !== undefined) return known;
    const lookup = new Lookup(this.store, { match, ignoreCase }, this.#resolved);
    this.#lookups.set(key, lookup);
    this.#fill(lookup);
    return lookup;
  }

  watch(watcher: ReferenceWatcher): void {
    this.#watchers.push(watcher);
  }

  /** Numbers of the entries of a version, in order. */
  *entries(version = this.currentVersion): Generator<number> {
    for (let entry = 0; entry < this.store.count; entry++) if (this.store.version[entry] === version) yield entry;
  }

  /** Adds an entry to a version; returns why it cannot be, if so. */
  add(key: string, value: string | undefined, version = this.currentVersion): string | undefined {
    for (const [done, use] of this.model.uses.entries()) {
      const refusal = (value === undefined ? undefined : checkValue(value, use.value)) ?? checkPattern(key, use);
      if (refusal === undefined) continue;
      // HAProxy takes back what it has done so far, and counts that as a deletion.
      this.entryCount += done - 1;
      return refusal;
    }
    this.#compact();
    const entry = this.store.add(key, value, 0, version);
    this.entryCount += this.model.uses.length;
    this.#keys?.add(entry, this.store.keyStart[entry] as number, this.store.keyEnd[entry] as number);
    if (version === this.currentVersion) {
      for (const lookup of this.#lookups.values()) lookup.add(entry);
      this.#changed();
    }
    return undefined;
  }

  /** Deletes all entries with this key, whatever their version; false: there are none. */
  deleteKey(key: string): boolean {
    const found = this.#withKey(key);
    for (const entry of found) this.deleteEntry(entry);
    return found.length > 0;
  }

  deleteEntry(entry: number): void {
    const current = this.store.version[entry] === this.currentVersion;
    if (current) for (const lookup of this.#lookups.values()) lookup.remove(entry);
    this.#keys?.remove(entry);
    this.store.delete(entry);
    this.entryCount--;
    if (current) this.#changed();
  }

  has(key: string): boolean {
    const bytes = Buffer.from(key, 'latin1');
    return this.#keyTable().first(hashOf(bytes, 0, bytes.length, NO_FOLD), bytes, 0, bytes.length) >= 0;
  }

  /** Gives all entries with this key a value. Returns why some could not have it; undefined: done. */
  setKey(key: string, value: string): string | undefined {
    const found = this.#withKey(key);
    if (found.length === 0) return 'entry not found';
    // Compaction gives numbers anew, so the serials lead to the entries.
    const serials = found.map((entry) => this.store.serial[entry] as number);
    for (const serial of serials) this.setEntry(this.store.bySerial(serial), value);
    return undefined;
  }

  setEntry(entry: number, value: string): string | undefined {
    for (const use of this.model.uses) {
      const refusal = checkValue(value, use.value);
      if (refusal !== undefined) return refusal;
    }
    this.store.setValue(entry, value);
    this.#changed();
    this.#compact();
    return undefined;
  }

  /** A new version to fill. */
  prepare(): number {
    this.nextVersion = (this.nextVersion + 1) % VERSIONS;
    return this.nextVersion;
  }

  /** Puts a prepared version into force, which deletes the ones before; false: it is not between the two. */
  commit(version: number): boolean {
    const ahead = distance(this.currentVersion + 1, version);
    if (ahead >= distance(this.currentVersion, this.nextVersion)) return false;
    this.currentVersion = version;
    const last = distance(1, version);
    this.clear(distance(VERSIONS / 2 - 1, last), last);
    this.#rebuild();
    return true;
  }

  /** Deletes the entries of the versions from one to another, which may wrap around. */
  clear(from: number, to: number): void {
    const span = distance(from, to);
    for (let entry = 0; entry < this.store.count; entry++) {
      const version = this.store.version[entry] as number;
      if (version === DELETED || distance(from, version) > span) continue;
      this.store.delete(entry);
      this.entryCount--;
    }
    this.#keys = undefined;
    this.#rebuild();
  }

  /** Entries with this key, of any version. */
  #withKey(key: string): readonly number[] {
    const keys = this.#keyTable();
    const bytes = Buffer.from(key, 'latin1');
    keyed.clear();
    keys.collect(hashOf(bytes, 0, bytes.length, NO_FOLD), bytes, 0, bytes.length, keyed);
    return Array.from(keyed.entries.subarray(0, keyed.count));
  }

  #keyTable(): KeyTable {
    if (this.#keys !== undefined) return this.#keys;
    const keys = new KeyTable(this.store, false);
    for (let entry = 0; entry < this.store.count; entry++) {
      if (this.store.version[entry] === DELETED) continue;
      keys.add(entry, this.store.keyStart[entry] as number, this.store.keyEnd[entry] as number);
    }
    this.#keys = keys;
    return keys;
  }

  #fill(lookup: Lookup): void {
    lookup.reset();
    for (const entry of this.entries()) lookup.add(entry);
    lookup.prepare();
  }

  #rebuild(): void {
    for (const lookup of this.#lookups.values()) this.#fill(lookup);
    this.#changed();
  }

  #compact(): void {
    const deleted = this.store.count - this.store.alive;
    const wasted = this.store.wasted > MUCH_WASTED && this.store.wasted * 2 > this.store.bytes.length;
    if (!wasted && (deleted < FEW_DELETED || deleted < this.store.alive)) return;
    this.store.compact();
    this.#keys = undefined;
    this.#rebuild();
  }

  #changed(): void {
    for (const watcher of this.#watchers) watcher.patternsChanged();
  }
}

/** How far it is from one version up to another. */
function distance(from: number, to: number): number {
  return (((to - from) % VERSIONS) + VERSIONS) % VERSIONS;
}
