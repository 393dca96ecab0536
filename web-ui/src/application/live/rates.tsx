/** Figures of the newest second in words: with their units, and a dash where nothing was measured. */

import type { Metric } from '../../../../src/admin/answers/figures.ts';
import { formatBytes, formatCount, formatDuration, formatRate } from '../../design/format.ts';

export const METRIC_WORDS: Readonly<Record<Metric, { readonly title: string; readonly about: string }>> = {
  requests: { title: 'Requests', about: 'requests a second (mode tcp: connections)' },
  connections: { title: 'New sessions', about: 'sessions begun a second' },
  sessions: { title: 'Sessions', about: 'open now' },
  bytesIn: { title: 'From clients', about: 'bytes a second that clients sent' },
  bytesOut: { title: 'To clients', about: 'bytes a second that clients received' },
  errors: { title: 'Errors', about: 'a second: answers 5xx, no server, no valid request' },
  responseMs: { title: 'Response time', about: 'until an answer begins, mean of 1024 requests' },
  queued: { title: 'Queue', about: 'requests that wait for a free server' },
  up: { title: 'Servers up', about: 'servers that take requests' },
};

export function formatMetric(metric: Metric, value: number | null | undefined): string {
  if (value === null || value === undefined) return '-';
  switch (metric) {
    case 'requests':
    case 'connections':
    case 'errors':
      return formatRate(value);
    case 'bytesIn':
    case 'bytesOut':
      return `${formatBytes(value)}/s`;
    case 'responseMs':
      return formatDuration(value);
    default:
      return formatCount(value);
  }
}
