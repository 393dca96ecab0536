/** The sockets in the case: is somebody at the other end, how fast, which addresses. */

import type { DevicePort } from '../../../../src/admin/answers/device.ts';
import { Panel } from '../../design/page.tsx';
import { Badge } from '../../design/states.tsx';
import { Table } from '../../design/table.tsx';

export function PortsPanel({ ports }: { readonly ports: readonly DevicePort[] | null }) {
  if (ports === null) return null;
  return (
    <Panel title="Ports">
      <Table
        label="Ports"
        rows={ports}
        keyOf={({ name }) => name}
        empty="Nothing is known of the ports of this board."
        columns={[
          {
            id: 'label',
            head: 'Port',
            cell: ({ label, name }) => (
              <>
                {label} {label !== name && <span class="muted">({name})</span>}
              </>
            ),
          },
          {
            id: 'link',
            head: 'Link',
            cell: ({ link }) => (link ? <Badge tone="good">link</Badge> : <Badge tone="neutral">no cable</Badge>),
          },
          { id: 'speed', head: 'Speed', cell: ({ mbit }) => (mbit === null ? '-' : `${mbit} Mb/s`) },
          { id: 'mac', head: 'MAC address', cell: ({ mac }) => <span class="monospace">{mac}</span> },
          { id: 'addresses', head: 'Addresses', cell: ({ addresses }) => addresses.join(', ') || 'none of its own' },
        ]}
      />
    </Panel>
  );
}
