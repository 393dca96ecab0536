/** The table of all keywords (registry.ts says what it answers). */

import type { InstanceDraft } from './drafts.ts';
import { announceKeywords } from './keywords/announce.ts';
import { AUTHENTICATION, AUTHENTICATION_BLOCK } from './keywords/authentication.ts';
import { VRRP_GLOBALS } from './keywords/globals.ts';
import { GROUP } from './keywords/groups.ts';
import { PEERS } from './keywords/instance-peers.ts';
import { INSTANCE, NATIVE_IPV6 } from './keywords/instances.ts';
import { LATER_GLOBALS } from './keywords/later.ts';
import { INSTANCE_ONLY, notifyKeywords } from './keywords/notifies.ts';
import { PROCESS_GLOBALS } from './keywords/process.ts';
import { GARP_GROUP, PROCESS_ROOTS, ROOTS, TRACK_GROUP } from './keywords/roots.ts';
import { SCRIPT } from './keywords/scripts.ts';
import { FILE, PROCESS, PROXY } from './keywords/tracked.ts';
import { trackKeywords } from './keywords/tracks.ts';
import { LATER_INTERFACES, VMAC } from './keywords/vmac.ts';
import { KeywordTable } from './registry.ts';

export const KEYWORDS = new KeywordTable({
  '': [...PROCESS_ROOTS, ...ROOTS],
  global_defs: [...VRRP_GLOBALS, ...PROCESS_GLOBALS, ...LATER_GLOBALS],
  vrrp_instance: [
    ...INSTANCE,
    ...PEERS,
    NATIVE_IPV6,
    AUTHENTICATION_BLOCK,
    ...VMAC,
    ...trackKeywords<InstanceDraft>(),
    ...notifyKeywords<InstanceDraft>('('),
    ...INSTANCE_ONLY,
    ...announceKeywords<InstanceDraft>(
      '',
      (draft) => draft.announce,
      (draft) => `(${draft.name}): `,
    ),
    ...LATER_INTERFACES,
  ],
  authentication: AUTHENTICATION,
  vrrp_sync_group: GROUP,
  vrrp_script: SCRIPT,
  track_file: FILE,
  vrrp_track_process: PROCESS,
  vrrp_track_proxy: PROXY,
  garp_group: GARP_GROUP,
  track_group: TRACK_GROUP,
});
