/** TCP keep-alive packets: `option clitcpka`, `option srvtcpka`, and how they are sent. */
import type { KeepAliveModel } from '../config/model.ts';
import {
  IPPROTO_TCP,
  SO_KEEPALIVE,
  SOL_SOCKET,
  setOption,
  TCP_KEEPCNT,
  TCP_KEEPIDLE,
  TCP_KEEPINTVL,
} from '../sys/socket.ts';

/** Has the kernel ask a silent peer now and then whether it is still there. What is 0 is left to the system. */
export function keepAlive(fd: number, { count, idleSeconds, intervalSeconds }: KeepAliveModel): void {
  setOption(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
  if (count > 0) setOption(fd, IPPROTO_TCP, TCP_KEEPCNT, count);
  if (idleSeconds > 0) setOption(fd, IPPROTO_TCP, TCP_KEEPIDLE, idleSeconds);
  if (intervalSeconds > 0) setOption(fd, IPPROTO_TCP, TCP_KEEPINTVL, intervalSeconds);
}
