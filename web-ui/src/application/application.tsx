/** The frame: which page for which address, behind the entrance. */

import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Redirect, Route, Switch, useLocation } from 'wouter-preact';
import { messageOf } from '../api/client.ts';
import { Button } from '../design/button.tsx';
import { EmptyState, Loading } from '../design/states.tsx';
import { away } from './away.ts';
import { AwayPage } from './away-page.tsx';
import { Navigation } from './navigation.tsx';
import { type Area, areaOf, areasHere, type PageRoute } from './pages.ts';
import { entrance, mayAct, startSession, unit } from './session.ts';
import { Toasts } from './toasts.tsx';
import { TrialBanners } from './trial-banner.tsx';

export function Application() {
  const now = entrance.value;
  if (away.value !== undefined) return <AwayPage now={away.value} />;
  switch (now.kind) {
    case 'starting':
      return <Loading what="Mahalo" />;
    case 'unreachable':
      return (
        <main class="entrance">
          <EmptyState title="The unit does not answer" action={<Button onClick={startSession}>Try again</Button>}>
            {now.reason}
          </EmptyState>
        </main>
      );
    case 'unclaimed':
    case 'logged-out':
      return (
        <>
          <Entrance />
          <Toasts />
        </>
      );
    case 'in':
      return <Frame />;
  }
}

/** Loaded when it is needed: who is logged in does not need it. */
function Entrance() {
  const loaded = useLoaded(() => import('../pages/entrance/entrance.tsx'));
  if (loaded.kind !== 'loaded') return <Waiting loaded={loaded} />;
  return <loaded.value.Entrance />;
}

function Frame() {
  const [path] = useLocation();
  const area = areaOf(path);
  return (
    <div class="frame">
      <a class="skip" href="#content">
        Skip to the content
      </a>
      <Navigation path={path} />
      <div class="frame-body">
        <TrialBanners />
        <main id="content" tabIndex={-1}>
          {area === undefined ? <Elsewhere path={path} /> : <AreaPages key={area.id} area={area} />}
        </main>
      </div>
      <Toasts />
    </div>
  );
}

/** `/` is the overview; as long as nobody registered one, the first page this person may open. */
function Elsewhere({ path }: { readonly path: string }) {
  const first = areasHere().find((area) => mayAct(area.role) && area.links.length > 0)?.links[0]?.path;
  if (path === '/' && first !== undefined) return <Redirect to={first} replace />;
  return <EmptyState title="There is no such page">The address may be old, or mistyped.</EmptyState>;
}

function AreaPages({ area }: { readonly area: Area }) {
  const loaded = useLoaded(area.load);
  if (loaded.kind !== 'loaded') return <Waiting loaded={loaded} />;
  return (
    <Switch>
      {loaded.value.routes.map((route) => (
        <Route key={route.path} path={route.path}>
          {(params) => <Page route={route} area={area} params={params as Readonly<Record<string, string>>} />}
        </Route>
      ))}
      <Route>
        <EmptyState title="There is no such page">The address may be old, or mistyped.</EmptyState>
      </Route>
    </Switch>
  );
}

interface PageProperties {
  readonly route: PageRoute;
  readonly area: Area;
  readonly params: Readonly<Record<string, string>>;
}

function Page({ route, area, params }: PageProperties) {
  const role = route.role ?? area.role;
  useEffect(() => {
    document.title = `${route.title} - ${unit.value.unit || 'Mahalo'}`;
  }, [route]);
  if (!mayAct(role)) {
    return (
      <EmptyState title="Not for your role">This page needs the role "{role}". An admin can give it to you.</EmptyState>
    );
  }
  const Content: ComponentType<{ readonly params: Readonly<Record<string, string>> }> = route.page;
  return <Content params={params} />;
}

type Loaded<Value> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'loaded'; readonly value: Value };

function useLoaded<Value>(load: () => Promise<Value>): Loaded<Value> {
  const [state, setState] = useState<Loaded<Value>>({ kind: 'loading' });
  // Once: what is loaded stays, another area has another key.
  useEffect(() => {
    load().then(
      (value) => setState({ kind: 'loaded', value }),
      (error: unknown) => setState({ kind: 'failed', reason: messageOf(error) }),
    );
  }, []);
  return state;
}

function Waiting({ loaded }: { readonly loaded: Loaded<unknown> }) {
  if (loaded.kind !== 'failed') return <Loading what="the page" />;
  return (
    <EmptyState
      title="The page could not be loaded"
      action={<Button onClick={() => location.reload()}>Load everything anew</Button>}
    >
      The unit may have been updated meanwhile, or does not answer. ({loaded.reason})
    </EmptyState>
  );
}
