/** What the device is called, whose time it takes; starting anew, switching off, forgetting everything. */

import { useState } from 'preact/hooks';
import type { DeviceStatus } from '../../../../src/admin/answers/device.ts';
import { api, messageOf } from '../../api/client.ts';
import { useAsked } from '../../application/asked.ts';
import { awaitRestart, tellOff } from '../../application/away.ts';
import { mayAct } from '../../application/session.ts';
import { toast } from '../../application/toasts.tsx';
import { Button } from '../../design/button.tsx';
import { ConfirmDialog } from '../../design/dialog.tsx';
import { TextField } from '../../design/field.tsx';
import { PageHeader, Panel } from '../../design/page.tsx';
import { Loading, Notice } from '../../design/states.tsx';
import { DeviceTabs } from './device-tabs.tsx';
import { ResetDialog } from './reset-dialog.tsx';
import './device.css';

type Asking = 'reboot' | 'power-off' | 'reset';

export function SettingsPage() {
  return (
    <>
      <PageHeader
        title="Settings of the device"
        about="Its name and its time; and what can be done to it as a whole."
      />
      <DeviceTabs />
      {mayAct('admin') && <Names />}
      <Deeds />
    </>
  );
}

function Names() {
  const { answer, failure, refresh } = useAsked<DeviceStatus>('/api/device');
  return (
    <Panel title="Name and time">
      {failure !== undefined && <Notice tone="bad">{failure}</Notice>}
      {answer === undefined && failure === undefined && <Loading what="the settings" />}
      {answer !== undefined && <NamesForm hostname={answer.hostname} servers={answer.time.servers} refresh={refresh} />}
    </Panel>
  );
}

interface FormProperties {
  readonly hostname: string;
  readonly servers: readonly string[];
  readonly refresh: () => Promise<void>;
}

function NamesForm({ refresh, ...given }: FormProperties) {
  const [hostname, setHostname] = useState(given.hostname);
  const [servers, setServers] = useState(given.servers.join(', '));
  const [failure, setFailure] = useState<string>();
  const [busy, setBusy] = useState(false);
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setFailure(undefined);
    try {
      const timeServers = servers.split(/[\s,]+/).filter((one) => one !== '');
      await api.put('/api/device/settings', { hostname: hostname.trim(), timeServers });
      toast({ tone: 'good', text: 'The settings are kept.' });
      await refresh();
    } catch (error) {
      setFailure(messageOf(error));
    }
    setBusy(false);
  };
  return (
    <form class="stack" onSubmit={save}>
      <TextField
        label="Host name"
        help={`Letters, digits and hyphens. In its own network the unit is found as ${hostname.trim() || 'name'}.local; the name its owner gave it is another thing.`}
        value={hostname}
        onInput={setHostname}
        autoComplete="off"
        maxLength={63}
        required
      />
      <TextField
        label="Time servers"
        help="Names or addresses with commas between them; empty: those that the network tells."
        value={servers}
        onInput={setServers}
        placeholder="pool.ntp.org"
        autoComplete="off"
      />
      {failure !== undefined && <Notice tone="bad">{failure}</Notice>}
      <div class="row">
        <Button primary submit disabled={busy}>
          Save
        </Button>
      </div>
    </form>
  );
}

function Deeds() {
  const [asking, setAsking] = useState<Asking>();
  const close = (): void => setAsking(undefined);
  return (
    <Panel title="The device as a whole">
      <dl class="device-deeds">
        <div>
          <dt>
            <Button onClick={() => setAsking('reboot')}>Start anew...</Button>
          </dt>
          <dd class="muted">Away for 15 to 40 s. What is on trial is taken back by it.</dd>
        </div>
        {mayAct('admin') && (
          <>
            <div>
              <dt>
                <Button danger onClick={() => setAsking('power-off')}>
                  Switch off...
                </Button>
              </dt>
              <dd class="muted">Before it is unplugged. Somebody has to go there to switch it on again.</dd>
            </div>
            <div>
              <dt>
                <Button danger onClick={() => setAsking('reset')}>
                  Factory reset...
                </Button>
              </dt>
              <dd class="muted">Before it is given away: everything is forgotten, and it has to be claimed anew.</dd>
            </div>
          </>
        )}
      </dl>
      {asking === 'reboot' && (
        <ConfirmDialog
          title="Start the device anew?"
          deed="Start anew"
          danger
          onClose={close}
          onConfirm={async () => {
            await api.post('/api/device/reboot', {});
            awaitRestart();
          }}
        >
          <p>Services are away for 15 to 40 s. Another unit of a pair takes over meanwhile.</p>
        </ConfirmDialog>
      )}
      {asking === 'power-off' && (
        <ConfirmDialog
          title="Switch the device off?"
          deed="Switch off"
          danger
          onClose={close}
          onConfirm={async () => {
            await api.post('/api/device/power-off', {});
            tellOff();
          }}
        >
          <p>Its services end, and nobody can switch it on from afar.</p>
        </ConfirmDialog>
      )}
      {asking === 'reset' && <ResetDialog onClose={close} />}
    </Panel>
  );
}
