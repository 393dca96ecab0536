/** What a connection has received and not passed on, as sample fetches see it. */
import { viewOf } from '../http/copy-bytes.ts';
import type { Connection } from '../net/connection.ts';
import type { InputView } from '../sample/context.ts';

const NOTHING = Buffer.alloc(0);
const VIEW_OF_NOTHING = viewOf(NOTHING);

class ConnectionInput implements InputView {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  get bytes(): Buffer {
    return this.#connection.input?.bytes ?? NOTHING;
  }

  get view(): DataView {
    return this.#connection.input?.view ?? VIEW_OF_NOTHING;
  }

  get start(): number {
    return this.#connection.inputStart;
  }

  get end(): number {
    return this.#connection.inputEnd;
  }

  /** A full buffer takes no more either. */
  get ended(): boolean {
    const { input, inputLength, readEnded, error } = this.#connection;
    return readEnded || error !== 0 || (input !== null && inputLength >= input.bytes.length);
  }
}

export function viewInput(connection: Connection): InputView {
  return new ConnectionInput(connection);
}
