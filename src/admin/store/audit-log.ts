/**
 * Who did what, and what was refused: JSON lines, only ever appended to. Bounded twice: files are rotated at a size and
 * the oldest goes; refusals, which a stranger can cause at will, are written at most so many a minute for each kind and
 * then counted.
 */

import { appendFileSync, existsSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readIfThere } from '../../sys/atomic-file.ts';
import type { AuditEntry } from '../answers/audit.ts';

const LARGEST_FILE = 1024 * 1024;
/** audit.log, audit.log.1 ... audit.log.4 */
const OLD_FILES = 4;
const REFUSALS_A_MINUTE = 10;
const MINUTE_MS = 60_000;

interface Window {
  startMs: number;
  written: number;
  suppressed: number;
}

export class AuditLog {
  readonly #path: string;
  readonly #nowMs: () => number;
  readonly #onFault: (text: string) => void;
  readonly #windows = new Map<string, Window>();
  #sizeBytes: number;

  constructor(directory: string, nowMs: () => number, onFault: (text: string) => void) {
    this.#path = join(directory, 'audit.log');
    this.#nowMs = nowMs;
    this.#onFault = onFault;
    this.#sizeBytes = existsSync(this.#path) ? statSync(this.#path).size : 0;
  }

  /** Never throws: a full disk must not keep the owner out. It is told instead. */
  add(entry: Omit<AuditEntry, 'timeMs'>): void {
    if (entry.outcome === 'refused' && !this.#mayRefuse(entry.action)) return;
    this.#append({ timeMs: this.#nowMs(), ...entry });
  }

  /**
   * The newest first, of those that match.
   * @param skip so many of them are left out: pages after the first
   */
  latest(limit: number, matches: (entry: AuditEntry) => boolean = () => true, skip = 0): readonly AuditEntry[] {
    const entries: AuditEntry[] = [];
    let left = skip;
    for (let index = 0; index <= OLD_FILES && entries.length < limit; index++) {
      const lines = (readIfThere(this.#name(index))?.toString('utf8') ?? '').split('\n');
      for (let at = lines.length - 1; at >= 0 && entries.length < limit; at--) {
        const entry = parseLine(lines[at] ?? '');
        if (entry === undefined || !matches(entry)) continue;
        if (left > 0) left--;
        else entries.push(entry);
      }
    }
    return entries;
  }

  #mayRefuse(action: string): boolean {
    const nowMs = this.#nowMs();
    let window = this.#windows.get(action);
    if (window === undefined || nowMs - window.startMs >= MINUTE_MS || nowMs < window.startMs) {
      if (window !== undefined && window.suppressed > 0) {
        const detail = `${window.suppressed} more of them were not written`;
        this.#append({ timeMs: nowMs, actor: 'device', source: '', action, outcome: 'refused', detail });
      }
      window = { startMs: nowMs, written: 0, suppressed: 0 };
      this.#windows.set(action, window);
    }
    if (window.written < REFUSALS_A_MINUTE) {
      window.written++;
      return true;
    }
    window.suppressed++;
    return false;
  }

  #append(entry: AuditEntry): void {
    const line = Buffer.from(`${JSON.stringify(entry)}\n`, 'utf8');
    try {
      if (this.#sizeBytes > 0 && this.#sizeBytes + line.length > LARGEST_FILE) this.#rotate();
      appendFileSync(this.#path, line, { mode: 0o600 });
      this.#sizeBytes += line.length;
    } catch (error) {
      this.#onFault(`the audit log cannot be written: ${(error as Error).message}`);
    }
  }

  #rotate(): void {
    for (let index = OLD_FILES - 1; index >= 0; index--) {
      if (existsSync(this.#name(index))) renameSync(this.#name(index), this.#name(index + 1));
    }
    this.#sizeBytes = 0;
  }

  #name(index: number): string {
    return index === 0 ? this.#path : `${this.#path}.${index}`;
  }
}

/** Undefined: an empty line, or one that the power cut short. */
function parseLine(line: string): AuditEntry | undefined {
  try {
    const entry = JSON.parse(line) as Partial<AuditEntry>;
    return typeof entry.timeMs === 'number' && typeof entry.action === 'string' ? (entry as AuditEntry) : undefined;
  } catch {
    return undefined;
  }
}
