/** Network ports: who is at the other end, how fast, what crossed them. Rates come from two readings. */

import { useRef } from 'preact/hooks';
import type { Port, SystemReading } from '../../../../src/admin/answers/system.ts';
import { formatBytes, formatCount } from '../../design/format.ts';
import { Badge } from '../../design/states.tsx';
import { Table } from '../../design/table.tsx';

interface Rates {
  readonly received: number;
  readonly sent: number;
}

interface Span {
  readonly reading: SystemReading;
  readonly rates: ReadonlyMap<string, Rates>;
}

/** Bytes a second between two readings. */
function ratesBetween(before: SystemReading, now: SystemReading): ReadonlyMap<string, Rates> {
  const seconds = (now.timeMs - before.timeMs) / 1000;
  const rates = new Map<string, Rates>();
  for (const port of now.ports) {
    const old = before.ports.find(({ name }) => name === port.name);
    if (old === undefined || seconds <= 0) continue;
    const rate = (from: number, to: number): number => Math.max(0, to - from) / seconds;
    rates.set(port.name, {
      received: rate(old.receivedBytes, port.receivedBytes),
      sent: rate(old.sentBytes, port.sentBytes),
    });
  }
  return rates;
}

export function PortsTable({ reading }: { readonly reading: SystemReading }) {
  const span = useRef<Span>({ reading, rates: new Map() });
  if (reading.timeMs > span.current.reading.timeMs) {
    span.current = { reading, rates: ratesBetween(span.current.reading, reading) };
  }
  const { rates } = span.current;
  const bits = (bytesPerSecond: number | undefined): string =>
    bytesPerSecond === undefined ? '-' : `${formatBytes(bytesPerSecond)}/s`;
  return (
    <Table
      label="Network ports"
      rows={reading.ports}
      keyOf={({ name }) => name}
      empty="This machine tells of no port."
      columns={[
        { id: 'name', head: 'Port', by: ({ name }) => name, cell: (port) => <PortName port={port} /> },
        { id: 'link', head: 'Link', cell: (port) => <Link port={port} /> },
        { id: 'addresses', head: 'Addresses', cell: ({ addresses }) => addresses.join(', ') || 'none' },
        { id: 'in', head: 'Receives', number: true, cell: ({ name }) => bits(rates.get(name)?.received) },
        { id: 'out', head: 'Sends', number: true, cell: ({ name }) => bits(rates.get(name)?.sent) },
        {
          id: 'received',
          head: 'Received',
          number: true,
          by: ({ receivedBytes }) => receivedBytes,
          cell: ({ receivedBytes, receivedPackets }) => (
            <span title={`${formatCount(receivedPackets)} packets`}>{formatBytes(receivedBytes)}</span>
          ),
        },
        {
          id: 'sent',
          head: 'Sent',
          number: true,
          by: ({ sentBytes }) => sentBytes,
          cell: ({ sentBytes, sentPackets }) => (
            <span title={`${formatCount(sentPackets)} packets`}>{formatBytes(sentBytes)}</span>
          ),
        },
        {
          id: 'errors',
          head: 'Errors',
          title: 'Damaged packets, received and sent; and those dropped for want of room',
          number: true,
          cell: ({ receiveDrops, receiveErrors, sendDrops, sendErrors }) =>
            `${formatCount(receiveErrors + sendErrors)}, ${formatCount(receiveDrops + sendDrops)} dropped`,
        },
      ]}
    />
  );
}

function PortName({ port }: { readonly port: Port }) {
  return (
    <>
      {port.name} {!port.physical && <span class="muted">(virtual)</span>}
      <br />
      <span class="muted small">
        {port.mac}, MTU {port.mtu} B
      </span>
    </>
  );
}

function Link({ port: { carrier, duplex, megabitsPerSecond } }: { readonly port: Port }) {
  if (carrier === null) return <Badge tone="neutral">switched off</Badge>;
  if (!carrier) return <Badge tone="warning">no cable</Badge>;
  const speed = megabitsPerSecond === null ? '' : `, ${megabitsPerSecond} Mb/s`;
  return (
    <>
      <Badge tone="good">link</Badge>
      {speed}
      {duplex === 'half' && <Badge tone="warning">half duplex</Badge>}
    </>
  );
}
