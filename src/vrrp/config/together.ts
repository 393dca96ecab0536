/**
 * What keepalived looks at between instances (vrrp_complete_init), in its order: scripts that nobody uses or that are not
 * there, sync groups (groups.ts), each instance (complete.ts), equal VRIDs, delays of interfaces, static track groups.
 */

import { sameBytes } from '../bytes.ts';
import type { ScriptCommandModel } from '../model.ts';
import { LONGEST_NAME } from './address-lines.ts';
import { completeInstance, isUnicast } from './complete.ts';
import type { Context } from './context.ts';
import type { InstanceDraft } from './drafts.ts';
import { buildGroups, checkGroupTracks, checkTracks } from './groups.ts';

/** false: keepalived does not run; why was told. */
export function completeAll(context: Context): boolean {
  const { report, drafts } = context;
  report.keyword = '';
  if (context.interfaceMissing) {
    report.refuse(
      undefined,
      'Non-existent interface specified in configuration',
      'or dynamic_interfaces in global_defs',
    );
    return false;
  }
  checkScripts(context);
  for (const draft of drafts.instances) {
    if (draft.vrid === 0) {
      report.fatal(draft.spot, `(${draft.name}) the virtual router id must be set`, 'virtual_router_id 1-255');
      return false;
    }
    // Of unicast instances, too: 2.2.7 looks here before it knows which ones are.
    if (draft.interface === undefined) {
      report.fatal(draft.spot, `(${draft.name}) Unknown interface!`, 'interface NAME');
      return false;
    }
  }
  buildGroups(context);
  for (const draft of drafts.instances) {
    if (!completeInstance(draft, context)) return false;
    checkTracks(draft, context);
    checkDelays(draft, context);
  }
  for (const draft of drafts.instances) nameVmac(draft, context);
  if (equalVrids(context)) return false;
  checkGroupTracks(context);
  checkStaticGroups(context);
  trackStatics(context);
  dropUnusedScripts(context);
  return true;
}

