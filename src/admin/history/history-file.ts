/**
 * History on disk, made for SD cards. Every six minutes the finished two-minute means are appended to a journal, a line a
 * mean; at a stop, and when the journal holds a day, all rings are written to one file and the journal begins anew.
 *
 * So a stop loses nothing; when admin is killed, the last minutes of seconds and quarter minutes are lost, and up to eight
 * minutes of the day's ring.
 *
 *   history.snapshot  {"version", "metrics", "shapes", "lastMs", "objects": [[name, seenMs, [last slots]] ...]} LF, then
 *                     the float32 values of all rings in that order (little-endian, as both our architectures are)
 *   history.journal   {"slot", "objects": {name: [values]}} a line
 */

import { appendFileSync, closeSync, fsyncSync, openSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readIfThere, removeDurably, writeAtomically } from '../../sys/atomic-file.ts';
import { isObject } from '../store/json-file.ts';
import { METRICS, WIDTH } from './figures.ts';
import { coarseSlot, type History } from './history.ts';
import { COARSE, Series, SHAPES } from './series.ts';

const VERSION = 1;
const SLOTS_A_WRITE = 3;
/** A day of means: then the journal is folded into the snapshot. */
const SLOTS_A_JOURNAL = 720;
const LARGEST_JOURNAL = 32 * 1024 * 1024;
const LINE_FEED = 10;

export interface HistoryFileSettings {
  readonly directory: string;
  readonly history: History;
  nowMs(): number;
  onDamage(path: string, asideName: string, reason: string): void;
  /** It could not be written: told once until it works again. */
  onFault(text: string): void;
}

export class HistoryFile {
  readonly #settings: HistoryFileSettings;
  readonly #snapshotPath: string;
  readonly #journalPath: string;
  /** The newest slot that is on disk. */
  #writtenSlot = -1;
  #slotsInJournal = 0;
  #failing = false;

  constructor(settings: HistoryFileSettings) {
    this.#settings = settings;
    this.#snapshotPath = join(settings.directory, 'history.snapshot');
    this.#journalPath = join(settings.directory, 'history.journal');
  }

