/**
 * "Why am I (not) master?", answered in sentences out of what the state machine knows: state, priority with the part of
 * each track, the peer, what holds the instance where it is, and what would have to change.
 */

import { PRIORITY_OWNER } from '../instance.ts';
import { BACKUP, FAULT, INIT, MASTER, stateName } from '../states.ts';
import type { AgentView, InstanceView, TrackView } from './agent-view.ts';
import { durationText } from './duration-text.ts';
import { peerStatus } from './status.ts';
import { addressText, calendarTime } from './text-formats.ts';

function stateLine(view: AgentView, { machine }: InstanceView): string {
  const last = machine.transitions.entries.at(-1);
  const head = `${machine.model.name} is ${stateName(machine.state)}`;
  if (last === undefined) return `${head}.`;
  const since = new Date(last.atMs);
  return `${head} since ${calendarTime(since)} (${durationText(view.wallClockMs - last.atMs)}): ${last.cause}.`;
}

const signed = (points: number): string => (points > 0 ? `+${points}` : String(points));

function trackText(track: TrackView): string {
  const reason = track.reason === '' ? track.state : `${track.state}: ${track.reason}`;
  const effect = track.fault ? 'FAULT' : track.state === 'init' ? 'no answer yet' : signed(track.contribution);
  return `  ${effect} from ${track.kind} ${track.name} (${reason}${track.reverse ? '; reverse' : ''})`;
}

function priorityLines({ machine, tracks }: InstanceView): readonly string[] {
  if (machine.basePriority === PRIORITY_OWNER) return ['Priority 255: it owns the addresses, tracks change nothing.'];
  const counted = tracks.length === 0 ? ' as configured' : `: base ${machine.basePriority}`;
  const sum = machine.basePriority + machine.weight;
  const clamped = sum === machine.effectivePriority ? '' : ` (the sum, ${sum}, is kept within 1..254)`;
  return [`Priority ${machine.effectivePriority}${counted}${clamped}.`, ...tracks.map(trackText)];
}

function peerLines(view: AgentView, instance: InstanceView): readonly string[] {
  const peer = peerStatus(view, instance);
  if (peer === null) return ['No advertisement of another router has been taken so far.'];
  const checksum = peer.checksum === null ? '' : `, checksum ${peer.checksum}`;
  return [
    `Last advertisement: from ${peer.address}, priority ${peer.priority}, interval ${durationText(peer.intervalMs)}, ` +
      `${durationText(peer.ageMs)} ago${checksum}.`,
  ];
}

/** The members of the sync group that keep this one from moving. */
function groupLines({ machine }: InstanceView): readonly string[] {
  const { group } = machine;
  if (group === undefined) return [];
  const faulty = group.members.filter((member) => member !== machine && member.faults.length > 0);
  if (faulty.length > 0) {
    return faulty.map(
      (member) => `Sync group ${group.model.name}: ${member.model.name} cannot run (${member.faults.join('; ')}).`,
    );
  }
  const unwilling = group.members.filter((member) => member !== machine && member.wantState !== MASTER);
  if (machine.state === MASTER || unwilling.length === 0) return [];
  const names = unwilling.map((member) => member.model.name).join(', ');
  return [`Sync group ${group.model.name} is master only when all members can be; ${names} cannot yet.`];
}

function masterLines(view: AgentView, instance: InstanceView): readonly string[] {
  const { machine, source, tracks } = instance;
  const mine = machine.effectivePriority;
  const lines: string[] = [];
  if (mine === PRIORITY_OWNER) lines.push('It is master because it owns the addresses (priority 255).');
  else {
    const { peer } = machine;
    const recent = view.nowMs - peer.atMs <= machine.masterDownMs;
    lines.push(
      recent
        ? `It is master because its priority (${mine}) wins over ${peer.priority} of the other.`
        : 'It is master because nobody of higher priority advertises.',
    );
  }
  const address = source === undefined ? 'ours' : addressText(source);
  const faults = tracks.filter((track) => track.weight === 0).map((track) => `${track.kind} ${track.name}`);
  lines.push(
    'It would stop being master:',
    ...(mine === PRIORITY_OWNER
      ? []
      : [`  - for an advertisement of priority above ${mine}, or ${mine} from an address above ${address}`]),
    `  - when interface ${machine.model.interfaceName} goes down${machine.model.dontTrackPrimary ? ' (no: dont_track_primary)' : ''}`,
    ...(faults.length === 0 ? [] : [`  - when one of these fails: ${faults.join(', ')}`]),
    '  - when one of its addresses is removed by hand, or on a stop',
  );
  return lines;
}

