/** What can be asked over the control socket: one command, one function of the agent as it stands. */

import { stateName } from '../states.ts';
import { type AgentView, type InstanceView, instanceNamed } from './agent-view.ts';
import type { ControlRequest } from './control-line.ts';
import { type CommandHandler, ControlRefusal } from './control-server.ts';
import { jsonDump } from './json-dump.ts';
import { prometheusText } from './prometheus.ts';
import type { RehearsalReport } from './rehearsal.ts';
import {
  countersOf,
  instanceStatus,
  interfacesOf,
  latenessOf,
  socketsOf,
  trackersOf,
  transitionsOf,
} from './status.ts';
import { whyText } from './why.ts';

/** What commands do beyond looking. */
export interface ControlHost {
  view(): AgentView;
  /** Reads the configuration again; rejects with ControlRefusal `bad-configuration`, and the old one stays. */
  reload(): Promise<void>;
  /** @param confirmed the user knows that no peer may be there */
  rehearse(instance: string, confirmed: boolean, progress: (text: string) => void): Promise<RehearsalReport>;
  readonly version: string;
  readonly configuration: string;
}

type Command = (host: ControlHost, request: ControlRequest, progress: (text: string) => void) => unknown;

/** The instances that `"instance"` asks for: one, or all. */
function chosen(view: AgentView, { fields }: ControlRequest): readonly InstanceView[] {
  const { instance: name } = fields;
  if (name === undefined || name === null) return view.instances;
  if (typeof name !== 'string') throw new ControlRefusal('bad-request', '"instance" is no string');
  const found = instanceNamed(view, name);
  if (found === undefined) throw new ControlRefusal('unknown-instance', `there is no instance '${name}'`);
  return [found];
}

function groupsOf(view: AgentView): readonly object[] {
  return view.groups.map((group) => ({
    name: group.model.name,
    state: stateName(group.state),
    members: group.members.map((member) => member.model.name),
  }));
}

const COMMANDS = new Map<string, Command>([
  [
    'status',
    (host, request) => {
      const view = host.view();
      return {
        version: host.version,
        pid: process.pid,
        configuration: host.configuration,
        routerId: view.model.global.routerId,
        started: new Date(view.startedMs).toISOString(),
        instances: chosen(view, request).map((instance) => instanceStatus(view, instance)),
        groups: groupsOf(view),
      };
    },
  ],
  [
    'why',
    (host, request) => {
      const view = host.view();
      return chosen(view, request).map((instance) => ({
        ...instanceStatus(view, instance),
        tracks: instance.tracks,
        text: whyText(view, instance),
      }));
    },
  ],
  [
    'transitions',
    (host, request) =>
      chosen(host.view(), request).map((instance) => ({
        name: instance.machine.model.name,
        transitions: transitionsOf(instance),
      })),
  ],
  ['trackers', (host) => trackersOf(host.view())],
  [
    'counters',
    (host, request) =>
      chosen(host.view(), request).map((instance) => ({
        name: instance.machine.model.name,
        ...countersOf(instance),
      })),
  ],
  ['sockets', (host) => socketsOf(host.view())],
  ['lateness', (host) => latenessOf(host.view())],
  ['interfaces', (host) => interfacesOf(host.view())],
  ['json', (host) => JSON.parse(jsonDump(host.view())) as unknown],
  ['metrics', (host) => prometheusText(host.view())],
  [
    'reload',
    async (host) => {
      await host.reload();
      return { reloaded: true };
    },
  ],
  [
    'rehearse',
    (host, { fields }, progress) => {
      const { instance, confirmed = false } = fields;
      if (typeof instance !== 'string') throw new ControlRefusal('bad-request', '"instance" is missing');
      if (typeof confirmed !== 'boolean')
        throw new ControlRefusal('bad-request', '"confirmed" is neither true nor false');
      return host.rehearse(instance, confirmed, progress);
    },
  ],
]);

export function createCommandHandler(host: ControlHost): CommandHandler {
  return (request, progress) => {
    const command = COMMANDS.get(request.command);
    if (command === undefined) {
      const known = [...COMMANDS.keys(), 'subscribe'].join(', ');
      throw new ControlRefusal(
        'unknown-command',
        `there is no command '${request.command.slice(0, 64)}' (there are ${known})`,
      );
    }
    return command(host, request, progress);
  };
}
