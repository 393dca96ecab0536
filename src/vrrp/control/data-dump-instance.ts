/** An instance in keepalived.data: section `VRRP Topology`, key for key as keepalived 2.2.7 has them. */

import type { NotifyModel, ScriptCommandModel, TracksModel, TrackUseModel } from '../model.ts';
import { BACKUP, INIT, stateName } from '../states.ts';
import type { AgentView, InstanceView } from './agent-view.ts';
import { routeText, ruleText, scriptText, virtualAddressText } from './object-texts.ts';
import { addressText, dumpedTime, generalNumber, macText } from './text-formats.ts';

const yes = (condition: boolean): string => (condition ? 'yes' : 'no');
const truth = (condition: boolean): string => (condition ? 'true' : 'false');
const enabled = (condition: boolean): string => (condition ? 'enabled' : 'disabled');
const seconds = (ms: number): number => Math.floor(ms / 1000);

export function scriptLine(view: AgentView, kind: string, command: ScriptCommandModel | undefined): readonly string[] {
  if (command === undefined) return [];
  const { uid, gid } = command.user ?? { uid: 0, gid: 0 };
  return [`   ${kind} state transition script = ${scriptText(view, command)}, uid:gid ${uid}:${gid}`];
}

export function notifyLines(view: AgentView, notify: NotifyModel): readonly string[] {
  return [
    ...scriptLine(view, 'Backup', notify.backup),
    ...scriptLine(view, 'Master', notify.master),
    ...scriptLine(view, 'Fault', notify.fault),
    ...scriptLine(view, 'Stop', notify.stop),
    ...scriptLine(view, 'Deleted', notify.deleted),
    ...scriptLine(view, 'Generic', notify.any),
    ...scriptLine(view, 'Master rx lower pri', notify.masterRxLowerPriority),
  ];
}

const reversed = (use: TrackUseModel): string => (use.reverse ? ' reverse' : '');

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`   ${title} :`, ...lines.map((line) => `     ${line}`)];
}

export function trackLines(tracks: TracksModel): readonly string[] {
  const spaced = (use: TrackUseModel): string => `${use.name} weight ${use.weight}${reversed(use)}`;
  const commaed = (use: TrackUseModel): string => `${use.name}, weight ${use.weight}${reversed(use)}`;
  return [
    ...section('Tracked interfaces', tracks.interfaces.map(spaced)),
    ...section('Tracked scripts', tracks.scripts.map(spaced)),
    ...section('Tracked files', tracks.files.map(commaed)),
    ...section('Tracked processes', tracks.processes.map(commaed)),
    ...section('Tracked proxies', tracks.proxies.map(commaed)),
  ];
}

function stateLines(view: AgentView, { machine, tracks }: InstanceView): readonly string[] {
  const { model } = machine;
  const wallClock = (ms: number): number => view.wallClockMs + (ms - view.nowMs);
  return [
    `   Wantstate = ${stateName(machine.wantState)}`,
    '   Number of config faults = 0',
    `   Number of interface and track script faults = ${machine.faults.length}`,
    `   Number of track scripts init = ${tracks.filter((track) => track.state === 'init').length}`,
    `   Last transition = ${dumpedTime(machine.lastTransitionMs || view.startedMs)}`,
    Number.isFinite(machine.deadlineMs)
      ? `   Read timeout = ${dumpedTime(wallClock(machine.deadlineMs))}`
      : '   Read timeout = DISABLED',
    `   Master down timer = ${Math.floor(machine.masterDownMs * 1000)} usecs`,
    ...machine.faults.map((fault) => `   Fault = ${fault}`),
    ...(model.addressLifetimeMs > 0
      ? [`   Address lifetime = ${generalNumber(model.addressLifetimeMs / 1000)} sec`]
      : []),
  ];
}

function interfaceLines({ machine, device, source }: InstanceView): readonly string[] {
  const { model } = machine;
  const { vmac } = model;
  const lines: string[] = [];
  if (vmac !== undefined) {
    const made = device?.name === vmac.interfaceName;
    lines.push(
      `   Use VMAC, i/f name ${vmac.interfaceName}, is_up = ${truth(made && device.up)}, ` +
        `xmit_base = ${truth(vmac.transmitBase)}`,
      `     MAC = ${macText(vmac.mac)}`,
      made
        ? `   Interface = ${vmac.interfaceName}, vmac on ${model.interfaceName}${vmac.transmitBase ? ', xmit base i/f' : ''}`
        : `   Interface = ${model.interfaceName}`,
    );
  } else lines.push(`   Interface = ${model.interfaceName}`);
  if (model.dontTrackPrimary) lines.push('   VRRP interface tracking disabled');
  if (model.skipCheckAdvertAddresses) lines.push('   Skip checking advert IP addresses');
  if (model.strict) lines.push('   Enforcing strict VRRP compliance');
  const told = model.sourceAddress === undefined ? '' : ' (from configuration)';
  lines.push(`   Using src_ip = ${source === undefined ? '(none)' : addressText(source)}${told}`);
  if (!model.unicast) {
    const index = model.family === 6 ? `, ifindex ${device?.index ?? 0}` : '';
    lines.push(`   Multicast address ${addressText(model.multicastGroup)}${index}`);
  }
  return lines;
}