function backupLines(view: AgentView, instance: InstanceView): readonly string[] {
  const { machine } = instance;
  const { model, peer, effectivePriority: mine } = machine;
  const hold = machine.holdUntilMs - view.nowMs;
  if (hold > 0) return [`It is not master because a rehearsal holds it for another ${durationText(hold)}.`];
  const heard = view.nowMs - peer.atMs <= machine.masterDownMs && peer.priority > 0;
  const wait = durationText(Math.max(0, machine.deadlineMs - view.nowMs));
  if (!heard) return [`It is not master yet: nobody advertises, it takes over in ${wait}.`];
  const master = addressText(machine.masterAddress);
  const takeOver = `  - the master stops cleanly (then after ${durationText(machine.skewMs)}) or falls silent (then after ${durationText(machine.masterDownMs)})`;
  if (peer.priority >= mine) {
    const relation =
      peer.priority === mine ? 'the same as ours, and who is master stays' : `higher than ours (${mine})`;
    return [
      `It is not master because ${master} is, with priority ${peer.priority}: ${relation}.`,
      'It would become master when',
      takeOver,
      `  - our priority rises above ${peer.priority}${missingPoints(instance)}, or the master's falls below ${mine}`,
    ];
  }
  if (model.nopreempt) {
    return [
      `It is not master because ${master} is; our priority (${mine}) is higher than its ${peer.priority}, but nopreempt is set.`,
      'It would become master when',
      takeOver,
      '  - nopreempt is taken out of the configuration',
    ];
  }
  if (model.preemptDelayMs > 0 && machine.preemptAtMs > view.nowMs) {
    const rest = durationText(machine.preemptAtMs - view.nowMs);
    return [`It is not master yet: preempt_delay runs for another ${rest}; then it takes over from ${master}.`];
  }
  return [
    `It is about to take over from ${master}, whose priority (${peer.priority}) is lower than ours (${mine}): in ${wait}.`,
  ];
}

/** ` (script x takes 20)` for what costs us points now. */
function missingPoints({ tracks }: InstanceView): string {
  const costing = tracks.filter((track) => track.contribution < 0 || (track.weight > 0 && track.contribution === 0));
  if (costing.length === 0) return '';
  const parts = costing.map((track) =>
    track.contribution < 0
      ? `${track.kind} ${track.name} takes ${-track.contribution}`
      : `${track.kind} ${track.name} would add ${track.weight}`,
  );
  return ` (${parts.join(', ')})`;
}

function faultLines({ machine }: InstanceView): readonly string[] {
  if (machine.faults.length === 0) return ['It cannot run because its sync group cannot.'];
  return [
    'It cannot run because',
    ...machine.faults.map((fault) => `  - ${fault}`),
    'It would run when all of that is mended.',
  ];
}

function initLines({ machine, tracks }: InstanceView): readonly string[] {
  const waiting = tracks.filter((track) => track.state === 'init').map((track) => `${track.kind} ${track.name}`);
  if (waiting.length > 0) return [`It waits for the first answer of ${waiting.join(', ')}.`];
  return machine.pending
    ? ['It waits for the first answer of its tracks.']
    : ['It has not been started yet (vrrp_startup_delay?).'];
}

function reasonLines(view: AgentView, instance: InstanceView): readonly string[] {
  switch (instance.machine.state) {
    case MASTER:
      return masterLines(view, instance);
    case BACKUP:
      return backupLines(view, instance);
    case FAULT:
      return faultLines(instance);
    case INIT:
      return initLines(instance);
  }
}

export function whyText(view: AgentView, instance: InstanceView): string {
  return [
    stateLine(view, instance),
    ...reasonLines(view, instance),
    ...groupLines(instance),
    ...priorityLines(instance),
    ...peerLines(view, instance),
  ].join('\n');
}
