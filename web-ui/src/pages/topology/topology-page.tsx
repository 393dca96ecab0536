/** Frontends, backends, servers, and what leads to what. The lines repeat what stands in each box in words. */

import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Link } from 'wouter-preact';
import type { BackendView, FrontendView, ServerView, TopologyView } from '../../../../src/admin/answers/figures.ts';
import { useAsked } from '../../application/asked.ts';
import { backendPath, FIGURES_MS, frontendPath, serverPath } from '../../application/live/figures.ts';
import { LightBadge, toneOf } from '../../application/live/light.tsx';
import { isThere, ProxyAway } from '../../application/live/proxy-away.tsx';
import { formatMetric } from '../../application/live/rates.tsx';
import { PageHeader } from '../../design/page.tsx';
import { Loading, Notice } from '../../design/states.tsx';
import './topology.css';

interface Line {
  readonly path: string;
  readonly busy: boolean;
}

/** From the right edge of one box to the left edge of the other. */
function lineBetween(map: HTMLElement, from: string, to: string): string | undefined {
  const [left, right] = [from, to].map((id) =>
    map.querySelector(`[data-node="${CSS.escape(id)}"]`)?.getBoundingClientRect(),
  );
  if (left === undefined || right === undefined) return undefined;
  const origin = map.getBoundingClientRect();
  const [x1, y1] = [left.right - origin.left, left.top + left.height / 2 - origin.top];
  const [x2, y2] = [right.left - origin.left, right.top + right.height / 2 - origin.top];
  const middle = (x1 + x2) / 2;
  return `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`;
}

function linesOf(map: HTMLElement, { backends, edges }: TopologyView): readonly Line[] {
  const wanted = [
    ...edges.map(({ from, requests, to }) => ({ from: `f/${from}`, to: `b/${to}`, busy: (requests ?? 0) > 0 })),
    ...backends.flatMap(({ members, name }) =>
      members.map((one) => ({ from: `b/${name}`, to: `s/${name}/${one.name}`, busy: (one.rates.requests ?? 0) > 0 })),
    ),
  ];
  return wanted.flatMap(({ busy, from, to }) => {
    const path = lineBetween(map, from, to);
    return path === undefined ? [] : [{ path, busy }];
  });
}

export function TopologyPage() {
  const { answer, failure } = useAsked<TopologyView>('/api/topology', FIGURES_MS);
  if (answer === undefined)
    return failure === undefined ? <Loading what="the map" /> : <Notice tone="bad">{failure}</Notice>;
  if (answer.state === 'empty' || answer.state === 'bare') return <ProxyAway standing={answer} />;
  return (
    <>
      <PageHeader
        title="Map"
        about="Clients come in at the left, servers answer at the right; figures are of the last second."
      />
      {failure !== undefined && <Notice tone="warning">These figures are old: {failure}</Notice>}
      {isThere(answer) ? <MapOf topology={answer} /> : <ProxyAway standing={answer} />}
    </>
  );
}

function MapOf({ topology }: { readonly topology: TopologyView }) {
  const reference = useRef<HTMLDivElement>(null);
  const [lines, setLines] = useState<readonly Line[]>([]);
  useLayoutEffect(() => {
    const map = reference.current;
    if (map === null) return;
    const draw = (): void => setLines(linesOf(map, topology));
    draw();
    const observer = new ResizeObserver(draw);
    observer.observe(map);
    return () => observer.disconnect();
  }, [topology]);
  const { backends, edges, frontends } = topology;
  return (
    <div class="map" ref={reference}>
      <svg aria-hidden="true">
        {lines.map(({ busy, path }) => (
          <path key={path} d={path} class={busy ? 'busy' : undefined} />
        ))}
      </svg>
      <section class="map-column" aria-label="Frontends">
        <h2>Frontends</h2>
        {frontends.map((one) => (
          <FrontendNode key={one.name} frontend={one} edges={edges.filter(({ from }) => from === one.name)} />
        ))}
      </section>
      <section class="map-column" aria-label="Backends">
        <h2>Backends</h2>
        {backends.map((one) => (
          <BackendNode key={one.name} backend={one} />
        ))}
      </section>
      <section class="map-column" aria-label="Servers">
        <h2>Servers</h2>
        {backends.flatMap(({ members, name }) =>
          members.map((one) => <ServerNode key={`${name}/${one.name}`} backend={name} server={one} />),
        )}
      </section>
    </div>
  );
}

function FrontendNode({ edges, frontend }: { readonly frontend: FrontendView; readonly edges: TopologyView['edges'] }) {
  const { binds, computed, light, name, rates } = frontend;
  return (
    <article class={`node node-${toneOf(light)}`} data-node={`f/${name}`}>
      <div class="node-head">
        <Link href={frontendPath(name)}>{name}</Link>
        <LightBadge light={light} />
      </div>
      <span class="muted">{binds.join(', ')}</span>
      <span>{formatMetric('requests', rates.requests)} requests</span>
      <ul aria-label={`${name} leads to`}>
        {edges.map(({ requests, to }) => (
          <li key={to}>
            leads to {to}
            {requests !== null && `: ${formatMetric('requests', requests)}`}
          </li>
        ))}
        {computed && <li class="muted">and to backends named by each request</li>}
      </ul>
    </article>
  );
}

function BackendNode({ backend }: { readonly backend: BackendView }) {
  const { light, name, rates, reason } = backend;
  return (
    <article class={`node node-${toneOf(light)}`} data-node={`b/${name}`}>
      <div class="node-head">
        <Link href={backendPath(name)}>{name}</Link>
        <LightBadge light={light} />
      </div>
      <span class="muted">{reason}</span>
      <span>
        {formatMetric('requests', rates.requests)} requests, {formatMetric('errors', rates.errors)} errors
      </span>
    </article>
  );
}

function ServerNode({ backend, server }: { readonly backend: string; readonly server: ServerView }) {
  const { address, backup, light, name, rates, title } = server;
  return (
    <article class={`node node-${toneOf(light)}`} data-node={`s/${backend}/${name}`}>
      <div class="node-head">
        <Link href={serverPath(backend, name)}>
          {backend}/{name}
        </Link>
        <LightBadge light={light} title={title} />
      </div>
      <span class="muted">
        {address}
        {backup && ', backup'}
      </span>
      <span>
        {formatMetric('requests', rates.requests)} requests, {formatMetric('sessions', rates.sessions)} sessions
      </span>
    </article>
  );
}
