/** What `Http1Head.parse` and `ChunkedDecoder.decode` answer. */

export const NEED_MORE = 0;
export const COMPLETE = 1;
export const INVALID = 2;
export const TOO_MANY_HEADERS = 3;
