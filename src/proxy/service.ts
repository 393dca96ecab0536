/** Services that answer requests in place of a server (`http-request use-service`). What they are is for layers above. */

export interface ServiceAnswer {
  /** Other than 200: the proxy's own error response. */
  readonly status: number;
  readonly contentType?: string;
  readonly body?: Buffer;
}

/** Answers a request; `query` is what follows the question mark of its target, '' for nothing. */
export type Service = (query: string) => ServiceAnswer;
