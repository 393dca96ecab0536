/**
 * How many descriptors a configuration needs, and how many connections the descriptors at hand allow (manual, global
 * `maxconn` and `ulimit-n`). The reckoning is HAProxy's, so that the same file gives the same `maxconn` in `show info`.
 */

import type { Model } from '../config/model.ts';

/** HAProxy's reserve for its own files, and its smallest default. */
const RESERVED_DESCRIPTORS = 10;
const SMALLEST_DEFAULT_MAXCONN = 100;
/** One epoll set and one wake-up pipe a thread. */
const DESCRIPTORS_PER_THREAD = 3;
/** What HAProxy reckons for a stream beside its two buffers, and the share of `-m` it dares to use. */
const STREAM_COST_BYTES = 3424;
const USABLE_MEMORY_SHARE = 0.97;

export interface DescriptorNeeds {
  readonly maxconn: number;
  readonly maxSockets: number;
  readonly hardMaxconn: number;
}

/** Listeners, checks and the runtime API's connections: what is needed whatever the traffic. */
function fixedDescriptors(model: Model): number {
  let needed = RESERVED_DESCRIPTORS;
  for (const proxy of model.proxies) {
    for (const bind of proxy.binds) {
      for (const address of bind.addresses) {
        needed += 'portEnd' in address ? Math.max(1, address.portEnd - address.port + 1) : 1;
      }
    }
    needed += proxy.servers.filter((server) => server.check !== undefined).length;
  }
  if (model.global.statsSockets.length > 0) {
    needed += model.global.statsMaxconn;
    for (const socket of model.global.statsSockets) {
      needed += socket.addresses.length;
    }
  }
  return needed;
}

/**
 * The needs of a model on a machine whose (soft or hard) limit is `descriptorLimit`; `memoryMegabytes` is `-m`, 0 when
 * not given.
 */
export function computeNeeds(model: Model, descriptorLimit: number, memoryMegabytes: number): DescriptorNeeds {
  const fixed = fixedDescriptors(model);
  const threads = DESCRIPTORS_PER_THREAD * model.global.nbthread;
  let maxconn = model.global.maxconn ?? 0;
  if (maxconn === 0 && memoryMegabytes > 0) {
    const perStream = STREAM_COST_BYTES + 2 * model.global.tune.bufsize;
    maxconn = roundToTwoDigits(Math.floor((memoryMegabytes * 1048576 * USABLE_MEMORY_SHARE) / perStream));
  }
  if (maxconn === 0) {
    maxconn = Math.max(Math.floor((descriptorLimit - fixed - threads) / 2), SMALLEST_DEFAULT_MAXCONN);
  }
  return { maxconn, hardMaxconn: maxconn, maxSockets: fixed + maxconn * 2 + threads };
}

/** 12345 becomes 12000. */
function roundToTwoDigits(value: number): number {
  let unit = 1;
  while (value / unit >= 100) {
    unit *= 10;
  }
  return Math.floor(value / unit) * unit;
}
