/** Fetches of message bodies (manual 7.3.6): of what has arrived; `option http-buffer-request` waits for it. */
import type { FetchMaker, Read } from '../fetch.ts';
import { bodyLength, bodyOf, type Message, readBody } from '../request-body.ts';
import { BIN, SINT } from '../sample.ts';
import type { BodyView } from '../views.ts';

/** Nothing of the other direction's message is seen. */
function inDirection(message: Message, type: number, read: Read): FetchMaker {
  const other = message === 'request' ? 'response' : 'request';
  return (_args, { direction }) => ({ type, read: direction === other ? () => false : read, next: null });
}

function length(message: Message, of: (body: BodyView) => number): FetchMaker {
  return inDirection(message, SINT, (context, sample) => {
    const body = bodyOf(context, message);
    return body !== null && sample.setInteger(of(body));
  });
}

/** What is announced, or what there is. */
function size(body: BodyView): number {
  return body.announced >= 0 ? body.announced : bodyLength(body);
}

function family(prefix: string, message: Message): readonly (readonly [string, FetchMaker])[] {
  return [
    [`${prefix}.body`, inDirection(message, BIN, (context, sample) => readBody(context, sample, message))],
    [`${prefix}.body_len`, length(message, bodyLength)],
    [`${prefix}.body_size`, length(message, size)],
  ];
}

export const BODY_FETCHES: readonly (readonly [string, FetchMaker])[] = [
  ...family('req', 'request'),
  ...family('res', 'response'),
];
