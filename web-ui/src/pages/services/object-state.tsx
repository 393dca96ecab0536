/** What the pages of objects begin with: the object out of the map, or why it is not there. */

import type { ComponentChildren } from 'preact';
import { Link } from 'wouter-preact';
import type { TopologyView } from '../../../../src/admin/answers/figures.ts';
import { type Asked, useAsked } from '../../application/asked.ts';
import { FIGURES_MS } from '../../application/live/figures.ts';
import { isThere, ProxyAway } from '../../application/live/proxy-away.tsx';
import { PageHeader } from '../../design/page.tsx';
import { EmptyState, Loading, Notice } from '../../design/states.tsx';

interface Properties<Found> {
  readonly what: string;
  readonly find: (topology: TopologyView) => Found | undefined;
  readonly children: (found: Found, topology: TopologyView, polled: Asked<TopologyView>) => ComponentChildren;
}

export function ObjectState<Found>({ children, find, what }: Properties<Found>) {
  const polled = useAsked<TopologyView>('/api/topology', FIGURES_MS);
  const { answer, failure } = polled;
  if (answer === undefined)
    return failure === undefined ? <Loading what={what} /> : <Notice tone="bad">{failure}</Notice>;
  const found = find(answer);
  if (found === undefined && !isThere(answer)) {
    return (
      <>
        <PageHeader title={`${what.charAt(0).toUpperCase()}${what.slice(1)}`} />
        <ProxyAway standing={answer} />
      </>
    );
  }
  if (found === undefined) {
    return (
      <EmptyState title={`There is no ${what}`} action={<Link href="/services">All services</Link>}>
        It is not in the configuration that runs.
      </EmptyState>
    );
  }
  return (
    <>
      {failure !== undefined && <Notice tone="warning">These figures are old: {failure}</Notice>}
      {children(found, answer, polled)}
    </>
  );
}
