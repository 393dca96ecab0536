/** States of a stream's two sides and the letters its log line ends with (manual section 8.5). */

/** Request side: waiting for a first byte, for the whole head, relaying the body, complete, relaying until closed, closed. */
export const REQUEST_IDLE = 0;
export const REQUEST_HEAD = 1;
export const REQUEST_BODY = 2;
export const REQUEST_DONE = 3;
export const REQUEST_TUNNEL = 4;
/** The answer is on its way or sent; what the client still sends is thrown away. */
export const REQUEST_CLOSED = 5;
/** Rules on content wait for more of it. */
export const REQUEST_INSPECTED = 6;

export const RESPONSE_NONE = 0;
export const RESPONSE_HEAD = 1;
export const RESPONSE_BODY = 2;
export const RESPONSE_DONE = 3;
export const RESPONSE_TUNNEL = 4;
export const RESPONSE_INSPECTED = 5;

export const SERVER_NONE = 0;
export const SERVER_QUEUED = 1;
export const SERVER_TURNAROUND = 2;
export const SERVER_CONNECTING = 3;
export const SERVER_READY = 4;
export const SERVER_CLOSED = 5;

/** First letter of the termination state: what ended the stream. */
export const CAUSE_NONE = 0x2d; // '-'
export const CAUSE_CLIENT = 0x43; // 'C': the client closed or broke the connection
export const CAUSE_SERVER = 0x53; // 'S'
export const CAUSE_PROXY = 0x50; // 'P': a rule or a protocol check
export const CAUSE_LOCAL = 0x4c; // 'L': answered by the proxy itself
export const CAUSE_RESOURCE = 0x52; // 'R'
export const CAUSE_INTERNAL = 0x49; // 'I'
export const CAUSE_DOWN = 0x44; // 'D': server went down
export const CAUSE_ACTIVE = 0x55; // 'U'
export const CAUSE_KILLED = 0x4b; // 'K': shutdown by the runtime API
export const CAUSE_CLIENT_TIMEOUT = 0x63; // 'c'
export const CAUSE_SERVER_TIMEOUT = 0x73; // 's'

/** Second letter: where it was by then. */
export const AT_NONE = 0x2d;
export const AT_REQUEST = 0x52; // 'R'
export const AT_QUEUE = 0x51; // 'Q'
export const AT_CONNECT = 0x43; // 'C'
export const AT_HEADERS = 0x48; // 'H'
export const AT_DATA = 0x44; // 'D'
export const AT_TARPIT = 0x54; // 'T'
export const AT_LAST = 0x4c; // 'L'
