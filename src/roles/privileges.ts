/**
 * Giving up what is needed only to start: chroot, then group, then user, in HAProxy's order. Afterwards the process can
 * open no file and bind no low port.
 */

import type { GlobalModel } from '../config/model.ts';
import { chroot, setGroup, setGroups, setUser } from '../sys/credentials.ts';
import type { StartupMessages } from './startup-messages.ts';

/** Returns false after an alert that must end the process. */
export function dropPrivileges(global: GlobalModel, program: string, messages: StartupMessages): boolean {
  if (global.chroot !== undefined && chroot(global.chroot) < 0) {
    messages.alert(`[${program}.main()] Cannot chroot(${global.chroot}).`);
    return false;
  }
  if (global.gid !== undefined && global.gid > 0) {
    if ((process.getgroups?.().length ?? 0) > 0 && setGroups([]) < 0) {
      messages.warning(
        `[${program}.main()] Failed to drop supplementary groups. Using 'gid'/'group' without 'uid'/'user' is ` +
          'generally useless.',
      );
    }
    if (setGroup(global.gid) < 0) {
      messages.alert(`[${program}.main()] Cannot set gid ${global.gid}.`);
      return false;
    }
  }
  if (global.uid !== undefined && global.uid > 0 && setUser(global.uid) < 0) {
    messages.alert(`[${program}.main()] Cannot set uid ${global.uid}.`);
    return false;
  }
  return true;
}
