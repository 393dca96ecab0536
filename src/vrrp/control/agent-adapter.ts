/** Makes a view of the running agent: the one place that knows both. */

import type { Agent } from '../agent.ts';
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
        peerChecksum: undefined,
      }),
    ),
    groups: agent.groups,
    trackers: [...agent.trackers.values()],
    interfaces: agent.interfaces.all(),
    lateness: agent.lateness,
  };
}
