/** `redirect` and `http-request redirect` (manual section 4.2): the Location they lead to and the response around it. */

import type { RedirectModel } from '../config/model.ts';
import { latin1Text } from '../http/latin1-text.ts';
import { pathEnd, pathStart } from '../http/uri.ts';
import type { CompileOptions } from '../sample/context.ts';
import { compileFormat } from '../sample/log-format.ts';
import type { Stream } from './stream.ts';
import { recordOf } from './stream-record.ts';

export interface CompiledRedirect {
  /** The whole response head, without Connection header and final blank line. */
  readonly head: (stream: Stream) => string;
  readonly code: number;
}

const REASONS: Readonly<Record<number, string>> = {
  301: 'Moved Permanently',
  302: 'Found',
  303: 'See Other',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
};

/** Path and query of the request; an absolute target loses its scheme and authority. */
function pathAndQuery(stream: Stream, dropQuery: boolean): string {
  const head = stream.requestHead;
  if (head === null) return '/';
  const bytes = head.lineBytes;
  const start = pathStart(bytes, head.uriStart, head.uriEnd);
  if (start < 0) return '/';
  return latin1Text(bytes, start, dropQuery ? pathEnd(bytes, start, head.uriEnd) : head.uriEnd);
}

function withSlash(location: string, appendSlash: boolean): string {
  return appendSlash && !location.endsWith('/') ? `${location}/` : location;
}

export function compileRedirect(model: RedirectModel, options: CompileOptions): CompiledRedirect {
  const to = compileFormat(model.to, options);
  const cookie =
    model.setCookie !== undefined
      ? `set-cookie: ${model.setCookie}; path=/;\r\n`
      : model.clearCookie !== undefined
        ? `set-cookie: ${model.clearCookie}; path=/; Max-Age=0;\r\n`
        : '';
  const location = (stream: Stream): string => {
    const target = to.write(recordOf(stream));
    switch (model.kind) {
      case 'location':
        return target;
      case 'prefix': {
        // `prefix /` leaves the path as it is: no double slash.
        const path = pathAndQuery(stream, model.dropQuery);
        return withSlash(target === '/' ? path : target + path, model.appendSlash);
      }
      case 'scheme': {
        const host = stream.requestHead?.header('host') ?? '';
        return withSlash(`${target}://${host}${pathAndQuery(stream, model.dropQuery)}`, model.appendSlash);
      }
    }
  };
  return {
    code: model.code,
    head: (stream) => {
      const noCache = model.code === 302 || model.code === 303 || model.code === 307;
      const value = location(stream).replace(/[\r\n\0]/g, '');
      return (
        `HTTP/1.1 ${model.code} ${REASONS[model.code]}\r\ncontent-length: 0\r\nlocation: ${value}\r\n` +
        `${noCache ? 'cache-control: no-cache\r\n' : ''}${cookie}`
      );
    },
  };
}
