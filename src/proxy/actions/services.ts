/** `use-service` (manual 4.2): a service of ours answers in place of a server. */
import type { HttpActionModel } from '../../config/model-rules.ts';
import { METHOD_HEAD } from '../../http/methods.ts';
import { makeReply, type Reply } from '../reply.ts';
import type { Stream } from '../stream.ts';
import { type Action, ANSWER } from './action.ts';

export function compileService(model: HttpActionModel & { readonly kind: 'use-service' }): Action {
  return { run: () => ANSWER, status: 200, reply: (stream) => answerOf(stream, model.service) };
}

function answerOf(stream: Stream, name: string): Reply | null {
  const target = stream.requestHead?.uriString() ?? '';
  const mark = target.indexOf('?');
  const answer = stream.runtime.services.get(name)?.(mark < 0 ? '' : target.slice(mark + 1)) ?? { status: 503 };
  if (answer.status !== 200) {
    return stream.backend.errorResponses.find(answer.status, stream.frontend.errorResponses, stream);
  }
  const body = answer.body ?? Buffer.alloc(0);
  const type = answer.contentType ?? 'text/plain';
  const head = `HTTP/1.1 200 OK\r\nCache-Control: no-cache\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n`;
  return makeReply(head, stream.method === METHOD_HEAD ? Buffer.alloc(0) : body);
}
