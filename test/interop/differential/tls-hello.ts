/** TLS messages as clients send them first, one character a byte: for rules that look into them without speaking TLS. */

function number(value: number, bytes: number): string {
  return Array.from({ length: bytes }, (_none, index) =>
    String.fromCharCode((value >>> (8 * (bytes - 1 - index))) & 255),
  ).join('');
}

/** The text behind its length. */
function counted(text: string, bytes: number): string {
  return number(text.length, bytes) + text;
}

function record(type: number, version: number, text: string): string {
  return number(type, 1) + number(version, 2) + counted(text, 2);
}

interface Hello {
  /** Of the handshake: 0x0301 is TLS 1.0. */
  readonly version?: number;
  readonly protocols?: readonly string[];
}

/** A ClientHello for `serverName`, or without a name. */
export function clientHello(serverName: string | undefined, { version = 0x0303, protocols = [] }: Hello = {}): string {
  const extension = (type: number, text: string): string => number(type, 2) + counted(text, 2);
  const name = serverName === undefined ? '' : extension(0, counted(`\0${counted(serverName, 2)}`, 2));
  const alpn =
    protocols.length === 0 ? '' : extension(16, counted(protocols.map((one) => counted(one, 1)).join(''), 2));
  const body = [
    number(version, 2),
    'r'.repeat(32),
    counted('', 1),
    counted(number(0x1301, 2) + number(0xc02f, 2), 2),
    counted('\0', 1),
    counted(alpn + name, 2),
  ].join('');
  return record(22, 0x0301, number(1, 1) + counted(body, 3));
}

/** The answer of a server, as far as its first message. */
export function serverHello(): string {
  const body = [number(0x0303, 2), 's'.repeat(32), counted('', 1), number(0xc02f, 2), '\0', counted('', 2)].join('');
  return record(22, 0x0303, number(2, 1) + counted(body, 3));
}

/** "close notify". */
export function alert(): string {
  return record(21, 0x0303, '\x01\0');
}
