/** What sample fetches may read: implemented by the proxy's stream, and by plain objects in tests. */
import type { Http1Head } from '../http/h1-head.ts';
import type { SocketAddress } from '../sys/socket-address.ts';

export interface SampleContext {
  /** The request's head, null before it is complete and in TCP mode. */
  readonly request: Http1Head | null;
  /** The response's head, null before it is complete. */
  readonly response: Http1Head | null;
  /** Where the client came from, as the PROXY protocol says if it was used. */
  readonly clientAddress: SocketAddress | null;
}
