/** Addresses, routes and rules in the notation of keepalived's dumps. */

import type { AddressModel, RouteModel, RuleModel, ScriptCommandModel } from '../model.ts';
import { type AgentView, type InterfaceView, interfaceNamed } from './agent-view.ts';
import { addressText, commandText, prefixText } from './text-formats.ts';

/** `'/usr/bin/program' 'argument'`. */
export function scriptText(view: AgentView, { words }: ScriptCommandModel): string {
  const [program = '', ...rest] = words;
  return commandText([view.programPath(program), ...rest]);
}

const SCOPES = new Map([
  [0, 'global'],
  [200, 'site'],
  [253, 'link'],
  [254, 'host'],
  [255, 'nowhere'],
]);

const ROUTE_TYPES = ['unspec', 'unicast', 'local', 'broadcast', 'anycast', 'multicast', 'blackhole', 'unreachable'];
const LATER_ROUTE_TYPES = ['prohibit', 'throw', 'nat', 'xresolve'];

/** RTN_* by name; rules use the same numbers for what they do. */
function routeTypeName(type: number): string {
  return [...ROUTE_TYPES, ...LATER_ROUTE_TYPES][type] ?? String(type);
}

/** `vrrp.54@eth0` for what stands on another interface. */
function deviceText(view: AgentView, name: string, device: InterfaceView | undefined): string {
  const found = name === '' ? device : interfaceNamed(view, name);
  if (found === undefined) return `${name}@NOWHERE`;
  const parent =
    found.kind === 'macvlan' ? view.interfaces.find(({ index }) => index === found.parentIndex) : undefined;
  return parent === undefined ? found.name : `${found.name}@${parent.name}`;
}

/** The directed broadcast address of an IPv4 prefix. */
function derivedBroadcast(address: Uint8Array, prefixLength: number): Uint8Array {
  return address.map((byte, at) => byte | (0xff >> Math.min(8, Math.max(0, prefixLength - at * 8))));
}

function broadcastText(address: AddressModel): string {
  const { broadcast } = address;
  if (address.family !== 4 || broadcast === undefined || broadcast === 'none') return '';
  const bytes = broadcast === 'derived' ? derivedBroadcast(address.address, address.prefixLength) : broadcast;
  return ` brd ${addressText(bytes)}`;
}

function lifetimeText(address: AddressModel): string {
  if (address.family !== 6) return '';
  if (address.preferredLifetimeS === undefined) return ' preferred_lft forever';
  return address.preferredLifetimeS === 0 ? ' deprecated' : ` preferred_lft ${address.preferredLifetimeS}`;
}

/** @param device where it goes without `dev` */
export function virtualAddressText(
  view: AgentView,
  address: AddressModel,
  device: InterfaceView | undefined,
  set: boolean,
): string {
  const shown =
    address.peer === undefined ? prefixText(address.address, address.prefixLength) : addressText(address.address);
  return [
    shown,
    broadcastText(address),
    ` dev ${deviceText(view, address.interfaceName, device)}`,
    ` scope ${SCOPES.get(address.scope) ?? address.scope}`,
    address.label === '' ? '' : ` label ${address.label}`,
    address.peer === undefined ? '' : ` peer ${addressText(address.peer)}/${address.prefixLength}`,
    address.home ? ' home' : '',
    address.noDad ? ' -nodad' : '',
    address.managetempaddr ? ' mngtmpaddr' : '',
    address.noPrefixRoute ? ' noprefixroute' : '',
    address.autojoin ? ' autojoin' : '',
    address.noTrack ? ' no_track' : '',
    address.trackGroup === '' ? '' : ` track_group ${address.trackGroup}`,
    lifetimeText(address),
    set ? ' set' : '',
  ].join('');
}

const MAIN_TABLE = 254;
/** RTPROT_KEEPALIVED */
const OWN_PROTOCOL = 18;
const UNICAST = 1;

export function routeText(route: RouteModel): string {
  const { family } = route;
  const hops = route.nextHops.map(
    (hop) =>
      ` nexthop${hop.via === undefined ? '' : ` via ${hop.via.length === 16 ? 'inet6' : 'inet'} ${addressText(hop.via)}`}` +
      `${hop.interfaceName === '' ? '' : ` dev ${hop.interfaceName}`} weight ${hop.weight}${hop.onlink ? ' onlink' : ''}`,
  );
  return [
    // keepalived 2.2.7 shows (and treats) routes with a type as if `add` had been written.
    route.type === UNICAST ? 'prepend ' : 'add ',
    route.type === UNICAST ? '' : `${routeTypeName(route.type)} `,
    route.destination === undefined ? 'default' : prefixText(route.destination, route.prefixLength),
    route.source === undefined ? '' : ` src ${addressText(route.source)}`,
    route.tos === 0 ? '' : ` tos ${route.tos}`,
    route.via === undefined ? '' : ` via ${route.via.length === 16 ? 'inet6' : 'inet'} ${addressText(route.via)}`,
    route.interfaceName === '' ? '' : ` dev ${route.interfaceName}`,
    route.table === MAIN_TABLE ? '' : ` table ${route.table}`,
    ` proto ${route.protocol ?? OWN_PROTOCOL}`,
    route.scope === undefined ? '' : ` scope ${route.scope}`,
    route.metric === undefined ? '' : ` metric ${route.metric}`,
    family === 4 && route.onlink ? ' onlink' : '',
    route.mtu === undefined ? '' : ` mtu ${route.mtu}`,
    ...hops,
    route.noTrack ? ' no_track' : '',
  ].join('');
}

const hexadecimal = (value: number): string => `0x${(value >>> 0).toString(16)}`;

function markText(rule: RuleModel): string {
  if (rule.mark === undefined && rule.markMask === undefined) return '';
  const mask = rule.markMask === undefined || rule.markMask === 0xffff_ffff ? '' : `/${hexadecimal(rule.markMask)}`;
  return ` fwmark ${hexadecimal(rule.mark ?? 0)}${mask}`;
}

const TO_TABLE = 1;

export function ruleText(rule: RuleModel): string {
  return [
    rule.from === undefined && rule.to === undefined && rule.family === 6 ? 'inet6 ' : '',
    rule.invert ? 'not ' : '',
    rule.from === undefined ? 'from all' : `from ${prefixText(rule.from, rule.fromLength)}`,
    rule.to === undefined ? '' : ` to ${prefixText(rule.to, rule.toLength)}`,
    rule.preference === undefined ? '' : ` priority ${rule.preference}`,
    ` tos ${hexadecimal(rule.tos ?? 0)}`,
    markText(rule),
    rule.inputInterface === '' ? '' : ` iif ${rule.inputInterface}`,
    rule.outputInterface === '' ? '' : ` oif ${rule.outputInterface}`,
    ` protocol ${OWN_PROTOCOL}`,
    rule.action === TO_TABLE ? ` lookup ${rule.table}` : ` type ${routeTypeName(rule.action)}`,
    rule.noTrack ? ' no_track' : '',
  ].join('');
}
