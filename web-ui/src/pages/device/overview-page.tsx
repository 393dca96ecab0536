/** Is the box itself well: what runs on it, what would run next, and why the last start was not good. */

import type { DeviceStatus } from '../../../../src/admin/answers/device.ts';
import { api } from '../../api/client.ts';
import { mayAct } from '../../application/session.ts';
import { toast, toastError } from '../../application/toasts.tsx';
import { Button } from '../../design/button.tsx';
import { formatDuration } from '../../design/format.ts';
import { Facts, PageHeader, Panel } from '../../design/page.tsx';
import { Badge, Loading, Notice } from '../../design/states.tsx';
import { DeviceTabs } from './device-tabs.tsx';
import { PortsPanel } from './ports-panel.tsx';
import { PowerPanel } from './power-panel.tsx';
import { RolesPanel } from './roles-panel.tsx';
import { SlotsPanel } from './slots-panel.tsx';
import { useDevice } from './use-device.ts';
import './device.css';

const UNKNOWN = <span class="muted">not known</span>;

async function identify(): Promise<void> {
  const { seconds } = await api.post<{ readonly seconds: number }>('/api/device/identify', {});
  toast({ tone: 'good', text: `All its lights blink for ${seconds} s.` });
}

export function OverviewPage() {
  const { answer: device, failure, refresh } = useDevice();
  return (
    <>
      <PageHeader
        title="Device"
        about="The box that all of this runs on: what runs, what would run next, and whether it is well."
        actions={
          mayAct('operator') && (
            <Button onClick={() => identify().catch(toastError)} title="Which of the boxes is it?">
              Blink its lights
            </Button>
          )
        }
      />
      <DeviceTabs />
      {failure !== undefined && <Notice tone="bad">{failure}</Notice>}
      {device === undefined && failure === undefined && <Loading what="the device" />}
      {device !== undefined && (
        <>
          <State device={device} />
          <SlotsPanel device={device} />
          <PortsPanel ports={device.ports} />
          <RolesPanel roles={device.roles} />
          <div class="device-pair">
            <PowerPanel power={device.power} refresh={refresh} />
            <About device={device} />
          </div>
        </>
      )}
    </>
  );
}

/** In one sentence if all is well, else what is not, and what that means. */
function State({ device: { boot, configuration, data } }: { readonly device: DeviceStatus }) {
  const serves = configuration?.source;
  const well = boot.good && data.state === 'good' && serves !== 'failure';
  return (
    <>
      {well && <Notice tone="good">The device is well.</Notice>}
      {!boot.good && (
        <Notice tone="warning">
          <strong>This start has not proved healthy yet</strong>
          {boot.whyNotGood === '' ? ': that takes ten seconds in which everything works.' : `: ${boot.whyNotGood}.`}
        </Notice>
      )}
      {data.state === 'damaged' && (
        <Notice tone="bad">
          <strong>The storage for settings cannot be used</strong>
          {data.why === '' ? '.' : `: ${data.why}.`} The unit runs from memory: what is changed now is gone with the
          next restart. A factory reset makes the storage anew.
        </Notice>
      )}
      {serves === 'failure' && (
        <Notice tone="bad">
          <strong>The device runs with its emergency settings</strong>
          {configuration?.why === '' ? '.' : `: ${configuration?.why}.`} It can be reached and repaired; services may be
          missing.
        </Notice>
      )}
      {serves === 'factory' && (
        <Notice tone="information">Nobody has changed the settings of the device: it has those of the factory.</Notice>
      )}
    </>
  );
}

function About({ device }: { readonly device: DeviceStatus }) {
  const { board, boot, data, hostname, time, unitId, version, watchdog } = device;
  return (
    <Panel title="What it is">
      <Facts
        facts={[
          ['Board', board.name],
          ['Version', version],
          ['Unit', unitId],
          ['Host name', `${hostname} (in its network: ${hostname}.local)`],
          ['Started because', boot.reason || UNKNOWN],
          ['Well after', boot.seconds === null ? 'not yet' : formatDuration(1000 * boot.seconds)],
          ['Settings are kept', data.state === 'good' ? 'yes' : 'no: in memory only'],
          [
            'Time',
            time.synchronized ? (
              'set by the network'
            ) : (
              <>
                <Badge tone="warning">not set</Badge> by the network: it may be wrong
              </>
            ),
          ],
          ['Watchdog', <Watchdog key="watchdog" watchdog={watchdog} />],
        ]}
      />
    </Panel>
  );
}

function Watchdog({ watchdog }: Pick<DeviceStatus, 'watchdog'>) {
  if (watchdog.device === null) return <>none on this board</>;
  if (watchdog.why !== '') {
    return (
      <>
        <Badge tone="warning">does not watch</Badge> {watchdog.why}
      </>
    );
  }
  const after = watchdog.timeoutSeconds === null ? 'soon' : `after ${watchdog.timeoutSeconds} s`;
  return <>starts the device anew {after} if it hangs</>;
}
