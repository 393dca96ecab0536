/** An object over time: five minutes second by second, an hour, a day. */

import { useState } from 'preact/hooks';
import type { Metric, ObjectHistory } from '../../../../src/admin/answers/figures.ts';
import { useAsked } from '../../application/asked.ts';
import { Button } from '../../design/button.tsx';
import { Loading, Notice } from '../../design/states.tsx';
import { Chart } from './chart.tsx';

const RANGES = [
  { step: 1, label: '5 minutes', about: 'every second', periodMs: 2_000 },
  { step: 15, label: '1 hour', about: 'means of 15 seconds', periodMs: 15_000 },
  { step: 120, label: '24 hours', about: 'means of 2 minutes', periodMs: 60_000 },
] as const;

/** Of a server, and of a backend, which is its servers. */
export const METRICS_WITH_SERVERS: readonly Metric[] = [
  'requests',
  'responseMs',
  'errors',
  'sessions',
  'queued',
  'up',
  'bytesIn',
  'bytesOut',
];

/** @param object `frontend/web`, `server/farm/s1` */
export function HistoryPanel({ metrics, object }: { readonly metrics: readonly Metric[]; readonly object: string }) {
  const [range, setRange] = useState<(typeof RANGES)[number]>(RANGES[0]);
  const { answer, failure } = useAsked<ObjectHistory>(`/api/history/${object}?step=${range.step}`, range.periodMs);
  return (
    <section aria-label="History">
      <div class="row">
        {RANGES.map((one) => (
          <Button key={one.step} small pressed={one === range} onClick={() => setRange(one)}>
            {one.label}
          </Button>
        ))}
        <span class="muted">{range.about}</span>
      </div>
      {answer === undefined && failure === undefined && <Loading what="the history" />}
      {failure !== undefined && <Notice tone="warning">{failure}</Notice>}
      {answer !== undefined && (
        <div class="charts">
          {metrics.map((metric) => (
            <Chart key={metric} history={answer} metric={metric} />
          ))}
        </div>
      )}
    </section>
  );
}
