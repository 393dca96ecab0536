/** The last minute of a metric, a second a point. The number beside it says the same in words. */

import type { Metric, ObjectHistory } from '../../../../src/admin/answers/figures.ts';
import { useAsked } from '../../application/asked.ts';
import { formatMetric } from '../../application/live/rates.tsx';

const SECONDS = 60;
const WIDTH = 90;
const HEIGHT = 24;

function pathOf(values: readonly (number | null)[]): string {
  const most = Math.max(1, ...values.map((value) => value ?? 0));
  let pen = 'M';
  const parts: string[] = [];
  values.forEach((value, index) => {
    if (value === null) {
      pen = 'M';
      return;
    }
    const [x, y] = [(index * WIDTH) / (SECONDS - 1), HEIGHT - 1 - (value / most) * (HEIGHT - 2)];
    parts.push(`${pen}${x.toFixed(1)} ${y.toFixed(1)}`);
    pen = 'L';
  });
  return parts.join('');
}

export function Sparkline({ metric, object }: { readonly metric: Metric; readonly object: string }) {
  const { answer } = useAsked<ObjectHistory>(`/api/history/${object}?step=1`, 3_000);
  const values = answer?.values[metric].slice(-SECONDS) ?? [];
  return (
    <span class="spark">
      <svg class="sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
        <path d={pathOf(values)} />
      </svg>
      <span>{formatMetric(metric, values.at(-1))}</span>
    </span>
  );
}
