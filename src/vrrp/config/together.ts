/**
 * What keepalived looks at between instances (vrrp_complete_init): sync groups, weights that sync groups and owners
 * cannot have, equal VRIDs, scripts that nobody uses or that are not there.
 */

import { sameBytes } from '../bytes.ts';
import type { ScriptCommandModel } from '../model.ts';
import { LONGEST_NAME } from './address-lines.ts';
import { completeInstance, isUnicast, OWNER } from './complete.ts';
import type { Context } from './context.ts';
import type { GroupDraft, InstanceDraft, TracksDraft } from './drafts.ts';

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

function buildGroups(context: Context): void {
  const { drafts, report } = context;
  const grouped = new Map<string, string>();
  drafts.groups = drafts.groups.filter((group) => {
    if (group.members === undefined) {
      const message = `Sync group ${group.name} has no virtual router(s). removing`;
      report.mistake(group.spot, message, 'group { INSTANCE ... }');
      return false;
    }
    const names = drafts.instances.map((instance) => instance.name);
    group.members = group.members.filter((word) => {
      if (!names.includes(word.text)) {
        const message = `Virtual router ${word.text} specified in sync group ${group.name} doesn't exist - ignoring`;
        report.mistake(word, message, context.nearest(word.text, names, 'vrrp_instance'));
        return false;
      }
      const other = grouped.get(word.text);
      if (other !== undefined) {
        const message = `Virtual router ${word.text} cannot exist in more than one sync group; ignoring ${group.name}`;
        report.mistake(word, message, `it is in ${other}`);
        return false;
      }
      grouped.set(word.text, group.name);
      return true;
    });
    return checkMembers(group, context);
  });
}

function membersOf(group: GroupDraft, context: Context): InstanceDraft[] {
  const names = new Set(group.members?.map((word) => word.text));
  return context.drafts.instances.filter((instance) => names.has(instance.name));
}

function checkMembers(group: GroupDraft, context: Context): boolean {
  const { report } = context;
  const members = membersOf(group, context);
  if (members.length === 0) {
    const message = `Sync group ${group.name}, no matching virtual router found in group declaration - removing`;
    report.mistake(group.spot, message, 'group { INSTANCE ... }');
    return false;
  }
  if (members.length === 1) {
    const message = `Sync group ${group.name} has only 1 virtual router(s) - this probably isn't what you want`;
    report.mistake(group.spot, message, 'a group has two instances or more');
  }
  // As keepalived: told when an owner comes before a BACKUP.
  let owners = false;
  for (const [index, member] of members.entries()) {
    if (owners && member.state === 'BACKUP') {
      const message = `Sync group ${group.name} has some member(s) as address owner and some not as address owner. This won't work.`;
      report.mistake(group.spot, message, 'all of them have priority 255, or none');
    }
    const owner = member.state === 'MASTER' && member.priority === OWNER;
    owners = index === 0 ? owner : owners && owner;
  }
  return true;
}

/** In a sync group without sync_group_tracking_weight, and for owners, there are no weights. */
function checkTracks(draft: InstanceDraft, context: Context): void {
  const { report, drafts } = context;
  const { tracks, name } = draft;
  const own = draft.interface?.name;
  tracks.interfaces = tracks.interfaces.filter((use) => {
    if (use.name !== own) return true;
    const message = `(${name}) Ignoring track_interface ${use.name} since own interface`;
    report.mistake(use.spot, message, 'it is watched already, unless dont_track_primary');
    return false;
  });
  const group = drafts.groups.find((one) => one.members?.some((word) => word.text === name));
  const inGroup = group !== undefined && !group.trackingWeight;
  if (!inGroup && draft.priority !== OWNER) return;
  const hint = inGroup ? 'sync_group_tracking_weight in the group, or the track in the group' : 'weights do not count';
  tracks.interfaces = tracks.interfaces.filter((use) => {
    if (use.weight === 0) return true;
    const [what, why] = inGroup ? ['weight ', 'SYNC group'] : ['', 'address owner'];
    report.mistake(use.spot, `(${name}) ignoring ${use.name} tracked interface ${what}due to ${why}`, hint);
    use.weight = 0;
    return inGroup;
  });
  const why = inGroup ? 'SYNC group' : 'address_owner';
  tracks.scripts = tracks.scripts.filter((use) => {
    if (use.weight === 0) return true;
    report.mistake(use.spot, `(${name}) ignoring tracked script ${use.name} with weights due to ${why}`, hint);
    return false;
  });
  tracks.files = tracks.files.filter((use) => {
    if (use.weight === 1) {
      const message = `(${name}) ignoring weight from tracked file ${use.name} due to ${why}. specify weight 0`;
      report.mistake(use.spot, message, hint);
      use.weight = 0;
      return true;
    }
    if (use.weight === 0) return true;
    const message = `(${name}) ignoring tracked file ${use.name} with weight ${use.weight} due to ${why}`;
    report.mistake(use.spot, message, hint);
    return false;
  });
}

function checkGroupTracks(context: Context): void {
  const kinds: readonly (readonly [keyof TracksDraft, string, string])[] = [
    ['scripts', 'script', 'clearing weight'],
    ['files', 'file', 'setting weight 0'],
    ['processes', 'process', 'setting weight 0'],
    ['interfaces', 'interface', 'clearing weight'],
    ['proxies', 'proxy', 'clearing weight'],
  ];
  for (const group of context.drafts.groups) {
    if (!membersOf(group, context).some((member) => member.priority === OWNER)) continue;
    for (const [kind, word, what] of kinds) {
      for (const use of group.tracks[kind]) {
        if (use.weight === 0) continue;
        const message = `(${group.name}) Cannot have weighted track ${word} '${use.name}' with member having priority 255 - ${what}`;
        context.report.mistake(use.spot, message, 'weight 0');
        use.weight = 0;
      }
    }
  }
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
