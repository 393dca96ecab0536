/** Who did what, and what was refused; filtered by the unit, page by page. */

import { useState } from 'preact/hooks';
import type { AuditEntry } from '../../../../src/admin/answers/audit.ts';
import { useAsked } from '../../application/asked.ts';
import { Button } from '../../design/button.tsx';
import { SelectField, TextField } from '../../design/field.tsx';
import { formatTime } from '../../design/format.ts';
import { PageHeader, Panel } from '../../design/page.tsx';
import { Badge, Loading, Notice, type Tone } from '../../design/states.tsx';
import { Table } from '../../design/table.tsx';
import { PeopleTabs } from './people-tabs.tsx';

interface Filter {
  readonly actor: string;
  readonly action: string;
  readonly outcome: string;
}

const PAGE = 50;
const TONES: Readonly<Record<AuditEntry['outcome'], Tone>> = { done: 'good', failed: 'warning', refused: 'bad' };
const OUTCOMES = [
  { value: '', label: 'any' },
  { value: 'done', label: 'done' },
  { value: 'failed', label: 'failed' },
  { value: 'refused', label: 'refused' },
];
/** Beginnings of actions, in words. */
const ACTIONS = [
  { value: '', label: 'everything' },
  { value: 'configuration.', label: 'configuration' },
  { value: 'server.', label: 'servers' },
  { value: 'log', label: 'logins and logouts' },
  { value: 'user.', label: 'users' },
  { value: 'token.', label: 'API tokens' },
  { value: 'session.', label: 'sessions' },
  { value: 'terminal.', label: 'terminal' },
  { value: 'vrrp.', label: 'floating addresses' },
  { value: 'peer.', label: 'the other unit' },
  { value: 'certificate.', label: 'certificate' },
  { value: 'refused.', label: 'refusals of the guard' },
];

function queryOf(filter: Filter, page: number, untilMs: number): string {
  // One more than is shown tells whether there is a next page.
  const query = new URLSearchParams({ limit: String(PAGE + 1), skip: String(page * PAGE), until: String(untilMs) });
  for (const [name, value] of Object.entries(filter)) if (value !== '') query.set(name, value.trim());
  return query.toString();
}

export function AuditPage() {
  const [filter, setFilter] = useState<Filter>({ actor: '', action: '', outcome: '' });
  const [page, setPage] = useState(0);
  // Pages of one reading belong together: what comes meanwhile would shift them. The unit's clock may be ahead of ours.
  const [untilMs, setUntilMs] = useState(() => Date.now() + 24 * 3600_000);
  const { answer, failure } = useAsked<readonly AuditEntry[]>(`/api/audit?${queryOf(filter, page, untilMs)}`);
  const change = (part: Partial<Filter>): void => {
    setFilter({ ...filter, ...part });
    setPage(0);
  };
  const turn = (to: number): void => {
    const newest = answer?.[0];
    if (page === 0 && newest !== undefined) setUntilMs(newest.timeMs);
    setPage(to);
  };
  return (
    <>
      <PageHeader
        title="Audit log"
        about="Who did what on this unit, and what was refused to whom. The newest is on top; five files of 1 MB are kept."
        actions={
          <Button
            onClick={() => {
              setUntilMs(Date.now() + 24 * 3600_000);
              setPage(0);
            }}
          >
            Read anew
          </Button>
        }
      />
      <PeopleTabs />
      <Panel>
        <form class="columns" aria-label="Filter" onSubmit={(event) => event.preventDefault()}>
          <SelectField label="What" value={filter.action} onChange={(action) => change({ action })} choices={ACTIONS} />
          <SelectField
            label="Outcome"
            value={filter.outcome}
            onChange={(outcome) => change({ outcome })}
            choices={OUTCOMES}
          />
          <TextField
            label="By whom"
            help="A user name, token:name, console or device."
            value={filter.actor}
            onInput={(actor) => change({ actor })}
            type="search"
          />
        </form>
      </Panel>
      {failure !== undefined && <Notice tone="bad">{failure}</Notice>}
      {answer === undefined && failure === undefined && <Loading what="the audit log" />}
      {answer !== undefined && (
        <Panel>
          <Entries entries={answer.slice(0, PAGE)} />
          <nav class="row" aria-label="Pages of the log">
            <Button small disabled={page === 0} onClick={() => turn(page - 1)}>
              Newer
            </Button>
            <span class="muted">page {page + 1}</span>
            <Button small disabled={answer.length <= PAGE} onClick={() => turn(page + 1)}>
              Older
            </Button>
          </nav>
        </Panel>
      )}
    </>
  );
}

function Entries({ entries }: { readonly entries: readonly AuditEntry[] }) {
  return (
    <Table
      label="Audit log"
      rows={entries.map((entry, index) => ({ ...entry, index }))}
      keyOf={({ index }) => index}
      empty="Nothing like that stands in the log."
      columns={[
        { id: 'time', head: 'Time', cell: ({ timeMs }) => <span class="number">{formatTime(timeMs)}</span> },
        { id: 'actor', head: 'Who', cell: ({ actor }) => actor || <span class="muted">nobody known</span> },
        { id: 'action', head: 'What', cell: ({ action }) => <code>{action}</code> },
        { id: 'outcome', head: 'Outcome', cell: ({ outcome }) => <Badge tone={TONES[outcome]}>{outcome}</Badge> },
        { id: 'source', head: 'From', cell: ({ source }) => source },
        { id: 'detail', head: 'Detail', cell: ({ detail }) => detail ?? '' },
      ]}
    />
  );
}
