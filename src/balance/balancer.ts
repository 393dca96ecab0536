/** From the `balance` and `hash-type` lines of a backend to the algorithm at work. */
import type { BalanceModel } from '../config/model.ts';
import type { Balancer, Candidate } from './candidate.ts';
import { ConsistentHash } from './consistent-hash.ts';
import { FirstAvailable } from './first.ts';
import { LeastConnections } from './leastconn.ts';
import { MapHash } from './map-hash.ts';
import { RandomDraws } from './random.ts';
import { RoundRobin } from './roundrobin.ts';
import { StaticRoundRobin } from './static-rr.ts';

export type { Balancer, Candidate } from './candidate.ts';

/**
 * @param candidates the backend's servers in file order, `index` being the position; the array must not change
 * @param allBackups `option allbackups`: share the load among the backups, instead of using the first usable alone
 */
export function createBalancer(model: BalanceModel, candidates: readonly Candidate[], allBackups: boolean): Balancer {
  switch (model.algorithm) {
    case 'roundrobin':
      return new RoundRobin(candidates, allBackups);
    case 'static-rr':
      return new StaticRoundRobin(candidates, allBackups);
    case 'leastconn':
      return new LeastConnections(candidates, allBackups);
    case 'first':
      return new FirstAvailable(candidates, allBackups);
    case 'random':
      return new RandomDraws(candidates, allBackups, model.draws);
    case 'source':
    case 'uri':
    case 'url_param':
    case 'hdr':
    case 'rdp-cookie':
    case 'hash':
      return model.hashType === 'consistent'
        ? new ConsistentHash(candidates, allBackups, model.hashAvalanche, model.hashBalanceFactor)
        : new MapHash(candidates, allBackups, model.hashAvalanche);
  }
}
