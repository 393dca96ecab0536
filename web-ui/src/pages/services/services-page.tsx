/** All services: what listens, what serves, who is connected. */

import { useState } from 'preact/hooks';
import { Link } from 'wouter-preact';
import type { Metric, Service, TopologyView } from '../../../../src/admin/answers/figures.ts';
import { useAsked } from '../../application/asked.ts';
import { backendPath, FIGURES_MS, frontendPath } from '../../application/live/figures.ts';
import { LightBadge, Reason } from '../../application/live/light.tsx';
import { isThere, ProxyAway } from '../../application/live/proxy-away.tsx';
import { formatMetric, METRIC_WORDS } from '../../application/live/rates.tsx';
import { mayAct } from '../../application/session.ts';
import { TextField } from '../../design/field.tsx';
import { PageHeader, Panel } from '../../design/page.tsx';
import { Loading, Notice } from '../../design/states.tsx';
import { type Column, Table } from '../../design/table.tsx';
import { SessionsPanel } from './sessions-panel.tsx';
import './services.css';

function number(metric: Metric): Column<Service> {
  return {
    id: metric,
    head: METRIC_WORDS[metric].title,
    title: METRIC_WORDS[metric].about,
    number: true,
    by: ({ rates }) => rates[metric] ?? -1,
    cell: ({ rates }) => formatMetric(metric, rates[metric]),
  };
}

function columnsOf(path: (name: string) => string, metrics: readonly Metric[]): readonly Column<Service>[] {
  return [
    { id: 'name', head: 'Name', by: ({ name }) => name, cell: ({ name }) => <Link href={path(name)}>{name}</Link> },
    { id: 'light', head: 'State', by: ({ light }) => light, cell: ({ light }) => <LightBadge light={light} /> },
    { id: 'reason', head: 'Why', cell: (service) => <Reason health={service} /> },
    ...metrics.map(number),
  ];
}

const FRONTENDS = columnsOf(frontendPath, ['requests', 'sessions', 'errors', 'bytesIn', 'bytesOut']);
const BACKENDS = columnsOf(backendPath, ['requests', 'sessions', 'errors', 'responseMs', 'queued']);

export function ServicesPage() {
  const { answer, failure } = useAsked<TopologyView>('/api/topology', FIGURES_MS);
  if (answer === undefined)
    return failure === undefined ? <Loading what="the services" /> : <Notice tone="bad">{failure}</Notice>;
  if (answer.state === 'empty' || answer.state === 'bare') return <ProxyAway standing={answer} />;
  return (
    <>
      <PageHeader title="Services" about="Frontends take clients in, backends hand them to their servers." />
      {failure !== undefined && <Notice tone="warning">These figures are old: {failure}</Notice>}
      {!isThere(answer) ? <ProxyAway standing={answer} /> : <AllServices topology={answer} />}
    </>
  );
}

function AllServices({ topology }: { readonly topology: TopologyView }) {
  const [wanted, setWanted] = useState('');
  const matching = <One extends Service>(all: readonly One[]): readonly One[] =>
    all.filter(({ name }) => name.toLowerCase().includes(wanted.toLowerCase()));
  return (
    <>
      <TextField label="Find by name" type="search" value={wanted} onInput={setWanted} />
      <Panel title="Frontends">
        <Table
          label="Frontends"
          columns={FRONTENDS}
          rows={matching(topology.frontends)}
          keyOf={({ name }) => name}
          empty="None."
        />
      </Panel>
      <Panel title="Backends">
        <Table
          label="Backends"
          columns={BACKENDS}
          rows={matching(topology.backends)}
          keyOf={({ name }) => name}
          empty="None."
        />
      </Panel>
      {mayAct('operator') && <SessionsPanel />}
    </>
  );
}
