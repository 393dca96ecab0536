/** Which of a backend's servers works for a request (manual section 4.2, `use-server`, `option prefer-last-server`, `balance`). */
import { LBTOT, WREDIS, WRETR } from './counters.ts';
import type { Server } from './server.ts';
import { pickServer } from './server-rules.ts';
import type { Stream } from './stream.ts';

/** By the `use-server` rules, the connection there is, or the balancing; null: none is usable, or all are full. */
export function chooseServer(stream: Stream): Server | null {
  const backend = stream.backend;
  if (backend.serverRules !== null && stream.target === null) {
    const picked = pickServer(backend.serverRules, stream);
    if (picked !== null) return picked;
  }
  if (backend.model.options.preferLastServer && stream.ownServers !== null && backend.balanceKey === null) {
    const last = stream.ownServers.find(backend);
    if (last !== null) return last;
  }
  if (backend.direct !== null) return backend.direct;
  const failed = stream.redispatched ? stream.target : null;
  const hash = backend.balanceKey === null || backend.balancer.countUsable() === 1 ? 0 : backend.balanceKey(stream);
  const server = backend.balancer.choose(hash, failed) as Server | null;
  if (server !== null) {
    server.counters[LBTOT] = (server.counters[LBTOT] as number) + 1;
    backend.backendCounters[LBTOT] = (backend.backendCounters[LBTOT] as number) + 1;
  }
  return server;
}

/** Another attempt: on the same server a retry, on another a redispatch. */
export function countRetry(stream: Stream, previous: Server, server: Server): void {
  const index = previous === server ? WRETR : WREDIS;
  const be = stream.backend.backendCounters;
  previous.counters[index] = (previous.counters[index] as number) + 1;
  be[index] = (be[index] as number) + 1;
}
