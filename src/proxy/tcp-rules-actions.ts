/** The actions of `tcp-request` and `tcp-response` rules, compiled. What HTTP rules can do too is theirs (`actions/`). */
import type { HttpActionModel, TcpActionModel } from '../config/model-rules.ts';
import type { Http1Head } from '../http/h1-head.ts';
import { cast } from '../sample/casts.ts';
import type { CompileOptions } from '../sample/context.ts';
import { compileExpression } from '../sample/expression.ts';
import { keepText } from '../sample/kept-text.ts';
import { Sample, STR } from '../sample/sample.ts';
import { compileAction } from './actions/action-table.ts';
import type { Stream } from './stream.ts';
import { ACCEPT, CLOSE, DROP, NEXT, REJECT, UPGRADE, WAIT } from './tcp-rules-verdicts.ts';

export type TcpRun = (stream: Stream, final: boolean) => number;

function expectProxy(stream: Stream): number {
  stream.expectsProxy = true;
  return NEXT;
}

function expectNetscaler(stream: Stream): number {
  stream.expectsNetscaler = true;
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

const sample = new Sample();

/** Unlike in HTTP rules, it waits for a value that may still change. */
function compileCapture(model: Extract<TcpActionModel, { readonly kind: 'capture' }>, options: CompileOptions): TcpRun {
  const { expression, slot } = model;
  const { read } = compileExpression(expression, options);
  return (stream, final) => {
    const place = stream.frontend.model.requestCaptures[slot];
    const slots = stream.requestCaptures;
    if (place === undefined || slots === null) return NEXT;
    sample.mayChange = false;
    const found = read(stream, sample);
    if (sample.mayChange && !final) return WAIT;
    if (found && cast(sample, STR)) {
      slots[slot] = keepText(
        sample.bytes,
        sample.view,
        sample.start,
        Math.min(sample.end, sample.start + place.length),
      );
    }
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
    case 'expect-netscaler-cip':
      return expectNetscaler;
    case 'capture':
      return compileCapture(model, options);
    default:
      return compileShared(model as Extract<HttpActionModel, TcpActionModel>, options, proxyName);
  }
}
