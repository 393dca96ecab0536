/** A state as a word with its colour, and the reason beside it. */

import type { Health, Light } from '../../../../src/admin/answers/figures.ts';
import { formatAge, formatTime } from '../../design/format.ts';
import { Badge, type Tone } from '../../design/states.tsx';

const TONES: Readonly<Record<Light, Tone>> = { green: 'good', amber: 'warning', red: 'bad', grey: 'neutral' };
const WORDS: Readonly<Record<Light, string>> = { green: 'well', amber: 'attention', red: 'down', grey: 'off' };

export function toneOf(light: Light): Tone {
  return TONES[light];
}

export function LightBadge({ light, title }: { readonly light: Light; readonly title?: string }) {
  return <Badge tone={TONES[light]}>{title ?? WORDS[light]}</Badge>;
}

export function Reason({ health }: { readonly health: Health }) {
  const { reason, sinceMs } = health;
  return (
    <span class="reason">
      {reason}
      {sinceMs !== null && (
        <span class="muted" title={formatTime(sinceMs)}>
          {' '}
          (since {formatTime(sinceMs).slice(11, 16)}, {formatAge(sinceMs)})
        </span>
      )}
    </span>
  );
}
