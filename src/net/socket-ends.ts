/** How the life of a stream socket begins and ends: whether a connect succeeded, and what must be done before a close. */
import { EPOLLERR, EPOLLHUP, EPOLLIN } from '../sys/epoll.ts';
import { EPIPE } from '../sys/errno.ts';
import { allocate } from '../sys/memory.ts';
import { getOption, recv, SO_ERROR, SOL_SOCKET } from '../sys/socket.ts';

/** What became of a connect attempt that events of its socket have ended: 0, or the errno. */
export function connectOutcome(fd: number, events: number): number {
  const error = (events & (EPOLLERR | EPOLLHUP)) !== 0 ? getOption(fd, SOL_SOCKET, SO_ERROR) : 0;
  if (error !== 0) return Math.abs(error);
  return (events & EPOLLHUP) !== 0 && (events & EPOLLIN) === 0 && (events & EPOLLERR) !== 0 ? EPIPE : 0;
}

/** Where discarded bytes go. */
const nowhere = allocate(16384);
/** Calls at most. */
const MOST_READS = 16;

/**
 * Reads away what the peer sent and nobody read: closing with that unread would make the kernel answer with a reset, which
 * can destroy what we sent last.
 */
export function discardUnread(fd: number): void {
  for (let i = 0; i < MOST_READS; i++) if (recv(fd, nowhere.address, nowhere.bytes.length, 0) <= 0) return;
}
