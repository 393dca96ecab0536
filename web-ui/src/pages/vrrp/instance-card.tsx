/** One virtual router on one unit: its state, why, and how it came there. */

import type { ComponentChildren } from 'preact';
import { formatDuration, formatTime } from '../../design/format.ts';
import { Facts } from '../../design/page.tsx';
import { Badge, type Tone } from '../../design/states.tsx';
import { Table } from '../../design/table.tsx';
import type { Instance, Transition, VrrpState } from './vrrp-api.ts';

const TONES: Readonly<Record<VrrpState, Tone>> = {
  MASTER: 'good',
  BACKUP: 'information',
  FAULT: 'bad',
  INIT: 'warning',
};
const SHOWN_TRANSITIONS = 8;

interface CardProperties {
  readonly unit: string;
  readonly instance: Instance;
  /** The unit's clock when it said this. */
  readonly saidMs: number;
  /** It is not known whether this still holds. */
  readonly stale?: boolean;
  readonly actions?: ComponentChildren;
}

export function InstanceCard({ actions, instance, saidMs, stale, unit }: CardProperties) {
  const { advertIntervalMs, basePriority, cause, master, peer, priority, since, state, transitions } = instance;
  const lasting = since === null ? '' : ` for ${formatDuration(Math.max(0, saidMs - Date.parse(since)))}`;
  return (
    <article
      class={stale === true ? 'vrrp-unit vrrp-unit-stale' : 'vrrp-unit'}
      aria-label={`${instance.name} on ${unit}`}
    >
      <header>
        <h3>
          {unit} <Badge tone={stale === true ? 'neutral' : TONES[state]}>{state}</Badge>
        </h3>
        {actions}
      </header>
      <p class="muted">
        {state}
        {lasting}
        {cause === null ? '' : `: ${cause}`}
        {stale === true ? ` (as of ${formatTime(saidMs)})` : ''}
      </p>
      <Facts
        facts={[
          ['Priority', priority === basePriority ? String(priority) : `${priority} (configured ${basePriority})`],
          ['Interface', `${instance.interface}, instance ${instance.name}`],
          ['Advertises every', formatDuration(advertIntervalMs)],
          ['Master', master === null ? 'not known' : `${master.address} (priority ${master.priority})`],
          [
            'Heard of others',
            peer === null
              ? 'nothing so far'
              : `${peer.address} (priority ${peer.priority}), ${formatDuration(peer.ageMs)} before`,
          ],
        ]}
      />
      {instance.tracks.length > 0 && <Tracks instance={instance} />}
      <details>
        <summary>{state === 'MASTER' ? 'Why is it master?' : 'Why is it not master?'}</summary>
        <p class="vrrp-why">{instance.text}</p>
      </details>
      <details>
        <summary>Changes of state ({transitions.length})</summary>
        <Transitions transitions={transitions} />
      </details>
    </article>
  );
}

function Tracks({ instance }: { readonly instance: Instance }) {
  return (
    <ul class="row" aria-label="What is tracked">
      {instance.tracks.map(({ contribution, fault, kind, name, reason, state }) => (
        <li key={`${kind} ${name}`} class="row">
          <Badge tone={fault || state === 'down' ? 'bad' : state === 'up' ? 'good' : 'warning'} title={reason}>
            {kind} {name}: {state}
            {contribution !== 0 && ` (${contribution > 0 ? '+' : ''}${contribution})`}
          </Badge>
        </li>
      ))}
    </ul>
  );
}

function Transitions({ transitions }: { readonly transitions: readonly Transition[] }) {
  return (
    <Table
      label="Changes of state"
      rows={transitions.slice(-SHOWN_TRANSITIONS).reverse()}
      keyOf={({ at, to }) => `${at} ${to}`}
      empty="None since the agent began."
      columns={[
        { id: 'at', head: 'Time', cell: ({ at }) => <span class="number">{formatTime(Date.parse(at))}</span> },
        {
          id: 'to',
          head: 'Change',
          cell: ({ from, to }) => (
            <>
              {from} to <Badge tone={TONES[to]}>{to}</Badge>
            </>
          ),
        },
        { id: 'cause', head: 'Because', cell: ({ cause }) => cause },
      ]}
    />
  );
}
