/** Sync groups: their members, and the weights that their members, and owners of addresses, cannot have. */

import { OWNER } from './complete.ts';
import type { Context } from './context.ts';
import type { GroupDraft, InstanceDraft, TracksDraft } from './drafts.ts';

export function buildGroups(context: Context): void {
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
export function checkTracks(draft: InstanceDraft, context: Context): void {
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

export function checkGroupTracks(context: Context): void {
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