  load(): void {
    const { history } = this.#settings;
    const snapshot = readIfThere(this.#snapshotPath);
    if (snapshot !== undefined) {
      try {
        readSnapshot(snapshot, history);
      } catch (error) {
        this.#setAside(this.#snapshotPath, (error as Error).message);
      }
    }
    const journal = readIfThere(this.#journalPath)?.toString('utf8') ?? '';
    for (const line of journal.split('\n')) if (readJournalLine(line, history)) this.#slotsInJournal++;
    if (history.lastMs > 0) this.#writtenSlot = coarseSlot(history.lastMs);
  }

  /** After each sample: writes when enough means are finished. */
  keep(): void {
    const { history } = this.#settings;
    const finished = coarseSlot(history.lastMs) - 1;
    if (this.#writtenSlot < 0 || finished < this.#writtenSlot) this.#writtenSlot = finished;
    if (finished - this.#writtenSlot < SLOTS_A_WRITE) return;
    if (this.#slotsInJournal >= SLOTS_A_JOURNAL) this.save();
    else this.#guarded(() => this.#append(finished));
  }

  /** Everything, whole: at a stop. */
  save(): void {
    this.#guarded(() => {
      writeAtomically(this.#snapshotPath, snapshotOf(this.#settings.history));
      removeDurably(this.#journalPath);
      this.#slotsInJournal = 0;
      this.#writtenSlot = coarseSlot(this.#settings.history.lastMs) - 1;
    });
  }

  #append(finished: number): void {
    const { history } = this.#settings;
    const lines: string[] = [];
    // After a long rest: what is older than a day is not there any more.
    for (let slot = Math.max(this.#writtenSlot + 1, finished - SLOTS_A_JOURNAL); slot <= finished; slot++) {
      const objects: Record<string, readonly (number | null)[]> = {};
      for (const [name, series] of history.series) {
        const values = series.at(COARSE, slot);
        if (values?.some((value) => !Number.isNaN(value))) {
          objects[name] = [...values].map((value) => (Number.isNaN(value) ? null : Number(value.toPrecision(5))));
        }
      }
      lines.push(JSON.stringify({ slot, objects }));
    }
    appendFileSync(this.#journalPath, `${lines.join('\n')}\n`, { mode: 0o600 });
    const fd = openSync(this.#journalPath, 'r');
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    this.#slotsInJournal += statSync(this.#journalPath).size > LARGEST_JOURNAL ? SLOTS_A_JOURNAL : lines.length;
    this.#writtenSlot = finished;
  }

  /** A full disk must not end anything else. */
  #guarded(write: () => void): void {
    try {
      write();
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) this.#settings.onFault(`the history cannot be written: ${(error as Error).message}`);
      this.#failing = true;
    }
  }

  #setAside(path: string, reason: string): void {
    const aside = `${path}.damaged-${this.#settings.nowMs()}`;
    renameSync(path, aside);
    this.#settings.onDamage(path, aside, reason);
  }
}

function snapshotOf(history: History): Buffer {
  const objects: (readonly [string, number, readonly number[]])[] = [];
  const chunks: Buffer[] = [];
  for (const [name, { seenMs, rings }] of history.series) {
    objects.push([name, seenMs, rings.map(({ last }) => last)]);
    for (const { values } of rings) chunks.push(Buffer.from(values.buffer, values.byteOffset, values.byteLength));
  }
  const head = { version: VERSION, metrics: METRICS, shapes: SHAPES, lastMs: history.lastMs, objects };
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`, 'utf8'), ...chunks]);
}

/** Throws on anything that is not what `snapshotOf` writes today: rings of another shape cannot be used. */
function readSnapshot(bytes: Buffer, history: History): void {
  const headEnd = bytes.indexOf(LINE_FEED);
  const head: unknown = JSON.parse(bytes.toString('utf8', 0, Math.max(headEnd, 0)));
  if (!isObject(head) || head['version'] !== VERSION || !Array.isArray(head['objects']))
    throw new Error('another form');
  const same = (name: 'metrics' | 'shapes', ours: unknown): boolean =>
    JSON.stringify(head[name]) === JSON.stringify(ours);
  if (!same('metrics', METRICS) || !same('shapes', SHAPES)) throw new Error('rings of another shape');
  const objects = head['objects'] as readonly (readonly [string, number, readonly number[]])[];
  const seriesBytes = SHAPES.reduce((sum, { length }) => sum + length * WIDTH * 4, 0);
  if (bytes.length !== headEnd + 1 + objects.length * seriesBytes) throw new Error('not all of it is there');
  let at = headEnd + 1;
  for (const [name, seenMs, lasts] of objects) {
    const series = history.open(name) ?? new Series();
    series.seenMs = seenMs;
    for (const [index, ring] of series.rings.entries()) {
      const { byteLength } = ring.values;
      new Uint8Array(ring.values.buffer).set(bytes.subarray(at, at + byteLength));
      ring.last = lasts[index] ?? -1;
      at += byteLength;
    }
  }
  history.restored(Number(head['lastMs']) || 0);
}

/** False: an empty line, one that the power cut short, or one of no use. */
function readJournalLine(line: string, history: History): boolean {
  let entry: unknown;
  try {
    entry = JSON.parse(line);
  } catch {
    return false;
  }
  if (!isObject(entry) || typeof entry['slot'] !== 'number' || !isObject(entry['objects'])) return false;
  const { stepMs = 1 } = SHAPES[COARSE] ?? {};
  const slot = entry['slot'];
  const endMs = (slot + 1) * stepMs - 1;
  for (const [name, list] of Object.entries(entry['objects'])) {
    const series = history.open(name);
    const ring = series?.rings[COARSE];
    if (series === undefined || ring === undefined || !Array.isArray(list) || slot <= ring.last) continue;
    ring.advance(slot);
    ring.add(Float32Array.from({ length: WIDTH }, (_, index) => numberOr(list[index])));
    series.seenMs = Math.max(series.seenMs, endMs);
  }
  if (endMs > history.lastMs) history.restored(endMs);
  return true;
}

function numberOr(value: unknown): number {
  return typeof value === 'number' ? value : Number.NaN;
}
