/** NetScaler headers in front of a client's bytes: `accept-netscaler-cip`, `expect-netscaler-cip`. */
import { close, closed, type DifferentialCase, httpCase, send, text } from '../case.ts';

/** The headers of a client's packet, as a NetScaler repeats them: 192.0.2.7:1234 to 192.0.2.8:80. */
const PACKET = `E${'\0'.repeat(8)}\x06\0\0\xc0\0\x02\x07\xc0\0\x02\x08\x04\xd2\0P${'\0'.repeat(16)}`;
const PACKET_6 = `\x60${'\0'.repeat(5)}\x06\0${'\x20\x01\x0d\xb8'.repeat(4)}${'\x20\x01\x0d\xb9'.repeat(4)}\x04\xd2\0P${'\0'.repeat(16)}`;
const MAGIC = '\0\x01\x86\xa0';
const OLD_HEADER = `${MAGIC}\0\0\0\x28${PACKET}`;
const STANDARD_HEADER = `${MAGIC}\0\0\0\x34\0\x01\0\x28${PACKET}`;

function netscalerCase(
  name: string,
  sent: string,
  options: { readonly bind?: string; readonly frontend?: readonly string[] } = {},
): DifferentialCase {
  return httpCase({
    name: `tcp-payload-netscaler-${name}`,
    expect: '',
    raw: true,
    config: [
      'frontend {case}',
      '  mode tcp',
      '  option tcplog',
      `  bind {bind} ${options.bind ?? 'accept-netscaler-cip 100000'}`,
      ...(options.frontend ?? []).map((line) => `  ${line}`),
      '  default_backend {case}-be',
      'backend {case}-be',
      '  mode tcp',
      '  server s1 {origin} send-proxy',
      '',
    ].join('\n'),
    client: [send(sent), closed],
    origin: [text('hello'), send('world'), close],
  });
}

export const netscalerHeaders: readonly DifferentialCase[] = [
  netscalerCase('standard', `${STANDARD_HEADER}hello`),
  netscalerCase('old', `${OLD_HEADER}hello`),
  netscalerCase('ipv6', `${MAGIC}\0\0\0\x48\0\x01\0\x3c${PACKET_6}hello`),
  netscalerCase('wrong-number', `${STANDARD_HEADER.replace('\xa0', '\xa1')}hello`),
  netscalerCase('too-short', MAGIC),
  netscalerCase('cut', STANDARD_HEADER.slice(0, 30)),
  netscalerCase('no-tcp', `${STANDARD_HEADER.replace('\0\x06\0', '\0\x11\0')}hello`),
  netscalerCase('unknown-kind', `${MAGIC}\0\0\0\x34\x90\x01\0\x28${PACKET}hello`),
  netscalerCase('before-proxy-header', `${STANDARD_HEADER}PROXY TCP4 198.51.100.1 198.51.100.2 5 6\r\nhello`, {
    bind: 'accept-proxy accept-netscaler-cip 100000',
  }),
  netscalerCase('not-after-proxy-header', `PROXY TCP4 198.51.100.1 198.51.100.2 5 6\r\n${STANDARD_HEADER}hello`, {
    bind: 'accept-proxy accept-netscaler-cip 100000',
  }),
  netscalerCase('by-a-rule-without-number', `\0\0\0\0${STANDARD_HEADER.slice(4)}hello`, {
    bind: '',
    frontend: ['tcp-request connection expect-netscaler-cip layer4'],
  }),
];
