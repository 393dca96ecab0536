/** `redirect` and `http-request redirect` (manual section 4.2): the Location they lead to and the response around it. */

import type { RedirectModel } from '../config/model-rules.ts';
import type { CompileOptions } from '../sample/context.ts';
import { compileFormat } from '../sample/log-format.ts';
import { pathAndQuery } from './actions/request-line.ts';
import { makeReply, type Reply } from './reply.ts';
import type { Stream } from './stream.ts';
import { recordOf } from './stream-record.ts';
import { REQUEST_DONE } from './stream-states.ts';

export interface CompiledRedirect {
  /** False: the location is empty and the rule is to be skipped then (`ignore-empty`). */
  readonly applies: (stream: Stream) => boolean;
  readonly reply: (stream: Stream) => Reply;
  readonly code: number;
}

const REASONS: Readonly<Record<number, string>> = {
  301: 'Moved Permanently',
  302: 'Found',
  303: 'See Other',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
};

function requestPath(stream: Stream, dropQuery: boolean): string {
  const head = stream.requestHead;
  return head === null ? '/' : pathAndQuery(head, dropQuery);
}

function withSlash(location: string, appendSlash: boolean): string {
  return appendSlash && !location.endsWith('/') ? `${location}/` : location;
}

/** The rest of a request body is on its way: nobody will read it, so the connection ends with the answer. */
function cutsRequest(stream: Stream): boolean {
  const head = stream.requestHead;
  if (head === null) return stream.requestState !== REQUEST_DONE;
  return head.contentLength > 0 || head.chunked;
}

export function compileRedirect(model: RedirectModel, options: CompileOptions): CompiledRedirect {
  const to = compileFormat(model.to, options);
  const noCache = model.code === 302 || model.code === 303 || model.code === 307;
  const cookie =
    model.setCookie !== undefined
      ? `set-cookie: ${model.setCookie}; path=/;\r\n`
      : model.clearCookie !== undefined
        ? `set-cookie: ${model.clearCookie}; path=/; Max-Age=0;\r\n`
        : '';
  const after = `${noCache ? 'cache-control: no-cache\r\n' : ''}${cookie}`;
  const location = (stream: Stream): string => {
    const target = to.write(recordOf(stream));
    switch (model.kind) {
      case 'location':
        return target;
      case 'prefix':
        return withSlash(target + requestPath(stream, model.dropQuery), model.appendSlash);
      case 'scheme': {
        const host = stream.requestHead?.header('host') ?? '';
        return withSlash(`${target}://${host}${requestPath(stream, model.dropQuery)}`, model.appendSlash);
      }
    }
  };
  const skipsEmpty = model.ignoreEmpty && model.kind === 'location';
  return {
    code: model.code,
    applies: (stream) => !skipsEmpty || to.write(recordOf(stream)) !== '',
    reply: (stream) => {
      const value = location(stream).replace(/[\r\n\0]/g, '');
      return makeReply(
        `HTTP/1.1 ${model.code} ${REASONS[model.code]}\r\n${cutsRequest(stream) ? 'connection: close\r\n' : ''}` +
          `content-length: 0\r\nlocation: ${value}\r\n${after}`,
      );
    },
  };
}
