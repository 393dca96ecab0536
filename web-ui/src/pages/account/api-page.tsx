/** Every route of the API, out of its own description (OpenAPI, /api/docs): for those who write a script. */

import { useState } from 'preact/hooks';
import { useAsked } from '../../application/asked.ts';
import { mayAct, type Role } from '../../application/session.ts';
import { Checkbox, TextField } from '../../design/field.tsx';
import { CopyText, Facts, PageHeader, Panel } from '../../design/page.tsx';
import { Loading, Notice } from '../../design/states.tsx';
import { AccountTabs } from './account-tabs.tsx';
import './api.css';

interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

interface Operation {
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly 'x-access'?: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema?: Schema }[];
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> };
}

interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

interface RouteView {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

const ROLES: readonly string[] = ['viewer', 'operator', 'admin'];

function routesOf({ paths }: Description): readonly RouteView[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
}

/** Roles ask with a token; the way in asks for none. */
function mayAsk({ operation }: RouteView): boolean {
  const access = operation['x-access'] ?? '';
  return !ROLES.includes(access) || mayAct(access as Role);
}

function wordsOf({ description, enum: choices, type }: Schema): string {
  const kind = choices === undefined ? [type ?? 'anything'].flat().join(' or ') : choices.map(String).join(', ');
  return description === undefined ? kind : `${kind}: ${description}`;
}

function bodyOf({ operation }: RouteView): Schema | undefined {
  return operation.requestBody?.content?.['application/json']?.schema;
}

function commandOf(route: RouteView): string {
  const { method, path } = route;
  const body = bodyOf(route);
  const data =
    body === undefined ? '' : ` -H 'content-type: application/json' -d '{"${body.required?.[0] ?? '...'}": ...}'`;
  const verb = method === 'GET' ? '' : ` -X ${method}`;
  return `curl -k${verb} -H 'authorization: Bearer mahalo_...'${data} ${location.origin}${path}`;
}

export function ApiPage() {
  const { answer, failure } = useAsked<Description>('/api/docs');
  const [wanted, setWanted] = useState('');
  const [mine, setMine] = useState(true);
  const word = wanted.toLowerCase();
  const found = answer === undefined ? [] : routesOf(answer).filter((route) => !mine || mayAsk(route));
  const shown = found.filter(({ operation, path }) => `${path} ${operation.summary}`.toLowerCase().includes(word));
  const tags = [...new Set(shown.map(({ operation }) => operation.tags?.[0] ?? ''))].sort();
  return (
    <>
      <PageHeader
        title="The API"
        about={
          <>
            All that these pages do can be done by a script, with an API token. For programs the same is at{' '}
            <a href="/api/docs">/api/docs</a> (OpenAPI 3.1).
          </>
        }
      />
      <AccountTabs />
      {failure !== undefined && <Notice tone="bad">{failure}</Notice>}
      {answer === undefined && failure === undefined && <Loading what="the description" />}
      {answer !== undefined && (
        <>
          <TextField label="Find by path or words" type="search" value={wanted} onInput={setWanted} />
          <Checkbox label="Only what my role may ask" checked={mine} onChange={setMine} />
          <p role="status">{shown.length} routes</p>
          {tags.map((tag) => (
            <Panel key={tag} title={tag}>
              <div class="api-routes">
                {shown
                  .filter(({ operation }) => (operation.tags?.[0] ?? '') === tag)
                  .map((route) => (
                    <RouteDetails key={`${route.method} ${route.path}`} route={route} />
                  ))}
              </div>
            </Panel>
          ))}
        </>
      )}
    </>
  );
}

function RouteDetails({ route }: { readonly route: RouteView }) {
  const { method, operation, path } = route;
  const body = bodyOf(route);
  const asked = (operation.parameters ?? []).map(
    (one) => [`${one.name} (${one.in})`, wordsOf(one.schema ?? {})] as const,
  );
  const required = body?.required ?? [];
  const sent = Object.entries(body?.properties ?? {}).map(
    ([name, schema]) => [required.includes(name) ? name : `${name} (or not)`, wordsOf(schema)] as const,
  );
  return (
    <details>
      <summary>
        <code>
          {method} {path}
        </code>{' '}
        {operation.summary}
      </summary>
      <Facts facts={[['Who', operation['x-access'] ?? 'everybody'], ...asked, ...sent]} />
      <CopyText text={commandOf(route)} label={`a command for ${method} ${path}`} />
    </details>
  );
}
