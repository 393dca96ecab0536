/** Lines that many templates write, with their explanations. */

import { isIPv6 } from 'node:net';
import { line, type TemplateLine } from './page.ts';

export function frontendLine(name: string, what: string): TemplateLine {
  return line(`frontend ${name}`, `Here begins ${what}. A frontend listens for clients and chooses a backend.`, '4');
}

export function backendLine(name: string, what: string): TemplateLine {
  return line(
    `backend ${name}`,
    `Here begin ${what}. A backend is a group of servers, and how to choose among them.`,
    '4',
  );
}

export const HTTP_MODE = line(
  'mode http',
  'Requests are understood one by one, so that rules may look at them, and each may go to another server.',
  '4.2 mode',
);

export const TCP_MODE = line(
  'mode tcp',
  'Bytes are passed on without being understood: a connection as a whole goes to one server.',
  '4.2 mode',
);

/** IPv6 stands in brackets, so that its last part is not taken for a port. */
export function endpoint(address: string, port: number): string {
  return isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`;
}

export function bindLine(address: string, port: number): TemplateLine {
  const where = address === '*' ? 'on all addresses of this unit' : `on the address ${address} only`;
  return line(`bind ${endpoint(address, port)}`, `Clients are awaited on port ${port}, ${where}.`, '4.2 bind');
}

export const REQUEST_TIMEOUT = line(
  'timeout http-request 10s',
  'A client has ten seconds to send the head of its request: who dribbles it to keep a place busy is sent away.',
  '4.2 timeout http-request',
);

export const FORWARDED_FOR = line(
  'option forwardfor',
  'Adds the header X-Forwarded-For with the address of the client, for servers see only the address of this unit.',
  '4.2 option forwardfor',
);

interface Entrance {
  readonly address: string;
  readonly port: number;
}

/** What every frontend of HTTP begins with. */
export function httpEntranceLines({ address, port }: Entrance): readonly TemplateLine[] {
  return [HTTP_MODE, bindLine(address, port), REQUEST_TIMEOUT, FORWARDED_FOR];
}

/** The same of TCP; `silence`: the longest, in seconds. */
export function tcpEntranceLines(
  { address, port, silence }: Entrance & { readonly silence: number },
  who = 'A client',
): readonly TemplateLine[] {
  return [
    TCP_MODE,
    bindLine(address, port),
    line(`timeout client ${silence}s`, `${who} may be silent for ${silence} seconds.`, '4.2 timeout client'),
  ];
}

export function defaultBackendLine(name: string, what = 'Every request'): TemplateLine {
  return line(`default_backend ${name}`, `${what} goes to the servers of "${name}".`, '4.2 default_backend');
}

export const ROUND_ROBIN = line(
  'balance roundrobin',
  'Each server in its turn. A server with twice the weight gets twice as many.',
  '4.2 balance',
);

/** An HTTP check: a request, and which answers are good. */
export function httpCheckLines(path: string, host: string): readonly TemplateLine[] {
  return [
    line('option httpchk', 'Servers are asked over HTTP whether they are well.', '4.2 option httpchk'),
    line(
      `http-check send meth GET uri ${path} ver HTTP/1.1 hdr Host ${host}`,
      `The question: GET ${path} of the site ${host}.`,
      '4.2 http-check send',
    ),
    line(
      'http-check expect status 200-399',
      'Success or a redirection is a good answer; anything else, or none, is a bad one.',
      '4.2 http-check expect',
    ),
  ];
}

export const CHECKED =
  'check: it is asked every two seconds; after three bad answers it gets nothing more, after two good ones again.';

export function serverLine(name: string, address: string, options: string, more = ''): TemplateLine {
  const text = `server ${name} ${address}${options === '' ? '' : ` ${options}`}`;
  const reasons = [`The server "${name}" at ${address}.`, options.startsWith('check') ? ` ${CHECKED}` : '', more];
  return line(
    text,
    reasons
      .filter((reason) => reason !== '')
      .join('')
      .trim(),
    '5.2',
  );
}
