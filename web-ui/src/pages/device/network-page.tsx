/** How the two ports are used: changed as a form, checked by the unit, on trial until somebody keeps it. */

import { useEffect } from 'preact/hooks';
import type { DevicePort } from '../../../../src/admin/answers/device.ts';
import type { DeviceNetwork } from '../../../../src/admin/answers/device-network.ts';
import { useAsked } from '../../application/asked.ts';
import { mayAct } from '../../application/session.ts';
import { stateOf } from '../../application/trial.ts';
import { PageHeader, Panel } from '../../design/page.tsx';
import { Loading, Notice } from '../../design/states.tsx';
import { DeviceTabs } from './device-tabs.tsx';
import { ModePicture } from './mode-picture.tsx';
import { NetworkEditor } from './network-editor.tsx';
import { labelsOf, MODES, networkSentences } from './network-words.ts';
import { useDevice } from './use-device.ts';
import './device.css';

export function NetworkPage() {
  const { answer: network, failure, refresh } = useAsked<DeviceNetwork>('/api/device/network');
  const { answer: device, failure: deviceFailure } = useDevice();
  const state = stateOf('device-network');
  const trial = state?.trial ?? null;
  // What was kept or taken back is what is shown, whoever did it.
  useEffect(() => void refresh(), [trial === null]);
  const told = failure ?? deviceFailure;
  return (
    <>
      <PageHeader
        title="Network of the device"
        about="How its two ports are used, and which addresses they have. A change is on trial first: if it locks you out, it goes by itself."
      />
      <DeviceTabs />
      {told !== undefined && <Notice tone="bad">{told}</Notice>}
      {(network === undefined || device === undefined) && told === undefined && <Loading what="the network" />}
      {network !== undefined && device !== undefined && (
        <>
          <InForce network={network} ports={device.ports ?? []} />
          {trial === null && mayAct('admin') && (
            <NetworkEditor
              key={JSON.stringify(network.settings)}
              inForce={network.settings}
              ports={device.ports ?? []}
              hostname={device.hostname}
            />
          )}
        </>
      )}
    </>
  );
}

function InForce({ network, ports }: { readonly network: DeviceNetwork; readonly ports: readonly DevicePort[] }) {
  const { settings } = network;
  return (
    <Panel title={`Now: ${MODES[settings.mode].label}`}>
      <div class="device-now">
        <ModePicture mode={settings.mode} />
        <div class="stack">
          <p>{MODES[settings.mode].about}</p>
          <ul>
            {networkSentences(settings, labelsOf(ports)).map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </div>
      </div>
    </Panel>
  );
}
