/** A fail-over on purpose: asked for, watched, and what it measured. */

import { api } from '../../api/client.ts';
import { toast } from '../../application/toasts.tsx';
import { ConfirmDialog } from '../../design/dialog.tsx';
import { formatDuration, formatTime } from '../../design/format.ts';
import { Badge, Notice } from '../../design/states.tsx';
import { Table } from '../../design/table.tsx';
import type { Instance, Rehearsal } from './vrrp-api.ts';

interface DialogProperties {
  readonly unit: 'this' | 'other';
  readonly name: string;
  readonly instance: Instance;
  readonly onClose: () => void;
  readonly onBegun: () => Promise<void>;
}

export function RehearsalDialog({ instance, name, onBegun, onClose, unit }: DialogProperties) {
  const { addresses, advertIntervalMs, peer } = instance;
  return (
    <ConfirmDialog
      title={`Rehearse the fail-over of ${instance.name}?`}
      deed="Fail over now"
      danger
      onClose={onClose}
      onConfirm={async () => {
        await api.post('/api/vrrp/rehearsal', { unit, instance: instance.name, confirmed: true });
        toast({ tone: 'neutral', text: `The rehearsal of ${instance.name} has begun.` });
        await onBegun();
      }}
    >
      <p>
        {name} gives {addresses[0] ?? 'its address'} up as on a clean stop, and measures until another unit answers for
        it. That is the time for which clients wait: usually less than{' '}
        {formatDuration(Math.max(1000, advertIntervalMs))}. Half a second later {name} takes it back, as configured.
      </p>
      <p>When nobody takes over, {name} takes the address back at once and says so.</p>
      {peer === null && (
        <Notice tone="warning">
          No other unit has been heard on this network so far. A backup is silent, so there may be one; if there is
          none, the address is dark for a second or two.
        </Notice>
      )}
    </ConfirmDialog>
  );
}

export interface RehearsalRow extends Rehearsal {
  readonly unit: string;
}

export function RehearsalTable({ rows }: { readonly rows: readonly RehearsalRow[] }) {
  const [running] = rows.filter(({ endedMs }) => endedMs === null);
  return (
    <>
      {running !== undefined && (
        <Notice tone="information">
          <p>
            <strong>
              {running.unit} rehearses {running.instance}
            </strong>
          </p>
          <ul>
            {running.progress.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </Notice>
      )}
      <Table
        label="Rehearsals"
        rows={rows.filter(({ endedMs }) => endedMs !== null)}
        keyOf={({ number, unit }) => `${unit} ${number}`}
        empty="None so far. What was never tried may not work on the day it has to."
        columns={[
          { id: 'time', head: 'Time', cell: ({ startedMs }) => <span class="number">{formatTime(startedMs)}</span> },
          { id: 'unit', head: 'Unit', cell: ({ unit }) => unit },
          { id: 'instance', head: 'Instance', cell: ({ instance }) => instance },
          { id: 'by', head: 'Asked by', cell: ({ by }) => by },
          { id: 'outcome', head: 'Outcome', cell: (row) => <Outcome rehearsal={row} /> },
          {
            id: 'dark',
            head: 'Dark time',
            title: 'How long nobody answered for the address',
            number: true,
            cell: ({ report }) => milliseconds(report?.darkMs),
          },
          {
            id: 'back',
            head: 'Master again after',
            number: true,
            cell: ({ report }) => milliseconds(report?.backAfterMs),
          },
          { id: 'note', head: 'Note', cell: ({ report, failure }) => failure?.message ?? report?.note ?? '' },
        ]}
      />
    </>
  );
}

function milliseconds(value: number | null | undefined): string {
  return value === null || value === undefined ? '-' : `${value} ms`;
}

function Outcome({ rehearsal: { failure, report } }: { readonly rehearsal: Rehearsal }) {
  if (failure !== null) return <Badge tone="bad">refused</Badge>;
  if (report?.outcome === 'passed') return <Badge tone="good">passed</Badge>;
  return <Badge tone="bad">{(report?.outcome ?? 'unknown').replaceAll('-', ' ')}</Badge>;
}
