/** What a command of the control socket is (README.md of this folder's parent tells how one is added). */

export type CommandRequest = Readonly<Record<string, unknown>>;

/** An answer that says no. `code` is for programs and stays, the message is for people. */
export class Refusal extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Whoever asks, while his command runs. */
export interface Conversation {
  /**
   * The bytes that follow the line of a command that `takesBytes`: exactly `size` of them, or a Refusal `cut-off` when the
   * asker goes before. What is left unread when the command has ended is thrown away.
   */
  readonly bytes: { readonly size: number; read(): AsyncIterable<Buffer> } | undefined;
  /** Aborted when the asker has said his last, or has gone. */
  readonly ended: AbortSignal;
  /** A line `{"progress": value}` before the answer. */
  progress(value: unknown): void;
}

export interface Command {
  /** As written in `{"command": word}` and typed on the console. */
  readonly word: string;
  /** One line for the list of `help`. */
  readonly help: string;
  /** `"size"` stands in the line, and so many bytes follow it. */
  readonly takesBytes?: true;
  /**
   * Its result, any JSON value. A Refusal is told to the asker as it is; any other error as `internal`, and in our log.
   * Nothing about `request` has been checked but that it is an object.
   */
  run(request: CommandRequest, conversation: Conversation): unknown;
}

/** A field that must be a text; a Refusal otherwise. */
export function textField(request: CommandRequest, name: string): string {
  const value = request[name];
  if (typeof value !== 'string' || value === '') throw new Refusal('bad-request', `"${name}" must be a text`);
  return value;
}

/** A whole number within bounds, or the usual one when the field is not there; a Refusal otherwise. */
export function numberField(
  request: CommandRequest,
  name: string,
  bounds: { readonly least: number; readonly most: number; readonly usual: number },
): number {
  const value = request[name] ?? bounds.usual;
  if (typeof value === 'number' && Number.isInteger(value) && value >= bounds.least && value <= bounds.most)
    return value;
  throw new Refusal('bad-request', `"${name}" must be a whole number, ${bounds.least} to ${bounds.most}`);
}
