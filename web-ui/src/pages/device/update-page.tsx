/** New software: received and looked at first, started on purpose; and the way back. */

import { useEffect, useRef, useState } from 'preact/hooks';
import type { DeviceStatus, DeviceUpdate } from '../../../../src/admin/answers/device.ts';
import { api, messageOf } from '../../api/client.ts';
import { upload } from '../../api/upload.ts';
import { awaitRestart } from '../../application/away.ts';
import { FileButton } from '../../application/file-button.tsx';
import { plainVersion } from '../../application/session.ts';
import { Button } from '../../design/button.tsx';
import { ConfirmDialog } from '../../design/dialog.tsx';
import { formatBytes } from '../../design/format.ts';
import { Facts, PageHeader, Panel } from '../../design/page.tsx';
import { Badge, EmptyState, Loading, Notice } from '../../design/states.tsx';
import { DeviceTabs } from './device-tabs.tsx';
import { otherSlot, SlotsPanel, versionIn } from './slots-panel.tsx';
import { useDevice } from './use-device.ts';
import './device.css';

export function UpdatePage() {
  const { answer: device, failure, refresh } = useDevice();
  return (
    <>
      <PageHeader
        title="Update of the device"
        about="New software goes to the place that does not run, and is started only when you say so. If it does not get well, the old one runs again."
      />
      <DeviceTabs />
      {failure !== undefined && <Notice tone="bad">{failure}</Notice>}
      {device === undefined && failure === undefined && <Loading what="the device" />}
      {device !== undefined && (
        <>
          <SlotsPanel device={device} />
          {device.slot === null ? (
            <EmptyState title="This machine has no places for updates" below>
              It does not run from an image of ours.
            </EmptyState>
          ) : (
            <>
              <UploadPanel device={device} refresh={refresh} />
              <BackPanel device={device} />
            </>
          )}
        </>
      )}
    </>
  );
}

/** They hold the list of contents and its signature (the route takes no more). */
const BEGINNING_BYTES = 320 * 1024;

interface Sending {
  /** In words. */
  readonly what: string;
  readonly sizeBytes: number;
  readonly sentBytes: number;
}

interface PanelProperties {
  readonly device: DeviceStatus;
  readonly refresh: () => Promise<void>;
}

function UploadPanel({ device: { update }, refresh }: PanelProperties) {
  const [sending, setSending] = useState<Sending>();
  const [failure, setFailure] = useState<string>();
  const abort = useRef<AbortController>();
  // Who leaves the page stops it: half an update is none.
  useEffect(() => () => abort.current?.abort(new Error('the page was left')), []);
  const send = async (file: File): Promise<void> => {
    setFailure(undefined);
    abort.current = new AbortController();
    const { signal } = abort.current;
    const { size: sizeBytes } = file;
    const onProgress = (what: string) => (sentBytes: number) => setSending({ what, sizeBytes, sentBytes });
    onProgress(file.name)(0);
    try {
      const beginning = file.slice(0, BEGINNING_BYTES);
      // Nobody waits for all of a file that is refused for its beginning.
      const { version } = await upload<{ readonly version: string }>('/api/device/update/check', beginning, {
        signal,
        onProgress: onProgress(file.name),
      });
      await upload('/api/device/update', file, { signal, onProgress: onProgress(`Version ${plainVersion(version)}`) });
    } catch (error) {
      setFailure(messageOf(error));
    }
    setSending(undefined);
    await refresh();
  };
  return (
    <Panel title="Install an update">
      <div class="stack">
        <p>
          Choose an update bundle (a file that ends with <code>.update</code>). It is accepted only if it is signed with
          a key this device trusts, and made for this board.
        </p>
        {sending === undefined ? (
          <div class="row">
            <FileButton label="Update bundle" onFile={send}>
              Choose an update
            </FileButton>
          </div>
        ) : (
          <Progress sending={sending} onStop={() => abort.current?.abort(new Error('You stopped it.'))} />
        )}
        {failure !== undefined && <Notice tone="bad">It was not installed: {failure}</Notice>}
        {sending === undefined && update !== null && <Received update={update} />}
      </div>
    </Panel>
  );
}

function Progress({ onStop, sending }: { readonly sending: Sending; readonly onStop: () => void }) {
  const { sentBytes, sizeBytes, what } = sending;
  const all = sentBytes >= sizeBytes;
  return (
    <>
      <label class="device-progress">
        <span>
          {all ? `${what} is there, and is being checked` : `${what} is on its way`}: {formatBytes(sentBytes)} of{' '}
          {formatBytes(sizeBytes)}
        </span>
        <progress max={sizeBytes} value={sentBytes} />
      </label>
      <div class="row">
        <Button onClick={onStop}>Stop</Button>
      </div>
    </>
  );
}

function Received({ update }: { readonly update: DeviceUpdate }) {
  const [starting, setStarting] = useState(false);
  const { error, size, state } = update;
  const version = plainVersion(update.version ?? '');
  if (state === 'failed') return <Notice tone="warning">The last one was not installed: {error}.</Notice>;
  if (state === 'receiving') {
    return <Notice tone="information">Somebody sends an update: {formatBytes(update.bytes)} of it are here.</Notice>;
  }
  if (state !== 'ready') return null;
  return (
    <>
      <h3>Ready to start</h3>
      <Facts
        facts={[
          ['Version', version],
          [
            'Signature',
            <Badge key="signature" tone="good">
              good: signed with a key this device trusts
            </Badge>,
          ],
          ['Written', `${formatBytes(size ?? 0)}, read back and compared`],
        ]}
      />
      <div class="row">
        <Button primary onClick={() => setStarting(true)}>
          Start it now
        </Button>
      </div>
      {starting && (
        <ConfirmDialog
          title={`Start version ${version}?`}
          deed="Start it now"
          onClose={() => setStarting(false)}
          onConfirm={async () => {
            await api.post('/api/device/update/start', {});
            awaitRestart(version);
          }}
        >
          <p>
            The device starts anew: services are away for 15 to 40 s. Then the new version is on trial; if it does not
            get well, the one of now runs again by itself.
          </p>
        </ConfirmDialog>
      )}
    </>
  );
}

function BackPanel({ device: { slot } }: Pick<PanelProperties, 'device'>) {
  const [asking, setAsking] = useState(false);
  if (slot === null) return null;
  const other = otherSlot(slot);
  const version = versionIn(slot, other);
  const { state, words } = slot[other];
  const can = state === 'standby';
  return (
    <Panel title="The other version">
      <div class="stack">
        <p>
          {can
            ? `Place ${other} holds version ${version ?? '(unknown)'}. Its settings are those of now; what it does not know, it does without.`
            : `There is nothing to go back to: place ${other} ${words}.`}
        </p>
        {can && (
          <div class="row">
            <Button onClick={() => setAsking(true)}>Run {version ?? `place ${other}`} instead</Button>
          </div>
        )}
        {asking && (
          <ConfirmDialog
            title={`Run ${version ?? `place ${other}`} instead?`}
            deed="Switch over"
            onClose={() => setAsking(false)}
            onConfirm={async () => {
              await api.post('/api/device/slot', { slot: other });
              awaitRestart(version);
            }}
          >
            <p>The device starts anew: services are away for 15 to 40 s.</p>
          </ConfirmDialog>
        )}
      </div>
    </Panel>
  );
}