function timingLines({ machine }: InstanceView): readonly string[] {
  const { model } = machine;
  const { announce } = model;
  const spread = announce.spreadMs.length === 0 ? [] : [`   Gratuitous ARP spread = ${announce.spreadMs.join(' ')} ms`];
  return [
    `   Gratuitous ARP delay = ${seconds(announce.delayMs)}`,
    `   Gratuitous ARP repeat = ${announce.repeat}`,
    ...spread,
    `   Gratuitous ARP refresh = ${seconds(announce.refreshMs)}`,
    `   Gratuitous ARP refresh repeat = ${announce.refreshRepeat}`,
    `   Gratuitous ARP lower priority delay = ${seconds(announce.lowerPriorityDelayMs)}`,
    `   Gratuitous ARP lower priority repeat = ${announce.lowerPriorityRepeat}`,
    `   Down timer adverts = ${model.downTimerAdverts}`,
    `   Send advert after receive lower priority advert = ${truth(!model.lowerPriorityNoAdvert)}`,
    `   Send advert after receive higher priority advert = ${truth(model.higherPrioritySendAdvert)}`,
    `   Virtual Router ID = ${model.vrid}`,
    `   Priority = ${machine.basePriority}`,
    `   Effective priority = ${machine.effectivePriority}`,
    `   Total priority = ${machine.basePriority + machine.weight}`,
    model.version === 2
      ? `   Advert interval = ${seconds(model.advertIntervalMs)} sec`
      : `   Advert interval = ${model.advertIntervalMs} milli-sec`,
    ...(machine.state === BACKUP && model.version === 3
      ? [`   Master advert interval = ${machine.masterAdvertIntervalMs} milli-sec`]
      : []),
    `   Accept = ${enabled(model.accept)}`,
    `   Preempt = ${enabled(!model.nopreempt)}`,
    ...(model.preemptDelayMs > 0 ? [`   Preempt delay = ${generalNumber(model.preemptDelayMs / 1000)} secs`] : []),
    `   Promote_secondaries = ${enabled(model.promoteSecondaries)}`,
  ];
}

function authenticationLines({ machine }: InstanceView): readonly string[] {
  const { authentication, version } = machine.model;
  if (authentication.type === 0) return version === 2 ? ['   Authentication type = none'] : [];
  const password = Buffer.from(authentication.data).toString('latin1').replace(/\0.*$/s, '');
  return ['   Authentication type = SIMPLE_PASSWORD', `   Password = ${password}`];
}

function addressLines(view: AgentView, { machine, device }: InstanceView): readonly string[] {
  const { model } = machine;
  const text = (list: typeof model.addresses): readonly string[] =>
    list.map((address) => virtualAddressText(view, address, device, machine.addressesSet));
  const addresses =
    model.addresses.length === 0
      ? []
      : [`   Virtual IP (${model.addresses.length}):`, ...text(model.addresses).map((line) => `     ${line}`)];
  return [...addresses, ...section('Virtual IP Excluded', text(model.excludedAddresses))];
}

function unicastLines({ machine }: InstanceView): readonly string[] {
  const { model } = machine;
  if (!model.unicast) return [];
  const peers = model.unicastPeers.map(
    (peer) => `     ${addressText(peer.address)} min_ttl ${peer.minTtl} max_ttl ${peer.maxTtl}`,
  );
  return [
    `   Unicast TTL = ${model.unicastTtl}`,
    `   Check unicast src : ${yes(model.checkUnicastSource)}`,
    '   Unicast Peer :',
    ...peers,
    `   Unicast checksum compatibility = ${model.oldUnicastChecksum ? 'config' : 'no'}`,
  ];
}

function peerLines({ machine }: InstanceView): readonly string[] {
  const { model } = machine;
  if (machine.state !== BACKUP) return [];
  return [
    `   Master router = ${addressText(machine.masterAddress)}`,
    `   Master priority = ${machine.masterPriority}`,
    ...(model.version === 3
      ? [`   Master advert int = ${(machine.masterAdvertIntervalMs / 1000).toFixed(2)} sec`]
      : []),
  ];
}

function flagLines({ machine }: InstanceView): readonly string[] {
  const { model } = machine;
  if (!model.unicast && !model.unicastFaultNoPeer) return ['   Flags: none'];
  return [
    '   Flags:',
    ...(model.unicast ? ['     Using unicast'] : []),
    ...(model.unicastFaultNoPeer ? ['     If unicast go to fault state if no peers'] : []),
  ];
}

export function instanceLines(view: AgentView, instance: InstanceView): readonly string[] {
  const { machine } = instance;
  const { model } = machine;
  return [
    ` VRRP Instance = ${model.name}`,
    `   VRRP Version = ${model.version}`,
    ...(machine.group === undefined ? [] : [`   Sync group = ${machine.group.model.name}`]),
    ...(model.family === 6 ? ['   Using Native IPv6'] : []),
    `   State = ${stateName(machine.state)}`,
    ...peerLines(instance),
    ...flagLines(instance),
    ...stateLines(view, instance),
    ...interfaceLines(instance),
    ...timingLines(instance),
    ...authenticationLines(instance),
    ...(model.receiveBuffer > 0 ? [`   Kernel rx buffer size = ${model.receiveBuffer}`] : []),
    ...(model.debug > 0 ? [`   Debug level = ${model.debug}`] : []),
    ...addressLines(view, instance),
    ...unicastLines(instance),
    ...(machine.state === INIT ? ['   No sockets allocated'] : []),
    ...section('Virtual Routes', model.routes.map(routeText)),
    ...section('Virtual Rules', model.rules.map(ruleText)),
    ...trackLines(model.tracks),
    `   Using smtp notification = ${yes(model.smtpAlert)}`,
    `   Notify deleted = ${model.notify.notifyDeleted || model.notify.deleted !== undefined ? 'Deleted' : 'Fault'}`,
    ...notifyLines(view, model.notify),
    `   Notify priority changes = ${truth(model.notify.priorityChanges)}`,
  ];
}
