/** sd_notify(3) without its library: tells systemd (`Type=notify`) how the service stands. Nothing happens elsewhere. */

import { addressOf } from '../sys/memory.ts';
import { AF_UNIX, close, MSG_DONTWAIT, MSG_NOSIGNAL, SOCK_CLOEXEC, SOCK_DGRAM, sendto, socket } from '../sys/socket.ts';
import { SocketAddress } from '../sys/socket-address.ts';

/** `READY=1`, `RELOADING=1`, `STOPPING=1`; false when nobody wants to know. */
export function notifyService(text: string): boolean {
  const path = process.env['NOTIFY_SOCKET'];
  if (path === undefined || path === '') return false;
  const to = path.startsWith('@') ? SocketAddress.abstract(path.slice(1)) : SocketAddress.unix(path);
  const fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  const bytes = Buffer.from(text, 'utf8');
  const sent = sendto(fd, addressOf(bytes), bytes.length, MSG_DONTWAIT | MSG_NOSIGNAL, to);
  close(fd);
  return sent >= 0;
}
