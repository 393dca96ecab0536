/** Makes a view of the running agent: the one place that knows both. */

import { realpathSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import type { Agent } from '../agent.ts';
import { STYLE_OLD_UNICAST, STYLE_PLAIN, STYLE_PSEUDO_HEADER } from '../packet/checksum-styles.ts';
import {
  CONTRIBUTION_FAULT,
  CONTRIBUTION_PENDING,
  contribution,
  switchContribution,
} from '../tracking/contribution.ts';
import type { VirtualRouter } from '../virtual-router.ts';
import type { AgentView, InstanceView, TrackView } from './agent-view.ts';

function trackViews(agent: Agent, router: VirtualRouter): readonly TrackView[] {
  return agent.tracksOf(router).map(({ use, tracker }): TrackView => {
    const up = tracker === undefined && agent.isUp(use.name);
    const points = tracker === undefined ? switchContribution(use, up) : contribution(use, tracker);
    return {
      kind: tracker?.kind ?? 'interface',
      name: use.name,
      weight: use.weight,
      reverse: use.reverse,
      state: tracker?.state ?? (up ? 'up' : 'down'),
      contribution: points === CONTRIBUTION_FAULT || points === CONTRIBUTION_PENDING ? 0 : points,
      fault: points === CONTRIBUTION_FAULT,
      reason: tracker?.reason ?? '',
    };
  });
}

const CHECKSUM_NAMES = new Map([
  [STYLE_PSEUDO_HEADER, 'with pseudo-header'],
  [STYLE_PLAIN, 'without pseudo-header'],
  [STYLE_OLD_UNICAST, 'with the multicast group in the pseudo-header'],
]);

function programPath(program: string): string {
  try {
    return isAbsolute(program) ? realpathSync(program) : program;
  } catch {
    return program; // it is not there: shown as written
  }
}

/** As Advertisement.source4. */
function sourceNumber(address: Uint8Array): number {
  return address.subarray(0, 4).reduce((number, byte) => number * 256 + byte, 0);
}

/** How the peer that was heard last sums; only v3 over IPv4 leaves a choice. */
function peerChecksum({ model, instance, expectation }: VirtualRouter): string | undefined {
  if (model.version !== 3 || model.family !== 4 || !Number.isFinite(instance.peer.atMs)) return undefined;
  return CHECKSUM_NAMES.get(expectation.styles.styleOf(sourceNumber(instance.peer.address)));
}

/**
 * @param nowMs the reactor's clock at this moment
 * @param startedMs wall clock
 */
export function viewOf(agent: Agent, nowMs: number, startedMs: number): AgentView {
  return {
    model: agent.model,
    nowMs,
    wallClockMs: Date.now(),
    startedMs,
    instances: agent.routers.map(
      (router): InstanceView => ({
        machine: router.instance,
        device: router.device,
        source: router.source,
        tracks: trackViews(agent, router),
        peerChecksum: peerChecksum(router),
      }),
    ),
    groups: agent.groups,
    trackers: [...agent.trackers.values()],
    interfaces: agent.interfaces.all(),
    sockets: Array.from(agent.sockets.all(), ({ options, received, receiveErrors, counters }) => ({
      family: options.family,
      unicast: options.unicast,
      interfaceName: agent.interfaces.byIndex(options.interfaceIndex)?.name ?? '',
      received,
      receiveErrors,
      dropped: counters,
    })),
    lateness: agent.lateness,
    programPath,
  };
}
