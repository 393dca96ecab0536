/** Little power, or all of the speed; and what that takes, by estimate. */

import { useState } from 'preact/hooks';
import type { DeviceStatus, PowerProfile } from '../../../../src/admin/answers/device.ts';
import { api } from '../../api/client.ts';
import { mayAct } from '../../application/session.ts';
import { toast, toastError } from '../../application/toasts.tsx';
import { Button } from '../../design/button.tsx';
import { Panel } from '../../design/page.tsx';

const PROFILES: Readonly<Record<PowerProfile, { readonly label: string; readonly about: string }>> = {
  eco: { label: 'Eco', about: 'links of 100 Mb/s, a slow clock, two cores: made for about a watt' },
  performance: { label: 'Performance', about: 'links of 1 Gb/s, the full clock, all cores' },
};
const NAMES = Object.keys(PROFILES) as readonly PowerProfile[];

interface Properties {
  readonly power: DeviceStatus['power'];
  readonly refresh: () => Promise<void>;
}

export function PowerPanel({ power: { estimatedWatts, profile }, refresh }: Properties) {
  const [busy, setBusy] = useState(false);
  if (profile === null) return null;
  const choose = async (next: PowerProfile): Promise<void> => {
    setBusy(true);
    try {
      await api.put('/api/device/settings', { power: next });
      toast({ tone: 'good', text: `The power profile is "${PROFILES[next].label}" now.` });
      await refresh();
    } catch (error) {
      toastError(error);
    }
    setBusy(false);
  };
  return (
    <Panel title="Power">
      <div class="stack">
        <p>
          {estimatedWatts === null ? (
            'Nothing is known about what this board takes.'
          ) : (
            <>
              About <strong>{estimatedWatts.toFixed(2)} W</strong> now. This is an estimate: the board has no meter, so
              it is a sum of published measurements of its parts.
            </>
          )}
        </p>
        <ul class="device-profiles">
          {NAMES.map((name) => (
            <li key={name}>
              {mayAct('admin') ? (
                <Button
                  small
                  pressed={profile === name}
                  disabled={busy || profile === name}
                  onClick={() => choose(name)}
                >
                  {PROFILES[name].label}
                </Button>
              ) : (
                <strong>
                  {PROFILES[name].label}
                  {profile === name && ' (chosen)'}
                </strong>
              )}
              <span class="muted">{PROFILES[name].about}</span>
            </li>
          ))}
        </ul>
        {mayAct('admin') && (
          <p class="muted small">A change takes the links down for a moment: they agree on another speed.</p>
        )}
      </div>
    </Panel>
  );
}
