/**
 * keepalived.data: what is configured and how it stands, for people. Section titles and keys are keepalived 2.2.7's as far
 * as we have what they tell; keys of our own stand among them.
 */

import type { GlobalModel, TrackFileModel, TrackProcessModel, TrackScriptModel } from '../model.ts';
import { FAULT, INIT, stateName } from '../states.ts';
import type { SyncGroup } from '../sync-group.ts';
import {
  type AgentView,
  type InterfaceView,
  interfaceNamed,
  type SocketView,
  type TrackerView,
  type TrackKind,
} from './agent-view.ts';
import { instanceLines, notifyLines, trackLines } from './data-dump-instance.ts';
import { routeText, ruleText, scriptText, virtualAddressText } from './object-texts.ts';
import { addressText, generalNumber, macText } from './text-formats.ts';

const truth = (condition: boolean): string => (condition ? 'true' : 'false');
const wholeSeconds = (ms: number): number => Math.floor(ms / 1000);

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`------< ${title} >------`, ...lines];
}

function globalLines(view: AgentView, global: GlobalModel): readonly string[] {
  const lines = [
    ` Network namespace = ${global.netNamespace === '' ? '(default)' : global.netNamespace}`,
    ...(global.instanceName === '' ? [] : [` Instance name = ${global.instanceName}`]),
    ...(global.processName === '' ? [] : [` Parent process name = ${global.processName}`]),
    ` Router ID = ${global.routerId}`,
    ...(global.reloadFile === undefined ? [] : [` Reload_file = ${global.reloadFile || '(default)'}`]),
    ...(global.startupScript === undefined
      ? []
      : [
          ` Startup script = ${scriptText(view, global.startupScript)}, timeout ${wholeSeconds(global.startupScriptTimeoutMs)}`,
        ]),
    ...(global.shutdownScript === undefined
      ? []
      : [
          ` Shutdown script = ${scriptText(view, global.shutdownScript)}, timeout ${wholeSeconds(global.shutdownScriptTimeoutMs)}`,
        ]),
    ` Dynamic interfaces = ${truth(global.dynamicInterfaces)}`,
  ];
  for (const fifo of global.fifos) {
    const { uid, gid } = fifo.user ?? { uid: 0, gid: 0 };
    lines.push(` VRRP notify fifo = ${fifo.path}, uid:gid ${uid}:${gid}`);
    if (fifo.script !== undefined) lines.push(` VRRP notify fifo script = ${scriptText(view, fifo.script)}`);
  }
  lines.push(
    ` FIFO write vrrp states on reload = ${truth(global.fifoWriteStatesOnReload)}`,
    ` VRRP process priority = ${global.niceness ?? 0}`,
    ` VRRP don't swap = ${truth(global.noSwap)}`,
    ` VRRP realtime priority = ${global.realTimePriority ?? 0}`,
    ...(global.cpuAffinity.length === 0 ? [] : [` VRRP CPU Affinity = ${global.cpuAffinity.join(',')}`]),
    ` Script security ${global.enableScriptSecurity ? 'enabled' : 'disabled'}`,
    ...(global.scriptUser === undefined
      ? []
      : [` Default script uid:gid ${global.scriptUser.uid}:${global.scriptUser.gid}`]),
    ` umask = 0${global.umask.toString(8)}`,
    ...(global.startupDelayMs > 0 ? [` vrrp_startup_delay = ${generalNumber(global.startupDelayMs / 1000)}`] : []),
    ...(global.logUnknownVrids ? [' log_unknown_vrids'] : []),
    ...(global.vmacPrefix === '' ? [] : [` VMAC prefix = ${global.vmacPrefix}`]),
    ` Learn v3 checksum style = ${truth(global.learnChecksum)}`,
  );
  return lines;
}

function socketLines(view: AgentView, socket: SocketView): readonly string[] {
  const users = view.instances.filter(
    ({ machine: { model } }) =>
      model.interfaceName === socket.interfaceName &&
      model.family === socket.family &&
      model.unicast === socket.unicast,
  );
  return [
    `   Interface = ${socket.interfaceName}`,
    `   Family = IPv${socket.family}`,
    '   Protocol = VRRP',
    `   Type = ${socket.unicast ? 'Unicast' : 'Multicast'}`,
    `   Received = ${socket.received}`,
    '   VRRP instances',
    ...users.map(({ machine: { model } }) => `     ${model.name} vrid ${model.vrid}`),
  ];
}

