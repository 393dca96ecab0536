/** What to see of the log; every change is in force at once, and in the address of the page. */

import type { LogFilter } from '../../../../src/admin/answers/log.ts';
import { Button } from '../../design/button.tsx';
import { SelectField, TextField } from '../../design/field.tsx';
import { searchOf } from './log-filter.ts';

const STATUSES = [
  { value: '', label: 'any' },
  { value: '2xx', label: '2xx: well' },
  { value: '3xx', label: '3xx: elsewhere' },
  { value: '4xx', label: "4xx: the client's fault" },
  { value: '5xx', label: '5xx: failed' },
  { value: 'none', label: 'no answer' },
];
const KINDS = [
  { value: '', label: 'all' },
  { value: 'requests', label: 'requests' },
  { value: 'events', label: 'events of servers' },
];
const ENDINGS = [
  { value: '', label: 'any' },
  { value: 'failed', label: 'any that is not a normal end' },
  { value: 'C', label: 'C: the client gave up' },
  { value: 'c', label: 'c: the client was silent' },
  { value: 'S', label: 'S: the server gave up' },
  { value: 's', label: 's: the server was silent' },
  { value: 'P', label: 'P: the proxy refused' },
  { value: '.Q', label: '.Q: while it waited in the queue' },
  { value: '.C', label: '.C: while connecting to the server' },
  { value: '.H', label: '.H: while waiting for the answer' },
];

/** Without what is empty. */
function without(filter: LogFilter): LogFilter {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== '' && value !== undefined));
}

interface Properties {
  readonly filter: LogFilter;
  readonly onChange: (filter: LogFilter) => void;
}

export function FilterForm({ filter, onChange }: Properties) {
  const set = (change: Partial<Record<keyof LogFilter, string | number | undefined>>): void =>
    onChange(without({ ...filter, ...change } as LogFilter));
  const endings = ENDINGS.some(({ value }) => value === (filter.termination ?? ''))
    ? ENDINGS
    : [...ENDINGS, { value: filter.termination ?? '', label: filter.termination ?? '' }];
  return (
    <form class="log-filter" onSubmit={(event) => event.preventDefault()}>
      <SelectField label="Lines" value={filter.kind ?? ''} choices={KINDS} onChange={(kind) => set({ kind })} />
      <SelectField
        label="Status"
        value={filter.status ?? ''}
        choices={STATUSES}
        onChange={(status) => set({ status })}
      />
      <SelectField
        label="How it ended"
        value={filter.termination ?? ''}
        choices={endings}
        onChange={(termination) => set({ termination })}
      />
      <TextField
        label="Server"
        value={filter.server ?? ''}
        placeholder="backend/server"
        onInput={(server) => /^[\w.:/-]*$/.test(server) && set({ server })}
      />
      <TextField
        label="Slower than, ms"
        type="number"
        inputMode="numeric"
        value={filter.slowerMs === undefined ? '' : String(filter.slowerMs)}
        onInput={(slower) => set({ slowerMs: /^\d{1,8}$/.test(slower) ? Number(slower) : undefined })}
      />
      <TextField
        label="Text"
        type="search"
        maxLength={200}
        value={filter.text ?? ''}
        placeholder="client, path"
        onInput={(text) => set({ text })}
      />
      {searchOf(filter) !== '' && (
        <Button small onClick={() => onChange({})}>
          Show everything
        </Button>
      )}
    </form>
  );
}
