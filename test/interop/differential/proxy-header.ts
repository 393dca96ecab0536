/** The PROXY protocol header that an origin may get before anything else (v1 text, v2 binary), for transcripts. */

const PROXY_V2 = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');

/** A leading PROXY protocol header as a line of text, and the bytes after it. */
export function takeProxyHeader(bytes: Buffer): [string | null, Buffer] {
  if (bytes.subarray(0, 6).toString('latin1') === 'PROXY ') {
    const end = bytes.indexOf('\r\n') + 2;
    if (end < 2) return [null, bytes];
    const words = bytes.toString('latin1', 0, end - 2).split(' ');
    if (words.length === 6) {
      words[4] = words[2] === '127.0.0.1' ? 'PORT' : (words[4] ?? '');
      words[5] = words[3] === '127.0.0.1' ? 'PORT' : (words[5] ?? '');
    }
    return [`proxy-v1 ${words.join(' ')}`, bytes.subarray(end)];
  }
  if (bytes.length < 16 || !bytes.subarray(0, 12).equals(PROXY_V2)) return [null, bytes];
  const end = 16 + bytes.readUInt16BE(14);
  const body = Buffer.from(bytes.subarray(16, end));
  // For IPv4 over loopback the two ports are this run's own.
  if (bytes[13] === 0x11 && body[0] === 127) body.fill(0, 8, 10);
  if (bytes[13] === 0x11 && body[4] === 127) body.fill(0, 10, 12);
  return [`proxy-v2 ${bytes.toString('hex', 12, 14)} ${body.toString('hex')}`, bytes.subarray(end)];
}
