/** Two versions have room on the device: which runs, which would run next, and what became of the other one. */

import type { DeviceSlots, DeviceStatus, SlotName } from '../../../../src/admin/answers/device.ts';
import { plainVersion } from '../../application/session.ts';
import { Panel } from '../../design/page.tsx';
import { Badge } from '../../design/states.tsx';

const NAMES: readonly SlotName[] = ['A', 'B'];

/** The first that may be tried still; undefined: the start decides anew, for both were given up. */
export function nextSlot({ left, order }: DeviceSlots): SlotName | undefined {
  return order.find((name) => left[name] > 0);
}

export function otherSlot({ running }: DeviceSlots): SlotName {
  return running === 'A' ? 'B' : 'A';
}

export function versionIn(slot: DeviceSlots, name: SlotName): string | undefined {
  const { version } = slot[name];
  return version === null ? undefined : plainVersion(version);
}

export function SlotsPanel({ device: { slot } }: { readonly device: DeviceStatus }) {
  if (slot === null) return null;
  const next = nextSlot(slot);
  const trial = slot[slot.running].state === 'on trial' || (next !== undefined && next !== slot.running);
  return (
    <Panel title="Software">
      <div class="stack">
        <p>
          Two versions have room here. An update goes to the place that does not run, so the one that works is never
          touched.
        </p>
        <div class="device-slots">
          {NAMES.map((name) => (
            <SlotCard key={name} slot={slot} name={name} next={next} />
          ))}
        </div>
        {trial && (
          <p class="muted">
            <strong>On trial</strong> means: it has three tries to start and to get well (its pages and its proxy
            answer, its settings are read, for ten seconds). If none succeeds, the other version runs again by itself.
          </p>
        )}
      </div>
    </Panel>
  );
}

interface CardProperties {
  readonly slot: DeviceSlots;
  readonly name: SlotName;
  readonly next: SlotName | undefined;
}

function SlotCard({ name, next, slot }: CardProperties) {
  const { state, words } = slot[name];
  return (
    <section class="device-slot">
      <h3>Place {name}</h3>
      <p class="device-version">{versionIn(slot, name) ?? 'empty'}</p>
      <p class="row">
        {name === slot.running && <Badge tone="information">runs now</Badge>}
        {name === next && <Badge tone="neutral">would run next</Badge>}
        {state === 'on trial' && <Badge tone="warning">on trial</Badge>}
        {state === 'given up' && <Badge tone="bad">given up</Badge>}
      </p>
      <p class="muted">{words}.</p>
    </section>
  );
}