/** Scripts that are not there do not run; any that does, without script_security, is told. */
function checkScripts(context: Context): void {
  const { drafts, host, report } = context;
  if (drafts.instances.length === 0) return;
  let running: ScriptCommandModel | undefined;
  const there = (command: ScriptCommandModel): boolean => {
    const [program = ''] = command.words;
    if (/^<[ \t]*\//.test(program)) return true;
    if (!host.programExists(program)) return false;
    running ??= command;
    return true;
  };
  const gone = new Set<string>();
  for (const script of drafts.scripts) {
    if (there(script.command)) continue;
    gone.add(script.name);
    const message = `Disabling track script ${script.name} since not found/accessible`;
    report.mistake(script.command.place, message, `${script.command.words[0]} is not there`);
  }
  drafts.scripts = drafts.scripts.filter((script) => !gone.has(script.name));
  for (const owner of [...drafts.instances, ...drafts.groups]) {
    owner.tracks.scripts = owner.tracks.scripts.filter((use) => !gone.has(use.name));
    const { master, backup, fault, stop, deleted, any, masterRxLowerPriority } = owner.notify;
    for (const command of [master, backup, fault, stop, deleted, any, masterRxLowerPriority]) {
      if (command === undefined || there(command)) continue;
      report.warn(command.place, `(${owner.name}) script ${command.words[0]} is not there`, 'it does not run');
    }
  }
  const { fifos, startupScript, shutdownScript } = drafts.global;
  for (const command of [fifos.main.script, fifos.vrrp.script, startupScript, shutdownScript]) {
    if (command !== undefined) there(command);
  }
  if (running === undefined || drafts.global.enableScriptSecurity) return;
  const message = 'SECURITY VIOLATION - scripts are being executed but script_security not enabled.';
  report.insecure(running.place, message, 'enable_script_security in global_defs');
}

/** An interface must not be awaited longer than a MASTER: the peer would have taken over long since. */
function checkDelays(draft: InstanceDraft, context: Context): void {
  const { drafts, report } = context;
  const at = drafts.interfaceDelays.findIndex((one) => one.interfaceName === draft.interface?.name);
  const delays = drafts.interfaceDelays[at];
  if (delays === undefined) return;
  const adverts = (draft.downTimerAdverts ?? drafts.global.downTimerAdverts) - 1;
  const intervalMs = draft.advertInterval / 1000;
  const limitMs = adverts * intervalMs;
  const mostMs = adverts === 0 ? 0 : limitMs - intervalMs / 256;
  const { upDelayMs, downDelayMs } = delays;
  const tooLong = (delayMs: number) => delayMs > 0 && delayMs >= limitMs;
  if (!tooLong(upDelayMs) && !tooLong(downDelayMs)) return;
  const message =
    adverts === 0
      ? `${draft.name}: cannot use debounce timers with down_timer_adverts = 1 - resetting`
      : `${draft.name}: interface ${delays.interfaceName} debounce timer(s) not less that ${adverts} * advert_int - resetting`;
  report.warn(draft.spot, message, `at most ${mostMs / 1000} s in interface_up_down_delays`);
  drafts.interfaceDelays[at] = {
    ...delays,
    upDelayMs: tooLong(upDelayMs) ? mostMs : upDelayMs,
    downDelayMs: tooLong(downDelayMs) ? mostMs : downDelayMs,
  };
}

function groupOf(draft: InstanceDraft, context: Context): Uint8Array {
  const { global } = context.drafts;
  return draft.multicastGroup ?? (draft.family === 6 ? global.multicastGroup6 : global.multicastGroup4);
}

/** Unicast and multicast have VRIDs of their own; unicast ones clash when they share a peer. */
function clash(one: InstanceDraft, other: InstanceDraft, context: Context): boolean {
  if (one.family !== other.family || one.vrid !== other.vrid || isUnicast(one) !== isUnicast(other)) return false;
  if (!isUnicast(one)) {
    return one.interface?.name === other.interface?.name && sameBytes(groupOf(one, context), groupOf(other, context));
  }
  if (one.interface !== undefined && other.interface !== undefined && one.interface.name !== other.interface.name) {
    return false;
  }
  const sources = [one.sourceAddress, other.sourceAddress];
  if (sources[0] !== undefined && sources[1] !== undefined && !sameBytes(sources[0], sources[1])) return false;
  return one.unicastPeers.some((peer) => other.unicastPeers.some((twin) => sameBytes(peer.address, twin.address)));
}

function equalVrids(context: Context): boolean {
  const { instances } = context.drafts;
  let found = false;
  for (const [index, one] of instances.entries()) {
    for (const other of instances.slice(index + 1)) {
      if (!clash(one, other, context)) continue;
      found = true;
      const message = isUnicast(one)
        ? `(${one.name}) duplicate VRID conflict with ${other.name} VRID ${one.vrid}`
        : `${one.name} and ${other.name} both use VRID ${one.vrid} with IPv${one.family} on interface ${one.interface?.name}`;
      context.report.fatal(other.spot, message, 'a virtual_router_id of its own');
    }
  }
  return found;
}

/** `PREFIX.VRID`; where that is taken `PREFIX6.VRID` for IPv6, then `PREFIX1.VRID` and so on (create_vmac_name). */
function nameVmac(draft: InstanceDraft, context: Context): void {
  const { vmac, vrid, family } = draft;
  if (vmac === undefined || vmac.interfaceName !== '') return;
  const prefix = context.drafts.global.vmacPrefix ?? 'vrrp';
  const taken = new Set(context.drafts.instances.map((one) => one.vmac?.interfaceName));
  const numbers = ['', ...(family === 6 ? ['6'] : [])];
  for (let number = 1; number <= 255; number++) if (number !== 6 || family !== 6) numbers.push(String(number));
  const names = numbers.map((number) => {
    const tail = `${number}.${vrid}`;
    return prefix.slice(0, LONGEST_NAME - tail.length) + tail;
  });
  vmac.interfaceName = names.find((name) => !taken.has(name)) ?? '';
}

function checkStaticGroups(context: Context): void {
  const names = context.drafts.instances.map((instance) => instance.name);
  for (const group of context.drafts.trackGroups) {
    for (const word of group.members ?? []) {
      if (names.includes(word.text)) continue;
      const message = `Virtual router ${word.text} specified in track group ${group.name} doesn't exist - ignoring`;
      context.report.mistake(word, message, context.nearest(word.text, names, 'vrrp_instance'));
    }
  }
}

/** The instances of a `track_group` watch the interface of the static address or route that names it. */
function trackStatics(context: Context): void {
  const { drafts } = context;
  for (const { trackGroup = '', interfaceName, noTrack } of [...drafts.staticAddresses, ...drafts.staticRoutes]) {
    if (trackGroup === '' || noTrack || interfaceName === '') continue;
    const members = drafts.trackGroups.find((group) => group.name === trackGroup)?.members ?? [];
    for (const word of members) {
      const instance = drafts.instances.find((one) => one.name === word.text);
      if (instance === undefined || instance.interface?.name === interfaceName) continue;
      const { interfaces } = instance.tracks;
      if (interfaces.some((use) => use.name === interfaceName)) continue;
      interfaces.push({ spot: word, name: interfaceName, weight: 0, reverse: false });
    }
  }
}

function dropUnusedScripts(context: Context): void {
  const { drafts, report } = context;
  const used = new Set(
    [...drafts.instances, ...drafts.groups].flatMap((owner) => owner.tracks.scripts.map((use) => use.name)),
  );
  drafts.scripts = drafts.scripts.filter((script) => {
    if (used.has(script.name)) return true;
    const message = `Warning - script ${script.name} is not used`;
    // keepalived tells it when it starts, and not with -t.
    report.warn(script.place, message, 'track_script { NAME } in an instance');
    return false;
  });
}
