/** Fetches about the connections to client and server (manual 7.3.3), and that they are not encrypted (7.3.4). */
import { isLocalAddress } from '../../sys/local-addresses.ts';
import { localAddress, peerAddress } from '../../sys/socket.ts';
import type { SocketAddress } from '../../sys/socket-address.ts';
import { AF_INET, AF_INET6 } from '../../sys/socket-constants.ts';
import { readTcpInfo } from '../../sys/tcp-info.ts';
import type { SampleContext } from '../context.ts';
import { type FetchMaker, type Read, simple } from '../fetch.ts';
import { ADDR, BOOL, type Sample, SINT, STR } from '../sample.ts';
import type { ConnectionView } from '../views.ts';

/** Where the address begins in sockaddr_in and sockaddr_in6. */
const IPV4_AT = 4;
const IPV6_AT = 8;

type Pick = (context: SampleContext) => SocketAddress | null;

/** The IP address of a socket address; there is none for unix sockets. */
export function setAddress(sample: Sample, address: SocketAddress | null): boolean {
  if (address === null) return false;
  if (address.family === AF_INET) return sample.setIpv4(address.bytes.readUInt32BE(IPV4_AT));
  return address.family === AF_INET6 && sample.setIpv6(address.bytes, IPV6_AT);
}

function address(pick: Pick): FetchMaker {
  return simple(ADDR, (context, sample) => setAddress(sample, pick(context)));
}

function isInternet(address: SocketAddress): boolean {
  return address.family === AF_INET || address.family === AF_INET6;
}

/** There is no port 0. */
function port(pick: Pick): FetchMaker {
  return simple(SINT, (context, sample) => {
    const found = pick(context);
    return found !== null && isInternet(found) && found.port !== 0 && sample.setInteger(found.port);
  });
}

function isLocal(pick: Pick): FetchMaker {
  return simple(BOOL, (context, sample) => {
    const found = pick(context);
    const local = found === null ? undefined : isLocalAddress(found);
    return local !== undefined && sample.setBoolean(local);
  });
}

const source: Pick = ({ clientAddress }) => clientAddress;
const destination: Pick = ({ stream }) => stream?.clientDestination ?? null;
/** What the PROXY protocol says is the session's business: these ask the socket itself. */
function ofSocket(own: (client: ConnectionView) => SocketAddress | null, ask: typeof peerAddress): Pick {
  return ({ stream }) => {
    if (stream === null) return null;
    return stream.proxyHeader === null ? own(stream.client) : ask(stream.client.fd);
  };
}

const connectionSource = ofSocket(({ peer }) => peer, peerAddress);
const connectionDestination = ofSocket((client) => client.local(), localAddress);
const serverSource: Pick = ({ stream }) => stream?.server?.local() ?? null;
const serverDestination: Pick = ({ stream }) => stream?.server?.peer ?? null;

type Side = (context: SampleContext) => ConnectionView | null;
const client: Side = ({ stream }) => stream?.client ?? null;
const server: Side = ({ stream }) => stream?.server ?? null;

/** A figure of the kernel about the client's connection. */
function kernelFigure(index: Parameters<typeof readTcpInfo>[1], isTime: boolean): FetchMaker {
  return ([unit = 'ms']) => {
    const read: Read = (context, sample) => {
      const connection = client(context);
      const value = connection === null || connection.fd < 0 ? -1 : readTcpInfo(connection.fd, index);
      if (value < 0) return false;
      return sample.setInteger(isTime && unit === 'ms' ? Math.floor((value + 500) / 1000) : value);
    };
    return { type: SINT, read, next: null };
  };
}

/** Rules run only while their connection is whole. */
function fault(side: Side): FetchMaker {
  return simple(SINT, (context, sample) => side(context) !== null && sample.setInteger(0));
}

function faultText(side: Side): FetchMaker {
  return simple(STR, (context, sample) => side(context) !== null && sample.setText('Success'));
}

function httpMajor(side: Side): FetchMaker {
  return simple(
    SINT,
    (context, sample) => context.stream?.isHttp === true && side(context) !== null && sample.setInteger(1),
  );
}

function fromHeader(what: 'authority' | 'uniqueId'): FetchMaker {
  return simple(STR, ({ stream }, sample) => {
    const value = stream?.proxyHeader?.[what] ?? null;
    return value !== null && sample.setBytes(STR, value, 0, value.length);
  });
}

/** There is no TLS: questions about it are answered with no, and some of them not at all, as in HAProxy. */
const clear: FetchMaker = simple(BOOL, (_context, sample) => sample.setBoolean(false));
const unanswered: FetchMaker = simple(BOOL, () => false);

export const CONNECTION_FETCHES: readonly (readonly [string, FetchMaker])[] = [
  ['src', address(source)],
  ['src_port', port(source)],
  ['src_is_local', isLocal(source)],
  ['dst', address(destination)],
  ['dst_port', port(destination)],
  ['dst_is_local', isLocal(destination)],
  ['fc_src', address(connectionSource)],
  ['fc_src_port', port(connectionSource)],
  ['fc_src_is_local', isLocal(connectionSource)],
  ['fc_dst', address(connectionDestination)],
  ['fc_dst_port', port(connectionDestination)],
  ['fc_dst_is_local', isLocal(connectionDestination)],
  ['bc_src', address(serverSource)],
  ['bc_src_port', port(serverSource)],
  ['bc_dst', address(serverDestination)],
  ['bc_dst_port', port(serverDestination)],
  ['fc_err', fault(client)],
  ['fc_err_str', faultText(client)],
  ['bc_err', fault(server)],
  ['bc_err_str', faultText(server)],
  ['fc_http_major', httpMajor(client)],
  ['bc_http_major', httpMajor(server)],
  [
    'fc_rcvd_proxy',
    simple(BOOL, ({ stream }, sample) => stream !== null && sample.setBoolean(stream.proxyHeader?.received ?? false)),
  ],
  ['fc_pp_authority', fromHeader('authority')],
  ['fc_pp_unique_id', fromHeader('uniqueId')],
  ['fc_rtt', kernelFigure('rtt', true)],
  ['fc_rttvar', kernelFigure('rttvar', true)],
  ['fc_unacked', kernelFigure('unacked', false)],
  ['fc_sacked', kernelFigure('sacked', false)],
  ['fc_lost', kernelFigure('lost', false)],
  ['fc_retrans', kernelFigure('retrans', false)],
  ['fc_fackets', kernelFigure('fackets', false)],
  ['fc_reordering', kernelFigure('reordering', false)],
  ['ssl_fc', clear],
  ['ssl_fc_has_sni', clear],
  ['ssl_fc_is_resumed', clear],
  ['ssl_bc', clear],
  ['ssl_bc_is_resumed', clear],
  ['ssl_fc_has_crt', unanswered],
  ['ssl_fc_has_early', unanswered],
  ['ssl_c_used', unanswered],
];
