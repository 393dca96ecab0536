/** The network settings of the device as a form has them: every field a text, whatever the mode needs of them. */

import type { Addressing, NetworkMode, NetworkSettings } from '../../../../src/admin/answers/device-network.ts';

export type Choice4 = 'dhcp' | 'fixed' | 'off';
export type Choice6 = 'automatic' | 'link-local' | 'fixed' | 'off';

export interface AddressForm {
  readonly ipv4: Choice4;
  readonly address4: string;
  readonly gateway4: string;
  readonly ipv6: Choice6;
  readonly address6: string;
  readonly gateway6: string;
  /** '' is none. */
  readonly vlan: string;
}

export interface NetworkForm {
  readonly mode: NetworkMode;
  /** By the names of the ports, each of the board's. */
  readonly ports: Readonly<Record<string, AddressForm>>;
  readonly bridge: AddressForm;
  /** The port of `one-arm`. */
  readonly arm: string;
  /** The port of `router` that leads out. */
  readonly uplink: string;
  /** The inner side of a router. */
  readonly inner: AddressForm;
  readonly firstLease: string;
  readonly lastLease: string;
  readonly leaseHours: string;
  /** Between commas or blanks. */
  readonly nameServers: string;
}

const AUTOMATIC: AddressForm = {
  ipv4: 'dhcp',
  address4: '',
  gateway4: '',
  ipv6: 'automatic',
  address6: '',
  gateway6: '',
  vlan: '',
};
/** Of a network that hardly anybody has already. */
const INNER: AddressForm = { ...AUTOMATIC, ipv4: 'fixed', address4: '10.77.79.1/24', ipv6: 'link-local' };
const LEASES = { first: '10.77.79.100', last: '10.77.79.199', hours: 12 };

function addressForm({ ipv4, ipv6, vlan }: Addressing): AddressForm {
  return {
    ipv4: typeof ipv4 === 'string' ? ipv4 : 'fixed',
    address4: typeof ipv4 === 'string' ? '' : ipv4.address,
    gateway4: typeof ipv4 === 'string' ? '' : (ipv4.gateway ?? ''),
    ipv6: typeof ipv6 === 'string' ? ipv6 : 'fixed',
    address6: typeof ipv6 === 'string' ? '' : ipv6.address,
    gateway6: typeof ipv6 === 'string' ? '' : (ipv6.gateway ?? ''),
    vlan: vlan === undefined ? '' : String(vlan),
  };
}

/** @param names of the board's ports */
export function formOf(settings: NetworkSettings, names: readonly string[]): NetworkForm {
  const { mode, nameServers } = settings;
  const given = mode === 'bridge' ? {} : settings.ports;
  const uplink = mode === 'router' ? settings.uplink : (names[0] ?? '');
  const within = mode === 'router' ? Object.keys(given).find((name) => name !== uplink) : undefined;
  const inner = within === undefined ? undefined : given[within];
  const leases = mode === 'router' ? settings.leases : LEASES;
  return {
    mode,
    ports: Object.fromEntries(
      names.map((name) => [name, given[name] === undefined || name === within ? AUTOMATIC : addressForm(given[name])]),
    ),
    bridge: mode === 'bridge' ? addressForm(settings.bridge) : AUTOMATIC,
    arm: (mode === 'one-arm' ? Object.keys(given)[0] : undefined) ?? names[0] ?? '',
    uplink,
    inner: inner === undefined ? INNER : addressForm(inner),
    firstLease: leases.first,
    lastLease: leases.last,
    leaseHours: String(leases.hours),
    nameServers: nameServers.join(', '),
  };
}

function fixed(address: string, gateway: string): { readonly address: string; readonly gateway?: string } {
  const way = gateway.trim();
  return { address: address.trim(), ...(way === '' ? {} : { gateway: way }) };
}

function addressing(form: AddressForm): Addressing {
  const { address4, address6, gateway4, gateway6, ipv4, ipv6, vlan } = form;
  return {
    ipv4: ipv4 === 'fixed' ? fixed(address4, gateway4) : ipv4,
    ipv6: ipv6 === 'fixed' ? fixed(address6, gateway6) : ipv6,
    // What is no number is sent as it is: the unit says what is wrong with it.
    ...(vlan.trim() === '' ? {} : { vlan: Number(vlan) }),
  };
}

/** The other one of two. */
export function innerPort({ ports, uplink }: NetworkForm): string {
  return Object.keys(ports).find((name) => name !== uplink) ?? '';
}

export function settingsOf(form: NetworkForm): NetworkSettings {
  const { arm, bridge, firstLease, inner, lastLease, leaseHours, mode, ports, uplink } = form;
  const nameServers = form.nameServers.split(/[\s,]+/).filter((one) => one !== '');
  const port = (name: string): Addressing => addressing(ports[name] ?? AUTOMATIC);
  switch (mode) {
    case 'two-arm':
      return { mode, ports: Object.fromEntries(Object.keys(ports).map((name) => [name, port(name)])), nameServers };
    case 'one-arm':
      return { mode, ports: { [arm]: port(arm) }, nameServers };
    case 'bridge':
      return { mode, bridge: addressing(bridge), nameServers };
    case 'router':
      return {
        mode,
        ports: { [uplink]: port(uplink), [innerPort(form)]: addressing(inner) },
        uplink,
        leases: { first: firstLease.trim(), last: lastLease.trim(), hours: Number(leaseHours) },
        nameServers,
      };
  }
}
