/** The actions of `tcp-request` and `tcp-response` rules, compiled. What HTTP rules can do too is theirs (`actions/`). */
import type { HttpActionModel, TcpActionModel } from '../config/model.ts';
import type { Http1Head } from '../http/h1-head.ts';
import type { CompileOptions } from '../sample/context.ts';
import { compileAction } from './actions/action-table.ts';
import type { Stream } from './stream.ts';
import { ACCEPT, CLOSE, DROP, NEXT, REJECT, UPGRADE } from './tcp-rules-verdicts.ts';

export type TcpRun = (stream: Stream, final: boolean) => number;

function expectProxy(stream: Stream): number {
  stream.expectsProxy = true;
  return NEXT;
}

/** Actions on the stream, which look at no message. */
function compileShared(
  model: Extract<HttpActionModel, TcpActionModel>,
  options: CompileOptions,
  proxyName: string,
): TcpRun {
  const { run } = compileAction(model, { samples: options, proxyName, next: '' });
  return (stream) => {
    run(stream, stream.requestHead as Http1Head);
    return NEXT;
  };
}

export function compileTcpAction(model: TcpActionModel, options: CompileOptions, proxyName: string): TcpRun {
  switch (model.kind) {
    case 'accept':
      return () => ACCEPT;
    case 'reject':
      return () => REJECT;
    case 'silent-drop':
      return () => DROP;
    case 'close':
      return () => CLOSE;
    case 'switch-mode':
      return (stream) => (stream.isHttp ? ACCEPT : UPGRADE);
    case 'expect-proxy':
      return expectProxy;
    default:
      return compileShared(model as Extract<HttpActionModel, TcpActionModel>, options, proxyName);
  }
}
