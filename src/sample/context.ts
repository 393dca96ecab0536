/**
 * What sample fetches may read: implemented by the proxy's stream, and by plain objects in tests. What is compiled once
 * gets a `SampleEnvironment`; what is evaluated gets a `SampleContext`.
 */
import type { KeyObject } from 'node:crypto';
import type { Http1Head } from '../http/h1-head.ts';
import type { SocketAddress } from '../sys/socket-address.ts';
import { EventRing } from './event-ring.ts';
import { PatternReferences } from './pattern-references.ts';
import { UserList } from './user-lists.ts';
import { type VariableLimits, VariableNames, type VariableScopes } from './variables.ts';
import type { StreamView, Surroundings } from './views.ts';

export interface SampleContext {
  /** The request's head, null before it is complete and in TCP mode. */
  readonly request: Http1Head | null;
  /** The response's head, null before it is complete. */
  readonly response: Http1Head | null;
  /** Where the client came from, as the PROXY protocol says if it was used. */
  readonly clientAddress: SocketAddress | null;
  /** What was received and not yet forwarded, for the fetches that look at raw bytes; null where nothing is kept. */
  readonly requestInput: InputView | null;
  readonly responseInput: InputView | null;
  /** A content rule is evaluated that may still wait for more data: only then does an ACL answer "miss". */
  readonly mayWait: boolean;
  /** The variables of what is served; null where no configuration line needs any. */
  readonly variables: VariableScopes | null;
  /** What is served; null where an expression is evaluated on its own. */
  readonly stream: StreamView | null;
}

/** Received bytes in `bytes[start,end)`. */
export interface InputView {
  readonly bytes: Buffer;
  /** The same bytes, to be read several at a time. */
  readonly view: DataView;
  readonly start: number;
  readonly end: number;
  /** No more will come: the peer has ended, or the buffer is full. */
  readonly ended: boolean;
}

/** Which message `hdr` means where both would do. */
export type Direction = 'request' | 'response' | 'log';

/** Where events go: a memory that the runtime API shows, or the program's own output. */
export type EventSink = 'buf0' | 'stdout' | 'stderr';

/** What all expressions of a configuration share when they are compiled. */
export class SampleEnvironment {
  /** Lists of patterns of ACLs and maps. */
  patterns = new PatternReferences();
  readonly variables: VariableNames;
  /** What `debug` has told. */
  readonly events = new EventRing();
  /** Public keys of tokens by the names of their files. */
  readonly publicKeys = new Map<string, KeyObject>();
  /** The process and its proxies; null where expressions are compiled on their own. */
  surroundings: Surroundings | null = null;
  /** Some fetch reads the request line after the request is gone. */
  needsRequestLine = false;
  readonly #userLists = new Map<string, UserList>();

  constructor(variableLimits?: VariableLimits) {
    this.variables = new VariableNames(variableLimits);
  }

  /** `tune.bufsize`: what converters make is cut or refused where HAProxy's buffers end. */
  get bufferSize(): number {
    return this.surroundings?.bufferSize ?? 16_384;
  }

  /** Writes a line for people. */
  tell(sink: EventSink, text: string): void {
    if (sink === 'buf0') this.events.write(text, performance.timeOrigin + performance.now());
    else process[sink].write(`${text}\n`, 'latin1');
  }

  /** The user list of that name; throws an Error when there is none. */
  userList(name: string): UserList {
    const known = this.#userLists.get(name);
    if (known !== undefined) return known;
    const model = this.surroundings?.model.userLists.find((list) => list.name === name);
    if (model === undefined) throw new Error(`unable to find userlist '${name}'`);
    const list = new UserList(model);
    this.#userLists.set(name, list);
    return list;
  }
}

export interface CompileOptions {
  readonly direction: Direction;
  /** ACLs look at every value of a fetch that has several; all others want one. */
  readonly iterate: boolean;
  readonly environment: SampleEnvironment;
}

/** The usual options: one value of each fetch. */
export function compileOptions(environment: SampleEnvironment, direction: Direction): CompileOptions {
  return { direction, iterate: false, environment };
}
