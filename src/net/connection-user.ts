/** What a connection tells, and what it is given: the two ends between which `Connection` stands. */
import type { Reactor } from '../loop/reactor.ts';
import type { ChunkPool } from './chunk.ts';
import type { Connection } from './connection.ts';
import type { ReceiveBatch } from './receive-batch.ts';
import type { SendBatch } from './send-batch.ts';

/** Whoever a connection works for at the moment: a stream, an idle pool, a PROXY header reader. */
export interface ConnectionUser {
  /** Bytes were added to the input, or the peer ended its side (`readEnded`). Called only while reading. */
  onInput(connection: Connection): void;
  /** After a `send` that took less than it was offered: there is room again. */
  onDrained(connection: Connection): void;
  /** The connect attempt succeeded. */
  onConnected(connection: Connection): void;
  /** The connection broke (`error` is the errno): no more bytes either way. It is still to be closed. */
  onFailure(connection: Connection): void;
}

/** What all connections of a process share. */
export interface ConnectionContext {
  readonly reactor: Reactor;
  readonly chunks: ChunkPool;
  readonly outgoing: SendBatch;
  readonly incoming: ReceiveBatch;
}
