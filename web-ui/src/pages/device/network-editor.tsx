/** The form of the network settings, then the difference, then the trial. */

import { useState } from 'preact/hooks';
import type { DevicePort } from '../../../../src/admin/answers/device.ts';
import type { NetworkIssue, NetworkMode, NetworkSettings } from '../../../../src/admin/answers/device-network.ts';
import { api } from '../../api/client.ts';
import { toastError } from '../../application/toasts.tsx';
import { Button } from '../../design/button.tsx';
import { SelectField, TextField } from '../../design/field.tsx';
import { Panel } from '../../design/page.tsx';
import { Notice } from '../../design/states.tsx';
import { AddressFields } from './address-fields.tsx';
import { ModePicture } from './mode-picture.tsx';
import { formOf, innerPort, type NetworkForm, settingsOf } from './network-form.ts';
import { NetworkReview } from './network-review.tsx';
import { MODE_NAMES, MODES } from './network-words.ts';

interface Properties {
  readonly inForce: NetworkSettings;
  readonly ports: readonly DevicePort[];
  readonly hostname: string;
}

export function NetworkEditor({ hostname, inForce, ports }: Properties) {
  const names = ports.map(({ name }) => name);
  const [form, setForm] = useState(() => formOf(inForce, names));
  const [issues, setIssues] = useState<readonly NetworkIssue[]>([]);
  const [reviewed, setReviewed] = useState<NetworkSettings>();
  const [busy, setBusy] = useState(false);
  const change = (part: Partial<NetworkForm>): void => setForm({ ...form, ...part });
  const check = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    try {
      const settings = settingsOf(form);
      const found = await api.post<{ readonly issues: readonly NetworkIssue[] }>('/api/device/network/check', {
        network: settings,
      });
      setIssues(found.issues);
      if (found.issues.length === 0) setReviewed(settings);
    } catch (error) {
      toastError(error);
    }
    setBusy(false);
  };
  if (reviewed !== undefined) {
    return (
      <NetworkReview
        before={inForce}
        after={reviewed}
        ports={ports}
        hostname={hostname}
        onBack={() => setReviewed(undefined)}
      />
    );
  }
  return (
    <Panel title="Change it">
      <form class="stack" onSubmit={check}>
        <ModeChoice chosen={form.mode} onChoose={(mode) => change({ mode })} />
        <ModeFields form={form} change={change} ports={ports} issues={issues} />
        <TextField
          label="Name servers"
          help="Addresses with commas between them; empty: those that the network tells."
          value={form.nameServers}
          onInput={(nameServers) => change({ nameServers })}
          placeholder="192.168.1.1"
          autoComplete="off"
          monospace
          error={issueBelow(issues, 'network.nameServers')}
        />
        {issues.length > 0 && (
          <Notice tone="bad">
            <p>The unit could not use this:</p>
            <ul>
              {issues.map(({ message, path }) => (
                <li key={`${path} ${message}`}>
                  <code>{path}</code>: {message}
                </li>
              ))}
            </ul>
          </Notice>
        )}
        <div class="row">
          <Button primary submit disabled={busy}>
            Check and review
          </Button>
          <Button
            onClick={() => {
              setForm(formOf(inForce, names));
              setIssues([]);
            }}
          >
            As it is now
          </Button>
        </div>
      </form>
    </Panel>
  );
}

/** Below a path, too: `network.nameServers[1]`. */
function issueBelow(issues: readonly NetworkIssue[], path: string): string | undefined {
  return issues.find((issue) => issue.path.startsWith(path))?.message;
}

function issueAt(issues: readonly NetworkIssue[], path: string): string | undefined {
  return issues.find((issue) => issue.path === path)?.message;
}

interface ChoiceProperties {
  readonly chosen: NetworkMode;
  readonly onChoose: (mode: NetworkMode) => void;
}

function ModeChoice({ chosen, onChoose }: ChoiceProperties) {
  return (
    <fieldset class="device-modes">
      <legend>What the ports are for</legend>
      {MODE_NAMES.map((mode) => (
        <label key={mode} class={mode === chosen ? 'device-mode device-mode-chosen' : 'device-mode'}>
          <span class="row">
            <input
              type="radio"
              name="mode"
              value={mode}
              checked={mode === chosen}
              onChange={() => onChoose(mode)}
              aria-describedby={`mode-${mode}`}
            />
            <strong>{MODES[mode].label}</strong>
          </span>
          <ModePicture mode={mode} />
          <span class="muted" id={`mode-${mode}`}>
            {MODES[mode].about}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

interface FieldsProperties {
  readonly form: NetworkForm;
  readonly change: (part: Partial<NetworkForm>) => void;
  readonly ports: readonly DevicePort[];
  readonly issues: readonly NetworkIssue[];
}

function ModeFields({ change, form, issues, ports }: FieldsProperties) {
  const labelled = (name: string): string => ports.find((port) => port.name === name)?.label ?? name;
  const choices = ports.map(({ label, name }) => ({
    value: name,
    label: label === name ? name : `${label} (${name})`,
  }));
  const port = (name: string) => {
    const own = form.ports[name];
    return (
      own !== undefined && (
        <AddressFields
          key={name}
          title={`Port ${labelled(name)}`}
          form={own}
          onChange={(next) => change({ ports: { ...form.ports, [name]: next } })}
          errorAt={(path) => issueAt(issues, `network.ports.${name}.${path}`)}
        />
      )
    );
  };
  switch (form.mode) {
    case 'two-arm':
      return <div class="device-pair">{ports.map(({ name }) => port(name))}</div>;
    case 'one-arm':
      return (
        <>
          <SelectField label="Port" value={form.arm} onChange={(arm) => change({ arm })} choices={choices} />
          {port(form.arm)}
        </>
      );
    case 'bridge':
      return (
        <AddressFields
          title="Address of the unit, on both ports"
          form={form.bridge}
          onChange={(bridge) => change({ bridge })}
          errorAt={(path) => issueAt(issues, `network.bridge.${path}`)}
        />
      );
    case 'router':
      return (
        <>
          <SelectField
            label="Port that leads out"
            value={form.uplink}
            onChange={(uplink) => change({ uplink })}
            choices={choices}
            error={issueAt(issues, 'network.uplink')}
          />
          <div class="device-pair">
            {port(form.uplink)}
            <div class="stack">
              <AddressFields
                title={`Port ${labelled(innerPort(form))}: its own network`}
                form={form.inner}
                onChange={(inner) => change({ inner })}
                errorAt={(path) => issueAt(issues, `network.ports.${innerPort(form)}.${path}`)}
                inner
              />
              <LeaseFields form={form} change={change} issues={issues} />
            </div>
          </div>
        </>
      );
  }
}

function LeaseFields({ change, form, issues }: Omit<FieldsProperties, 'ports'>) {
  return (
    <fieldset class="device-fields">
      <legend>Addresses it gives away</legend>
      <TextField
        label="First address"
        value={form.firstLease}
        onInput={(firstLease) => change({ firstLease })}
        monospace
        required
        autoComplete="off"
        error={issueAt(issues, 'network.leases.first') ?? issueAt(issues, 'network.leases')}
      />
      <TextField
        label="Last address"
        value={form.lastLease}
        onInput={(lastLease) => change({ lastLease })}
        monospace
        required
        autoComplete="off"
        error={issueAt(issues, 'network.leases.last')}
      />
      <TextField
        label="For so many hours"
        value={form.leaseHours}
        onInput={(leaseHours) => change({ leaseHours })}
        inputMode="numeric"
        required
        autoComplete="off"
        error={issueAt(issues, 'network.leases.hours')}
      />
    </fieldset>
  );
}
