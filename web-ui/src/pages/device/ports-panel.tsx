/** The sockets in the case: is somebody at the other end, how fast, which addresses. */

import type { DevicePort } from '../../../../src/admin/answers/device.ts';
import { Panel } from '../../design/page.tsx';
import { Badge } from '../../design/states.tsx';
import { Table } from '../../design/table.tsx';

const ROLES: Readonly<Record<string, string>> = {
  arm: 'an arm',
  bridge: 'half of the bridge',
  uplink: 'the way out',
  inner: 'its own network',
  off: 'not used',
};

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
          { id: 'role', head: 'Used as', cell: ({ role }) => ROLES[role] ?? role },
          { id: 'speed', head: 'Speed', cell: ({ mbit }) => (mbit === null ? '-' : `${mbit} Mb/s`) },
          { id: 'mac', head: 'MAC address', cell: ({ mac }) => <span class="monospace">{mac}</span> },
          { id: 'addresses', head: 'Addresses', cell: ({ addresses }) => addresses.join(', ') || 'none of its own' },
        ]}
      />
    </Panel>
  );
}
