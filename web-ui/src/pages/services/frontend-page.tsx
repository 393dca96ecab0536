import { Link } from 'wouter-preact';
import type { Metric } from '../../../../src/admin/answers/figures.ts';
import { backendPath } from '../../application/live/figures.ts';
import { LightBadge, Reason } from '../../application/live/light.tsx';
import { Facts, PageHeader, Panel } from '../../design/page.tsx';
import { HistoryPanel } from './history-panel.tsx';
import { ObjectState } from './object-state.tsx';

const METRICS: readonly Metric[] = ['requests', 'sessions', 'errors', 'connections', 'bytesIn', 'bytesOut'];

export function FrontendPage({ params }: { readonly params: Readonly<Record<string, string>> }) {
  const { name = '' } = params;
  return (
    <ObjectState what={`frontend ${name}`} find={({ frontends }) => frontends.find((one) => one.name === name)}>
      {(frontend, { edges }) => (
        <>
          <PageHeader
            title={
              <>
                Frontend {name} <LightBadge light={frontend.light} />
              </>
            }
            about={<Reason health={frontend} />}
            actions={<Link href={`/log?frontend=${encodeURIComponent(name)}`}>Its log</Link>}
          />
          <Panel>
            <Facts
              facts={[
                ['Listens at', frontend.binds.join(', ') || '-'],
                ['Mode', frontend.mode],
                [
                  'Leads to',
                  <>
                    {edges
                      .filter(({ from }) => from === name)
                      .map(({ to }, index) => (
                        <>
                          {index > 0 && ', '}
                          <Link key={to} href={backendPath(to)}>
                            {to}
                          </Link>
                        </>
                      ))}
                    {frontend.computed && ' and backends named by each request'}
                  </>,
                ],
              ]}
            />
          </Panel>
          <HistoryPanel object={`frontend/${encodeURIComponent(name)}`} metrics={METRICS} />
        </>
      )}
    </ObjectState>
  );
}