function groupLines(view: AgentView, group: SyncGroup): readonly string[] {
  const { model, members } = group;
  const count = (state: number): number => members.filter((member) => member.state === state).length;
  return [
    ` VRRP Sync Group = ${model.name}, ${stateName(group.state)}`,
    `   Num member fault ${count(FAULT)}, num member init ${count(INIT)}`,
    '   VRRP member instances :',
    ...members.map((member) => `     ${member.model.name}`),
    ...(model.trackingWeight ? ['   sync group tracking weight set'] : []),
    `   Using smtp notification = ${model.smtpAlert ? 'yes' : 'no'}`,
    ...trackLines(model.tracks),
    ...notifyLines(view, model.notify),
  ];
}

/** Who tracks it: instance and weight, one a line. */
function trackingLines(view: AgentView, kind: TrackKind, name: string): readonly string[] {
  const lines: string[] = [];
  for (const { machine, tracks } of view.instances) {
    for (const track of tracks) {
      if (track.kind !== kind || track.name !== name) continue;
      lines.push(`     ${machine.model.name}, weight ${track.weight}${track.reverse ? ' reverse' : ''}`);
    }
  }
  return lines.length === 0 ? [] : ['   Tracking instances :', ...lines];
}

const reversed = (model: { readonly reverse: boolean }): string => (model.reverse ? ' reverse' : '');

function trackerOf(view: AgentView, kind: TrackKind, name: string): TrackerView | undefined {
  return view.trackers.find((tracker) => tracker.kind === kind && tracker.name === name);
}

function scriptLines(view: AgentView, model: TrackScriptModel): readonly string[] {
  const tracker = trackerOf(view, 'script', model.name);
  const { uid, gid } = model.command.user ?? { uid: 0, gid: 0 };
  return [
    ` VRRP Script = ${model.name}`,
    `   Command = ${scriptText(view, model.command)}`,
    `   Interval = ${wholeSeconds(model.intervalMs)} sec`,
    `   Timeout = ${wholeSeconds(model.timeoutMs)} sec`,
    `   Weight = ${model.weight}${reversed(model)}`,
    `   Rise = ${model.rise}`,
    `   Fall = ${model.fall}`,
    `   Result = ${tracker?.value ?? 0}`,
    `   Status = ${tracker?.state === 'up' ? 'GOOD' : 'BAD'}`,
    `   Script uid:gid = ${uid}:${gid}`,
    '   VRRP instances :',
    ...trackingLines(view, 'script', model.name),
  ];
}

function fileLines(view: AgentView, model: TrackFileModel): readonly string[] {
  return [
    ` Track file = ${model.name}`,
    `   File = ${model.path}`,
    `   Status = ${trackerOf(view, 'file', model.name)?.value ?? 0}`,
    `   Weight = ${model.weight}${reversed(model)}`,
    ...trackingLines(view, 'file', model.name),
  ];
}

function processLines(view: AgentView, model: TrackProcessModel): readonly string[] {
  const tracker = trackerOf(view, 'process', model.name);
  const matches = { none: [], exact: [''], initial: [' = initial'], partial: [' = partial'] }[model.parameterMatch];
  return [
    ` VRRP Track process = ${model.name}`,
    `   Process = ${model.process}`,
    ...(model.parameters.length === 0 ? [] : [`   Parameters = ${model.parameters.join(' ')}`]),
    ...matches.map((match) => `   Param match${match}`),
    `   Min processes = ${model.quorum}`,
    ...(Number.isFinite(model.quorumMax) ? [`   Max processes = ${model.quorumMax}`] : []),
    `   Current processes = ${tracker?.value ?? 0}`,
    `   Have quorum = ${truth(tracker?.state === 'up')}`,
    `   Weight = ${model.weight}${reversed(model)}`,
    `   Terminate delay = ${(model.terminateDelayMs / 1000).toFixed(6)}s`,
    `   Fork delay = ${(model.forkDelayMs / 1000).toFixed(6)}s`,
    `   Full command = ${truth(model.fullCommand)}`,
    ...trackingLines(view, 'process', model.name),
  ];
}

