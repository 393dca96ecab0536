/** Actions on what surrounds a message: log level, timeouts, queue priority, marks on the client's packets (manual 4.2). */
import type { ExpressionModel, HttpActionModel } from '../../config/model-rules.ts';
import { cast } from '../../sample/casts.ts';
import { compileExpression } from '../../sample/expression.ts';
import { Sample, SINT } from '../../sample/sample.ts';
import {
  AF_INET,
  AF_INET6,
  IP_TOS,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6_TCLASS,
  SO_MARK,
  SOL_SOCKET,
  setOption,
} from '../../sys/socket.ts';
import type { Stream } from '../stream.ts';
import { type Action, type ActionOptions, NEXT } from './action.ts';

type Kind<K extends HttpActionModel['kind']> = HttpActionModel & { readonly kind: K };

const sample = new Sample();

/** An expression as a whole number; null when it gives none. */
export function compileInteger(model: ExpressionModel, options: ActionOptions): (stream: Stream) => number | null {
  const { read } = compileExpression(model, options.samples);
  return (stream) => (read(stream, sample) && cast(sample, SINT) ? Number(sample.integer) : null);
}

/** Stays what it was. */
const nothing: Action = { run: () => NEXT };

/** Actions that change nothing here; their help in the registry says why. */
export function compileNothing(_model: Kind<'disable-l7-retry' | 'wait-for-handshake'>): Action {
  return nothing;
}

export function compileLogLevel(model: Kind<'set-log-level'>): Action {
  return {
    run(stream) {
      stream.rules.logLevel = model.level;
      return NEXT;
    },
  };
}

export function compileStrictMode(model: Kind<'strict-mode'>): Action {
  return {
    run(stream) {
      stream.rules.softRewrites = !model.on;
      return NEXT;
    },
  };
}

export function compileTimeout(model: Kind<'set-timeout'>, options: ActionOptions): Action {
  const { timeout, value } = model;
  const milliseconds = typeof value === 'number' ? () => value : compileInteger(value, options);
  return {
    run(stream) {
      const time = milliseconds(stream);
      if (time === null) return NEXT;
      if (timeout === 'server') stream.rules.serverTimeoutMs = time;
      else stream.rules.tunnelTimeoutMs = time;
      return NEXT;
    },
  };
}

const CLASS_LIMIT = 2047;
const OFFSET_LIMIT = 524287;

export function compilePriority(
  model: Kind<'set-priority-class' | 'set-priority-offset'>,
  options: ActionOptions,
): Action {
  const number = compileInteger(model.expression, options);
  const byClass = model.kind === 'set-priority-class';
  const limit = byClass ? CLASS_LIMIT : OFFSET_LIMIT;
  return {
    run(stream) {
      const value = number(stream);
      if (value === null) return NEXT;
      const limited = Math.min(limit, Math.max(-limit, value));
      if (byClass) stream.rules.priorityClass = limited;
      else stream.rules.priorityOffset = limited;
      return NEXT;
    },
  };
}

export function compileMark(model: Kind<'set-mark' | 'set-tos'>): Action {
  const { kind, value } = model;
  return {
    run(stream) {
      const { fd, peer } = stream.client;
      if (kind === 'set-mark') setOption(fd, SOL_SOCKET, SO_MARK, value);
      else if (peer?.family === AF_INET6 && !peer.isMappedIpv4) setOption(fd, IPPROTO_IPV6, IPV6_TCLASS, value);
      else if (peer?.family === AF_INET || peer?.family === AF_INET6) setOption(fd, IPPROTO_IP, IP_TOS, value);
      return NEXT;
    },
  };
}
