/** `vrrp_sync_group NAME { ... }`: instances that change together. */

import type { Context } from '../context.ts';
import { GroupDraft } from '../drafts.ts';
import { ignored, type Keyword, works } from '../keyword.ts';
import type { Statement } from '../statements.ts';
import { notifyKeywords } from './notifies.ts';
import { trackKeywords } from './tracks.ts';

export const GROUP: readonly Keyword<GroupDraft>[] = [
  works(
    'group',
    '{ INSTANCE ... }',
    'the instances',
    (line, draft, context) => {
      const [first] = line.words;
      if (draft.members !== undefined) {
        const message = `Group list already specified for sync group ${draft.name}`;
        context.report.mistake(first, message, 'all instances stand in one group { }');
        return;
      }
      const members = line.values.flatMap((value) => value.words);
      if (members.length > 0) draft.members = members;
      else {
        const message = `Warning - sync group ${draft.name} has empty group block`;
        context.report.mistake(first, message, 'the names of instances');
      }
    },
    { shape: 'values' },
  ),
  ...trackKeywords<GroupDraft>(),
  ...notifyKeywords<GroupDraft>('vrrp group '),
  works('global_tracking', '', 'former name of sync_group_tracking_weight', (line, draft, context) => {
    const message = `(${draft.name}) global_tracking is deprecated. Use track_interface/script/file on the sync group`;
    context.report.mistake(line.words[0], message, 'sync_group_tracking_weight');
    draft.trackingWeight = true;
  }),
  works('sync_group_tracking_weight', '', 'instances may have tracks with a weight', (_, draft) => {
    draft.trackingWeight = true;
  }),
  ignored(
    'smtp_alert',
    '[on|off]',
    'mails about changes',
    'notify scripts and FIFOs tell the same',
  ) as Keyword<GroupDraft>,
];

export function openGroup(line: Statement, context: Context): void {
  const { report, drafts } = context;
  const [first, spot] = line.words;
  if (spot === undefined || line.words.length !== 2) {
    const message = 'vrrp_sync_group must have a name - skipping';
    report.mistake(line.words[2] ?? first, message, 'vrrp_sync_group NAME { ... }');
    return;
  }
  if (drafts.groups.some((group) => group.name === spot.text)) {
    report.mistake(spot, `vrrp sync group ${spot.text} already defined`, 'every group has a name of its own');
    return;
  }
  const draft = new GroupDraft(spot);
  drafts.groups.push(draft);
  context.walk(line.body, draft);
}
