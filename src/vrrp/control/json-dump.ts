/**
 * keepalived.json: one line, an array with `data` and `stats` of each instance, field for field and in the order in
 * which keepalived 2.2.7 writes them, so that its scripts, exporters and checks read ours.
 */

import type { NotifyModel, ScriptCommandModel } from '../model.ts';
import type { AgentView, InstanceView } from './agent-view.ts';
import { keepalivedCounters } from './keepalived-counters.ts';
import { routeText, ruleText, scriptText, virtualAddressText } from './object-texts.ts';
import { generalNumber, microsecondTime } from './text-formats.ts';

/** Already JSON. */
class Raw {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Value = string | number | boolean | Raw | readonly string[] | undefined;
type Field = readonly [name: string, value: Value];

function textOf(value: string): string {
  return JSON.stringify(value).replaceAll('/', '\\/');
}

function valueText(value: Exclude<Value, undefined>): string {
  if (value instanceof Raw) return value.text;
  if (typeof value === 'string') return textOf(value);
  if (typeof value === 'object') return `[${value.map(textOf).join(',')}]`;
  return String(value);
}

/** Fields without a value are left out. */
function objectText(fields: readonly Field[]): string {
  const parts: string[] = [];
  for (const [name, value] of fields) if (value !== undefined) parts.push(`"${name}":${valueText(value)}`);
  return `{${parts.join(',')}}`;
}

const number = (condition: boolean): number => (condition ? 1 : 0);
const listed = (list: readonly string[]): readonly string[] | undefined => (list.length === 0 ? undefined : list);
const general = (value: number): Raw => new Raw(generalNumber(value));
const wholeSeconds = (ms: number): number => Math.floor(ms / 1000);

function scriptFields(view: AgentView, notify: NotifyModel): readonly Field[] {
  const script = (command: ScriptCommandModel | undefined): string | undefined =>
    command === undefined ? undefined : scriptText(view, command);
  return [
    ['script_backup', script(notify.backup)],
    ['script_master', script(notify.master)],
    ['script_fault', script(notify.fault)],
    ['script_stop', script(notify.stop)],
    ['script_deleted', script(notify.deleted)],
    ['script', script(notify.any)],
    ['script_master_rx_lower_pri', script(notify.masterRxLowerPriority)],
  ];
}

/** The password up to its padding; bytes are characters. */
function passwordText(data: Uint8Array): string {
  const end = data.indexOf(0);
  return Buffer.from(end < 0 ? data : data.subarray(0, end)).toString('latin1');
}

function dataText(view: AgentView, { machine, device }: InstanceView): string {
  const { model } = machine;
  const { announce } = model;
  const scripts = new Map(view.model.scripts.map((entry) => [entry.name, scriptText(view, entry.command)]));
  const addresses = (list: typeof model.addresses): readonly string[] | undefined =>
    listed(list.map((address) => virtualAddressText(view, address, device, machine.addressesSet)));
  return objectText([
    ['iname', model.name],
    ['dont_track_primary', number(model.dontTrackPrimary)],
    ['skip_check_adv_addr', number(model.skipCheckAdvertAddresses)],
    ['strict_mode', number(model.strict)],
    ['vmac_ifname', model.vmac?.interfaceName ?? ''],
    ['ifp_ifname', device?.name ?? model.interfaceName],
    ['master_priority', machine.obeyedPriority],
    ['last_transition', new Raw(microsecondTime(machine.lastTransitionMs || view.startedMs))],
    ['garp_delay', general(announce.delayMs / 1000)],
    ['garp_refresh', wholeSeconds(announce.refreshMs)],
    ['garp_rep', announce.repeat],
    ['garp_refresh_rep', announce.refreshRepeat],
    ['garp_lower_prio_delay', wholeSeconds(announce.lowerPriorityDelayMs)],
    ['garp_lower_prio_rep', announce.lowerPriorityRepeat],
    ['lower_prio_no_advert', number(model.lowerPriorityNoAdvert)],
    ['higher_prio_send_advert', number(model.higherPrioritySendAdvert)],
    ['vrid', model.vrid],
    ['base_priority', machine.basePriority],
    ['effective_priority', machine.effectivePriority],
    ['vipset', machine.addressesSet],
    ['promote_secondaries', model.promoteSecondaries],
    ['adver_int', general(model.advertIntervalMs / 1000)],
    ['master_adver_int', general(machine.masterAdvertIntervalMs / 1000)],
    ['accept', number(model.accept)],
    ['nopreempt', model.nopreempt],
    ['preempt_delay', wholeSeconds(model.preemptDelayMs)],
    ['state', machine.state],
    ['wantstate', machine.wantState],
    ['version', model.version],
    ['smtp_alert', model.smtpAlert],
    ['notify_deleted', model.notify.notifyDeleted || model.notify.deleted !== undefined],
    ...scriptFields(view, model.notify),
    ['vips', addresses(model.addresses)],
    ['evips', addresses(model.excludedAddresses)],
    ['vroutes', listed(model.routes.map(routeText))],
    ['vrules', listed(model.rules.map(ruleText))],
    ['track_ifp', listed(model.tracks.interfaces.map((use) => use.name))],
    ['track_script', listed(model.tracks.scripts.map((use) => scripts.get(use.name) ?? use.name))],
    ['auth_type', model.authentication.type],
    ['auth_data', model.authentication.type === 0 ? undefined : passwordText(model.authentication.data)],
  ]);
}

/** The whole file, its line feed included. */
export function jsonDump(view: AgentView): string {
  const parts = view.instances.map(
    (instance) =>
      `{"data":${dataText(view, instance)},"stats":${JSON.stringify(keepalivedCounters(instance.machine.counters))}}`,
  );
  return `[${parts.join(',')}]\n`;
}
