/** Fetches about the proxies, the listener and the server of the stream itself, and what was noted of it (manual 7.3). */
import { pathStart } from '../../http/uri.ts';
import { type FetchMaker, type Read, simple } from '../fetch.ts';
import type { KeptText } from '../kept-text.ts';
import { BOOL, type Sample, SINT, STR } from '../sample.ts';
import type { StreamView } from '../views.ts';

/** A whole number about the stream; undefined: there is none. */
function integer(of: (stream: StreamView) => number | undefined): FetchMaker {
  return simple(SINT, (context, sample) => {
    const value = context.stream === null ? undefined : of(context.stream);
    return value !== undefined && sample.setInteger(value);
  });
}

function text(of: (stream: StreamView) => string | null | undefined): FetchMaker {
  return simple(STR, (context, sample) => {
    const value = context.stream === null ? undefined : of(context.stream);
    return value !== undefined && value !== null && sample.setText(value);
  });
}

function backendOf(stream: StreamView): StreamView['backend'] | undefined {
  return stream.requestSeen ? stream.backend : undefined;
}

function isStopping(): FetchMaker {
  return (_args, { environment }) => ({
    type: BOOL,
    read: (_context, sample) => sample.setBoolean(environment.surroundings?.stopping ?? false),
    next: null,
  });
}

function captured(of: (stream: StreamView) => readonly (KeptText | null)[] | null): FetchMaker {
  return ([number = '0']) => {
    const slot = Number(number);
    const read: Read = ({ stream }, sample) => {
      const kept = stream === null ? null : (of(stream)?.[slot] ?? null);
      return kept !== null && sample.setViewedBytes(STR, kept, 0, kept.length);
    };
    return { type: STR, read, next: null };
  };
}

/** The n-th word of the request line. */
function lineWord(stream: StreamView, index: number): string | undefined {
  return stream.requestLine?.text().split(' ')[index];
}

function capturedUri(stream: StreamView): string | undefined {
  const target = lineWord(stream, 1);
  if (target === undefined) return undefined;
  const bytes = Buffer.from(target, 'latin1');
  const start = pathStart(bytes, 0, bytes.length);
  return start < 0 ? undefined : target.slice(start);
}

function version(minor: number): string {
  return minor === 0 ? 'HTTP/1.0' : 'HTTP/1.1';
}

/** The request line is kept for these even where nothing is logged. */
function fromLine(of: (stream: StreamView) => string | undefined): FetchMaker {
  const maker = text(of);
  return (args, options) => {
    options.environment.needsRequestLine = true;
    return maker(args, options);
  };
}

function firstRequest(stream: StreamView, sample: Sample): boolean {
  return sample.setBoolean(stream.requestsDone === 0);
}

/** A timeout holds when a rule has set it, or once there is a server; 0: none. */
function current(stream: StreamView, set: number, configured: number | undefined): number {
  if (set >= 0) return set;
  return stream.server === null ? 0 : (configured ?? 0);
}

export const SESSION_FETCHES: readonly (readonly [string, FetchMaker])[] = [
  ['be_id', integer((stream) => backendOf(stream)?.id)],
  ['be_name', text((stream) => backendOf(stream)?.name)],
  ['be_server_timeout', integer(({ backend }) => backend.model.timeouts.server ?? 0)],
  ['be_tunnel_timeout', integer(({ backend }) => backend.model.timeouts.tunnel ?? 0)],
  [
    'cur_server_timeout',
    integer((stream) => current(stream, stream.rules.serverTimeoutMs, stream.backend.model.timeouts.server)),
  ],
  [
    'cur_tunnel_timeout',
    integer((stream) => current(stream, stream.rules.tunnelTimeoutMs, stream.backend.model.timeouts.tunnel)),
  ],
  ['dst_conn', integer(({ listener }) => listener.connections)],
  ['fe_client_timeout', integer(({ frontend }) => frontend.model.timeouts.client ?? 0)],
  ['fe_defbe', text(({ frontend }) => frontend.defaultBackend?.name)],
  ['fe_id', integer(({ frontend }) => frontend.id)],
  ['fe_name', text(({ frontend }) => frontend.name)],
  ['so_id', integer(({ listener }) => listener.id)],
  ['so_name', text(({ listener }) => listener.model.name)],
  ['srv_id', integer(({ target }) => target?.id)],
  ['srv_name', text(({ target }) => target?.name)],
  ['prio_class', integer(({ rules }) => rules.priorityClass)],
  ['prio_offset', integer(({ rules }) => rules.priorityOffset)],
  ['last_rule_file', text(({ rules }) => rules.lastRule?.file)],
  ['last_rule_line', integer(({ rules }) => rules.lastRule?.line)],
  ['stopping', isStopping()],
  ['unique-id', text(({ uniqueId }) => uniqueId)],
  ['http_first_req', simple(BOOL, ({ stream }, sample) => stream?.isHttp === true && firstRequest(stream, sample))],
  ['capture.req.hdr', captured(({ requestCaptures }) => requestCaptures)],
  ['capture.res.hdr', captured(({ responseCaptures }) => responseCaptures)],
  ['capture.req.method', fromLine((stream) => lineWord(stream, 0))],
  ['capture.req.uri', fromLine(capturedUri)],
  ['capture.req.ver', text(({ isHttp, requestMinor }) => (isHttp ? version(requestMinor) : undefined))],
  [
    'capture.res.ver',
    simple(STR, ({ response }, sample) => response !== null && sample.setText(version(response.version11 ? 1 : 0))),
  ],
];
