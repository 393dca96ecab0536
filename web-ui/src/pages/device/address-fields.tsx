/** How one port (or the bridge of both) comes to its addresses. */

import { SelectField, TextField } from '../../design/field.tsx';
import type { AddressForm, Choice4, Choice6 } from './network-form.ts';

const CHOICES_4: readonly { readonly value: Choice4; readonly label: string }[] = [
  { value: 'dhcp', label: 'from the network (DHCP)' },
  { value: 'fixed', label: 'this one' },
  { value: 'off', label: 'none' },
];
const CHOICES_6: readonly { readonly value: Choice6; readonly label: string }[] = [
  { value: 'automatic', label: 'as routers announce it' },
  { value: 'fixed', label: 'this one' },
  { value: 'link-local', label: 'link-local only' },
  { value: 'off', label: 'none' },
];

interface Properties {
  readonly title: string;
  readonly form: AddressForm;
  readonly onChange: (form: AddressForm) => void;
  /** What the unit finds wrong at `ipv4.address`, `vlan` ... */
  readonly errorAt: (path: string) => string | undefined;
  /** The inner side of a router has an address of its own, and is where the way ends. */
  readonly inner?: boolean;
  readonly disabled?: boolean;
}

export function AddressFields({ disabled, errorAt, form, inner, onChange, title }: Properties) {
  const change = (part: Partial<AddressForm>): void => onChange({ ...form, ...part });
  const choices4 = inner === true ? CHOICES_4.filter(({ value }) => value === 'fixed') : CHOICES_4;
  const choices6 = inner === true ? CHOICES_6.filter(({ value }) => value !== 'automatic') : CHOICES_6;
  return (
    <fieldset class="device-fields" disabled={disabled}>
      <legend>{title}</legend>
      <SelectField
        label="IPv4 address"
        value={form.ipv4}
        onChange={(value) => change({ ipv4: value as Choice4 })}
        choices={choices4}
        error={form.ipv4 === 'fixed' ? undefined : errorAt('ipv4')}
      />
      {form.ipv4 === 'fixed' && (
        <>
          <TextField
            label="IPv4 address and length of its network"
            value={form.address4}
            onInput={(address4) => change({ address4 })}
            placeholder="192.168.1.10/24"
            monospace
            required
            autoComplete="off"
            error={errorAt('ipv4.address') ?? errorAt('ipv4')}
          />
          {inner !== true && (
            <TextField
              label="IPv4 gateway"
              help="The way to everywhere else; may be left empty."
              value={form.gateway4}
              onInput={(gateway4) => change({ gateway4 })}
              placeholder="192.168.1.1"
              monospace
              autoComplete="off"
              error={errorAt('ipv4.gateway')}
            />
          )}
        </>
      )}
      <SelectField
        label="IPv6 address"
        value={form.ipv6}
        onChange={(value) => change({ ipv6: value as Choice6 })}
        choices={choices6}
        error={form.ipv6 === 'fixed' ? undefined : errorAt('ipv6')}
      />
      {form.ipv6 === 'fixed' && (
        <>
          <TextField
            label="IPv6 address and length of its network"
            value={form.address6}
            onInput={(address6) => change({ address6 })}
            placeholder="2001:db8::10/64"
            monospace
            required
            autoComplete="off"
            error={errorAt('ipv6.address') ?? errorAt('ipv6')}
          />
          {inner !== true && (
            <TextField
              label="IPv6 gateway"
              help="May be left empty: routers announce themselves."
              value={form.gateway6}
              onInput={(gateway6) => change({ gateway6 })}
              placeholder="2001:db8::1"
              monospace
              autoComplete="off"
              error={errorAt('ipv6.gateway')}
            />
          )}
        </>
      )}
      <TextField
        label="VLAN"
        help="A number from 1 to 4094 when the other end tags its packets; usually empty."
        value={form.vlan}
        onInput={(vlan) => change({ vlan })}
        inputMode="numeric"
        autoComplete="off"
        error={errorAt('vlan')}
      />
    </fieldset>
  );
}
