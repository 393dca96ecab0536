/** What is told about a transition: the words for a `notify` script and the line for a FIFO (vrrp_notify.c), pure. */
export type NotifyEvent =
  | 'MASTER'
  | 'BACKUP'
  | 'FAULT'
  | 'STOP'
  | 'DELETED'
  | 'MASTER_RX_LOWER_PRI'
  | 'MASTER_PRIORITY'
  | 'BACKUP_PRIORITY';

export type NotifyScope = 'INSTANCE' | 'GROUP';

/** The four words after the script's own; the priority of a group is 0. */
export function notifyArguments(scope: NotifyScope, name: string, event: NotifyEvent, priority: number): string[] {
  return [scope, name, event, String(priority)];
}

export function notifyLine(scope: NotifyScope, name: string, event: NotifyEvent, priority: number): string {
  return `${scope} "${name}" ${event} ${priority}\n`;
}
