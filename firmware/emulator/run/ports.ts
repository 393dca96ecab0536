/** What a network port of an emulated unit is plugged into, as QEMU's words. */
import { createServer } from 'node:net';

/** A TCP port of this machine that leads to a port of the unit. */
export interface Forward {
  /** On 127.0.0.1. */
  readonly here: number;
  readonly there: number;
  /** The unit's address; without it the first that the network's DHCP gives out. */
  readonly address?: string;
}

/**
 * `user`: a network of QEMU's own, `10.0.<number>.0/24`, needs no rights: DHCP, NAT, this machine is `10.0.<number>.2`.
 * `tap`: an interface of this namespace, made for it if it is not there; needs root.
 * `segment`: a cable to a `Segment`, by the path of its socket.
 */
export type PortPlan =
  | { readonly kind: 'user'; readonly number: number; readonly forwards: readonly Forward[] }
  | { readonly kind: 'tap'; readonly device: string }
  | { readonly kind: 'segment'; readonly socket: string };

/** A user network as `-netdev` describes it. */
export function userNetwork(id: string, number: number, forwards: readonly Forward[]): string {
  return [
    `user,id=${id},net=10.0.${number}.0/24,ipv6-net=fd00:${number}::/64,hostname=mahalo`,
    ...forwards.map(({ here, there, address = '' }) => `hostfwd=tcp:127.0.0.1:${here}-${address}:${there}`),
  ].join(',');
}

export function portWords(plan: PortPlan, id: string): string {
  switch (plan.kind) {
    case 'user':
      return userNetwork(id, plan.number, plan.forwards);
    case 'tap':
      return `tap,id=${id},ifname=${plan.device},script=no,downscript=no`;
    case 'segment':
      return `stream,id=${id},server=off,addr.type=unix,addr.path=${plan.socket}`;
  }
}

/** TCP ports of 127.0.0.1 that nobody uses now: `preferred` ones where they are free. */
export async function freePorts(preferred: readonly number[]): Promise<number[]> {
  const servers = [];
  for (const port of preferred) {
    const server = createServer();
    const listen = (candidate: number): Promise<boolean> =>
      new Promise((resolve) => {
        server.once('error', () => resolve(false)).listen(candidate, '127.0.0.1', () => resolve(true));
      });
    if (!(await listen(port)) && !(await listen(0))) throw new Error('no free TCP port on 127.0.0.1');
    servers.push(server);
  }
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
