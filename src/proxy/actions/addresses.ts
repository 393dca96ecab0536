/** `set-src`, `set-dst` and their ports: where the client is taken to come from, or to have connected to (manual 4.2). */
import type { HttpActionModel } from '../../config/model-rules.ts';
import { cast } from '../../sample/casts.ts';
import { compileExpression } from '../../sample/expression.ts';
import { ADDR, IPV4, Sample } from '../../sample/sample.ts';
import { AF_INET, AF_INET6 } from '../../sys/socket.ts';
import { SocketAddress } from '../../sys/socket-address.ts';
import type { Stream } from '../stream.ts';
import { type Action, type ActionOptions, NEXT } from './action.ts';
import { compileInteger } from './stream-actions.ts';

type Kind<K extends HttpActionModel['kind']> = HttpActionModel & { readonly kind: K };

const IPV4_LENGTH = 16;
const IPV6_LENGTH = 28;
const IPV6_AT = 8;

const sample = new Sample();

/** The address that the sample holds, with a port. */
function addressOf(sample: Sample, port: number): SocketAddress {
  const bytes = Buffer.alloc(sample.type === IPV4 ? IPV4_LENGTH : IPV6_LENGTH);
  bytes[0] = sample.type === IPV4 ? AF_INET : AF_INET6;
  bytes.writeUInt16BE(port, 2);
  if (sample.type === IPV4) bytes.writeUInt32BE(Number(sample.integer), 4);
  else sample.bytes.copy(bytes, IPV6_AT, sample.start, sample.start + 16);
  return SocketAddress.fromBytes(bytes, bytes.length);
}

function isInternet(address: SocketAddress): boolean {
  return address.family === AF_INET || address.family === AF_INET6;
}

export function compileAddress(model: Kind<'set-src' | 'set-dst'>, options: ActionOptions): Action {
  const { read } = compileExpression(model.expression, options.samples);
  const source = model.kind === 'set-src';
  return {
    run(stream) {
      const present = source ? stream.clientAddress : stream.clientDestination;
      if (present === null || !read(stream, sample) || !cast(sample, ADDR)) return NEXT;
      replace(stream, source, addressOf(sample, present.port));
      return NEXT;
    },
  };
}

export function compilePort(model: Kind<'set-src-port' | 'set-dst-port'>, options: ActionOptions): Action {
  const number = compileInteger(model.expression, options);
  const source = model.kind === 'set-src-port';
  return {
    run(stream) {
      const present = source ? stream.clientAddress : stream.clientDestination;
      if (present === null) return NEXT;
      const value = number(stream);
      if (value === null) return NEXT;
      const base = isInternet(present) ? present : SocketAddress.ipv4('0.0.0.0', 0);
      replace(stream, source, base.withPort(value & 0xffff));
      return NEXT;
    },
  };
}

function replace(stream: Stream, source: boolean, address: SocketAddress): void {
  if (source) stream.rules.source = address;
  else stream.rules.destination = address;
}