const IFF_UP = 0x1;
const IFF_BROADCAST = 0x2;
const IFF_LOOPBACK = 0x8;
const IFF_POINTOPOINT = 0x10;
const IFF_RUNNING = 0x40;
const IFF_NOARP = 0x80;
const IFF_MULTICAST = 0x1000;

function flagsText(flags: number): string {
  return [
    flags & IFF_UP ? 'UP' : 'not UP',
    flags & IFF_RUNNING ? 'RUNNING' : 'not RUNNING',
    ...(flags & IFF_BROADCAST ? [] : ['no broadcast']),
    ...(flags & IFF_LOOPBACK ? ['loopback'] : []),
    ...(flags & IFF_POINTOPOINT ? ['point to point'] : []),
    ...(flags & IFF_NOARP ? ['no arp'] : []),
    ...(flags & IFF_MULTICAST ? [] : ['no multicast']),
  ].join(', ');
}

function interfaceLines(view: AgentView, device: InterfaceView): readonly string[] {
  const addresses = (family: number): readonly string[] =>
    device.addresses.filter((entry) => entry.family === family).map((entry) => addressText(entry.address));
  const [first4, ...more4] = addresses(4);
  const [first6, ...more6] = addresses(6);
  const more = (family: number, list: readonly string[]): readonly string[] =>
    list.length === 0 ? [] : [`   Additional IPv${family} addresses :`, ...list.map((text) => `     ${text}`)];
  const parent = view.interfaces.find(({ index }) => index === device.parentIndex);
  const trackedBy = view.instances.filter(
    ({ machine, tracks }) =>
      (machine.model.interfaceName === device.name && !machine.model.dontTrackPrimary) ||
      tracks.some((track) => track.kind === 'interface' && track.name === device.name),
  );
  return [
    ` Name = ${device.name}`,
    `   index = ${device.index}`,
    `   IPv4 address = ${first4 ?? '(none)'}`,
    ...more(4, more4),
    `   IPv6 address = ${first6 ?? '(none)'}`,
    ...more(6, more6),
    ...(device.mac.length === 0 || device.flags & IFF_LOOPBACK ? [] : [`   MAC = ${macText(device.mac)}`]),
    `   State = ${flagsText(device.flags)}`,
    ...(device.kind === 'macvlan' && parent !== undefined
      ? [`   VMAC type private, underlying interface = ${parent.name}`]
      : []),
    `   MTU = ${device.mtu}`,
    ...(trackedBy.length === 0 ? [] : ['   Tracking VRRP instances :']),
    ...trackedBy.map(({ machine }) => `     ${machine.model.name}, weight 0`),
  ];
}

/** The whole file. */
export function dataDump(view: AgentView): string {
  const { model } = view;
  const lines = [
    ...section('Global definitions', globalLines(view, model.global)),
    ...section(
      'Static Addresses',
      model.staticAddresses.map(
        (address) => `     ${virtualAddressText(view, address, interfaceNamed(view, address.interfaceName), true)}`,
      ),
    ),
    ...section(
      'Static Routes',
      model.staticRoutes.map((route) => `     ${routeText(route)}`),
    ),
    ...section(
      'Static Rules',
      model.staticRules.map((rule) => `     ${ruleText(rule)}`),
    ),
    ...section(
      'VRRP Topology',
      view.instances.flatMap((instance) => instanceLines(view, instance)),
    ),
    ...section(
      'VRRP Sockpool',
      view.sockets.flatMap((socket) => socketLines(view, socket)),
    ),
    ...section(
      'VRRP Sync groups',
      view.groups.flatMap((group) => groupLines(view, group)),
    ),
    ...section(
      'VRRP Scripts',
      model.scripts.flatMap((script) => scriptLines(view, script)),
    ),
    ...section(
      'VRRP Track files',
      model.files.flatMap((file) => fileLines(view, file)),
    ),
    ...section(
      'VRRP Track processes',
      model.processes.flatMap((process) => processLines(view, process)),
    ),
    ...section(
      'Interfaces',
      view.interfaces.flatMap((device) => interfaceLines(view, device)),
    ),
  ];
  return `${lines.join('\n')}\n`;
}
