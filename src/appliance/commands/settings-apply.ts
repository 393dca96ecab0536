import { type Command, Refusal } from '../control/command.ts';
import { SettingReader } from '../network/settings/reader.ts';
import { readChange, type SettingsChange } from '../settings/settings.ts';

/**
 * `{"command":"settings-apply","hostname":...,"power":...,"timeServers":[...]}`: what is given is changed, at once and for good.
 * @param apply keeps it and makes it true; throws when it cannot be kept
 */
export function settingsApplyCommand(apply: (change: SettingsChange) => void | Promise<void>): Command {
  return {
    word: 'settings-apply',
    help: 'change hostname=NAME, power=eco or performance, timeServers=["NAME"]',
    async run({ command: _, ...fields }) {
      const reader = new SettingReader();
      reader.object('settings', fields, ['hostname', 'power', 'timeServers']);
      const change = readChange(reader, fields);
      const [issue] = reader.issues;
      if (issue !== undefined) throw new Refusal('bad-settings', `${issue.path}: ${issue.message}`);
      if (Object.keys(change).length === 0) throw new Refusal('bad-settings', 'nothing is given that could be changed');
      await apply(change);
      return change;
    },
  };
}
