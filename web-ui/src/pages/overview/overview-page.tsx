/** Is everything well? If not: what, why, since when. */

import { Link } from 'wouter-preact';
import type { Metric, OverviewView, Service } from '../../../../src/admin/answers/figures.ts';
import { useAsked } from '../../application/asked.ts';
import { backendPath, FIGURES_MS, frontendPath } from '../../application/live/figures.ts';
import { LightBadge, Reason, toneOf } from '../../application/live/light.tsx';
import { isThere, ProxyAway } from '../../application/live/proxy-away.tsx';
import { formatMetric, METRIC_WORDS } from '../../application/live/rates.tsx';
import { formatAge, formatTime } from '../../design/format.ts';
import { PageHeader, Panel } from '../../design/page.tsx';
import { Loading, Notice } from '../../design/states.tsx';
import { type Column, Table } from '../../design/table.tsx';
import './overview.css';

const ORDER = ['red', 'amber', 'green', 'grey'];
const TOTALS: readonly Metric[] = ['requests', 'sessions', 'errors', 'bytesIn', 'bytesOut'];

function number(metric: Metric): Column<Service> {
  const { about, title } = METRIC_WORDS[metric];
  return {
    id: metric,
    head: title,
    title: about,
    number: true,
    by: (service) => service.rates[metric] ?? -1,
    cell: (service) => formatMetric(metric, service.rates[metric]),
  };
}

const COLUMNS: readonly Column<Service>[] = [
  {
    id: 'light',
    head: 'State',
    by: ({ light }) => ORDER.indexOf(light),
    cell: ({ light }) => <LightBadge light={light} />,
  },
  {
    id: 'name',
    head: 'Service',
    by: ({ name }) => name,
    cell: ({ kind, name }) => (
      <>
        <Link href={kind === 'frontend' ? frontendPath(name) : backendPath(name)}>{name}</Link>{' '}
        <span class="muted kind">{kind}</span>
      </>
    ),
  },
  { id: 'reason', head: 'Why', cell: (service) => <Reason health={service} /> },
  {
    id: 'servers',
    head: 'Servers up',
    number: true,
    by: ({ servers }) => servers.up,
    cell: ({ servers }) => `${servers.up} of ${servers.total}`,
  },
  number('requests'),
  number('sessions'),
  number('errors'),
  number('responseMs'),
];

export function OverviewPage() {
  const { answer, failure } = useAsked<OverviewView>('/api/overview', FIGURES_MS);
  if (answer === undefined)
    return failure === undefined ? <Loading what="the overview" /> : <Notice tone="bad">{failure}</Notice>;
  if (answer.state === 'empty' || answer.state === 'bare') return <ProxyAway standing={answer} />;
  if (!isThere(answer)) {
    return (
      <>
        <PageHeader title="Overview" about="Are the services healthy, and if not, why." />
        <ProxyAway standing={answer} />
      </>
    );
  }
  const { light, proxy, services, summary, totals } = answer;
  const sorted = [...services].sort((one, other) => ORDER.indexOf(one.light) - ORDER.indexOf(other.light));
  return (
    <>
      <PageHeader title="Overview" about="Are the services healthy, and if not, why." />
      {failure !== undefined && <Notice tone="warning">These figures are old: {failure}</Notice>}
      <section class={`glance glance-${toneOf(light)}`} aria-live="polite">
        <LightBadge light={light} />
        <strong>{summary}</strong>
      </section>
      <dl class="totals" aria-label="All frontends together">
        {TOTALS.map((metric) => (
          <div key={metric} title={METRIC_WORDS[metric].about}>
            <dt>{METRIC_WORDS[metric].title}</dt>
            <dd>{formatMetric(metric, totals.rates[metric])}</dd>
          </div>
        ))}
        <div>
          <dt>Servers up</dt>
          <dd>
            {totals.servers.up} of {totals.servers.total}
          </dd>
        </div>
      </dl>
      <Panel title="Services">
        <Table
          label="Services"
          columns={COLUMNS}
          rows={sorted}
          keyOf={({ kind, name }) => `${kind}/${name}`}
          empty="None."
        />
      </Panel>
      {proxy !== null && (
        <p class="muted">
          The proxy runs revision {proxy.revision} of the configuration as process {proxy.processId}
          {proxy.startedMs > 0 && (
            <>
              {' '}
              since {formatTime(proxy.startedMs)} ({formatAge(proxy.startedMs)})
            </>
          )}
          .
        </p>
      )}
    </>
  );
}
