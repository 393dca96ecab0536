/**
 * The control protocol's lines (docs/vrrp.md, "Control socket"): one JSON object a line, requests up, answers and events
 * down. Pure: bytes in, requests or refusals out; a line is never longer than LONGEST_LINE.
 */

export const LONGEST_LINE = 4096;
const LINE_FEED = 10;

export interface ControlRequest {
  /** Comes back in the answer; null without. */
  readonly id: string | number | null;
  readonly command: string;
  /** All fields of the object. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** `code` is for programs, `message` for people. */
export interface ControlFault {
  readonly code: string;
  readonly message: string;
}

export type LineResult =
  | { readonly kind: 'request'; readonly request: ControlRequest }
  | { readonly kind: 'fault'; readonly id: string | number | null; readonly fault: ControlFault };

/** Splits what comes in into lines. */
export class LineSplitter {
  #rest: Buffer = Buffer.alloc(0);

  /** The lines that are complete now; undefined: one is too long, and nothing after it can be understood. */
  push(chunk: Buffer): readonly string[] | undefined {
    const lines: string[] = [];
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED)) {
      if (end > LONGEST_LINE) return undefined;
      lines.push(bytes.toString('utf8', 0, end));
      bytes = bytes.subarray(end + 1);
    }
    if (bytes.length > LONGEST_LINE) return undefined;
    this.#rest = Buffer.from(bytes); // a copy: the chunk's memory is not kept for its last few bytes
    return lines;
  }
}

function faultOf(id: string | number | null, message: string): LineResult {
  return { kind: 'fault', id, fault: { code: 'bad-request', message } };
}

export function parseRequest(line: string): LineResult {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return faultOf(null, 'the line is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return faultOf(null, 'the line is not a JSON object');
  }
  const fields = value as Record<string, unknown>;
  const { id = null, command } = fields;
  if (id !== null && typeof id !== 'string' && typeof id !== 'number') {
    return faultOf(null, '"id" is neither a number nor a string');
  }
  if (typeof command !== 'string' || command === '') return faultOf(id, '"command" is missing or no string');
  return { kind: 'request', request: { id, command, fields } };
}

export function answerLine(id: string | number | null, result: unknown): string {
  return `${JSON.stringify({ id, ok: true, result })}\n`;
}

export function faultLine(id: string | number | null, error: ControlFault): string {
  return `${JSON.stringify({ id, ok: false, error })}\n`;
}

/** While a long command is at work. */
export function progressLine(id: string | number | null, progress: string): string {
  return `${JSON.stringify({ id, progress })}\n`;
}

export function eventLine(event: unknown): string {
  return `${JSON.stringify({ event })}\n`;
}
