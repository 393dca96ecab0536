/** `notify_master` and its kin, for instances and sync groups. */

import type { ScriptCommandModel } from '../../model.ts';
import { notifyCommand } from '../commands.ts';
import type { NotifyDraft } from '../drafts.ts';
import { type Keyword, works } from '../keyword.ts';

interface Owner {
  readonly name: string;
  readonly notify: NotifyDraft;
  smtpAlert: boolean | undefined;
}

type Slot = 'master' | 'backup' | 'fault' | 'stop' | 'any' | 'masterRxLowerPriority';

const GRAMMAR = '"COMMAND ARGUMENT ..." [USER [GROUP]]';

function script<Draft extends Owner>(name: string, slot: Slot, help: string, what: string): Keyword<Draft> {
  return works(name, GRAMMAR, help, (line, draft, context) => {
    if (draft.notify[slot] !== undefined) {
      const word = context.word(line, 1);
      const message = `${what}${draft.name}${what === '(' ? ')' : ':'} ${name} script already specified - ignoring ${word.text}`;
      context.report.mistake(word, message, 'the first one counts');
      return;
    }
    const command: ScriptCommandModel | undefined = notifyCommand(line, context, 'notify');
    if (command !== undefined) draft.notify[slot] = command;
  });
}

export function notifyKeywords<Draft extends Owner>(what: '(' | 'vrrp group '): Keyword<Draft>[] {
  return [
    script('notify_master', 'master', 'is run on becoming MASTER', what),
    script('notify_backup', 'backup', 'is run on becoming BACKUP', what),
    script('notify_fault', 'fault', 'is run on a FAULT', what),
    script('notify_stop', 'stop', 'is run when the agent stops', what),
    script('notify', 'any', 'is run on every change, with TYPE NAME STATE PRIORITY after its arguments', what),
    works(
      'notify_priority_changes',
      '[on|off]',
      'the notify scripts and FIFOs are told of changed priorities, too',
      (line, draft: Draft, context) => {
        const value = context.switch(
          line,
          (word) => `(${draft.name}) Invalid value '${word}' for notify_priority_changes specified`,
        );
        if (value !== undefined) draft.notify.priorityChanges = value;
      },
      { initially: 'off' },
    ),
  ];
}

export const INSTANCE_ONLY: readonly Keyword<Owner>[] = [
  script('notify_master_rx_lower_pri', 'masterRxLowerPriority', 'is run when a MASTER hears a lower priority', '('),
  works(
    'notify_deleted',
    `[${GRAMMAR}]`,
    'is run when a reload takes the instance away; without a command: notify is told DELETED instead of FAULT',
    (line, draft, context) => {
      const { notify } = draft;
      if (notify.notifyDeleted) {
        const word = line.words[1] ?? line.words[0];
        const message = `(${draft.name}) notify_deleted already specified - ignoring ${line.words[1]?.text ?? ''}`;
        context.report.mistake(word, message, 'the first one counts');
        return;
      }
      if (line.words.length > 1) notify.deleted = notifyCommand(line, context, 'notify');
      notify.notifyDeleted = true;
    },
  ),
];
