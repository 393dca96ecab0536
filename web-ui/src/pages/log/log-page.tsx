/** The log as it comes: paused, filtered, explained. It shows whatever the configuration logs elsewhere. */

import { useState } from 'preact/hooks';
import { Link, useLocation, useSearch } from 'wouter-preact';
import type { LogFilter, LogLine, RequestLine } from '../../../../src/admin/answers/log.ts';
import { serverPath } from '../../application/live/figures.ts';
import { Button } from '../../design/button.tsx';
import { formatBytes, formatCount, formatDuration, formatTime } from '../../design/format.ts';
import { PageHeader } from '../../design/page.tsx';
import { Badge, Notice, type Tone } from '../../design/states.tsx';
import { FilterForm } from './filter-form.tsx';
import { LineDetails } from './line-details.tsx';
import { filterOf, searchOf } from './log-filter.ts';
import { TerminationState } from './termination.tsx';
import { useLog } from './use-log.ts';
import './log.css';

const COLUMNS = 9;

export function LogPage() {
  const search = useSearch();
  const [, navigate] = useLocation();
  const filter = filterOf(search);
  const [paused, setPaused] = useState(false);
  const [opened, setOpened] = useState<RequestLine>();
  const { failure, lines, omitted, waiting } = useLog(filter, paused);
  const change = (next: LogFilter): void => {
    const words = searchOf(next);
    navigate(words === '' ? '/log' : `/log?${words}`, { replace: true });
  };
  return (
    <>
      <PageHeader
        title="Log"
        about="Every request as it ends, and what happens to servers. The newest 10,000 lines are kept in memory, none on disk."
        actions={
          <Button pressed={paused} onClick={() => setPaused(!paused)}>
            {paused ? `Go on (${formatCount(waiting)} wait)` : 'Pause'}
          </Button>
        }
      />
      <FilterForm filter={filter} onChange={change} />
      {failure !== undefined && <Notice tone="bad">{failure}</Notice>}
      {omitted > 0 && (
        <Notice tone="information">
          {formatCount(omitted)} lines came too fast to be shown: a filter finds what matters among them.
        </Notice>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section class="table-wrapper log-lines" tabIndex={0} aria-label="Lines of the log, newest first">
        {/* biome-ignore lint/a11y/noRedundantRoles: not redundant where a row is drawn as a card */}
        <table role="table">
          <thead>
            <tr>
              <th scope="col">Time</th>
              <th scope="col">Client</th>
              <th scope="col">Frontend</th>
              <th scope="col">Server</th>
              <th scope="col">Status</th>
              <th scope="col" class="number">
                Time taken
              </th>
              <th scope="col" class="number">
                Size
              </th>
              <th scope="col">End</th>
              <th scope="col">Request</th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <Row key={line.number} line={line} onOpen={setOpened} />
            ))}
          </tbody>
        </table>
        {lines.length === 0 && <p class="muted table-empty">No line yet. They appear here as requests end.</p>}
      </section>
      {opened !== undefined && <LineDetails line={opened} onClose={() => setOpened(undefined)} />}
    </>
  );
}

function statusTone(status: number): Tone {
  return status >= 500 ? 'bad' : status >= 400 ? 'warning' : status >= 300 ? 'information' : 'good';
}

function Row({ line, onOpen }: { readonly line: LogLine; readonly onOpen: (line: RequestLine) => void }) {
  const clock = formatTime(line.timeMs).slice(11);
  if (line.kind === 'gap') {
    return (
      <tr class="gap">
        <td>{clock}</td>
        <td colSpan={COLUMNS - 1}>{formatCount(line.lines)} more requests ended than the proxy tells in a second</td>
      </tr>
    );
  }
  if (line.kind === 'event') {
    return (
      <tr class="event">
        <td>{clock}</td>
        <td colSpan={COLUMNS - 1}>{line.text}</td>
      </tr>
    );
  }
  const { backend, bytesOut, client, frontend, request, server, status, termination, totalMs } = line;
  const failed = (status ?? 0) >= 500 || !/^(?:--|LR)/.test(termination);
  return (
    <tr class={failed ? 'request failed' : 'request'}>
      <td title={formatTime(line.timeMs)}>{clock}</td>
      <td class="client">{client}</td>
      <td class="frontend">{frontend}</td>
      <td class="server">
        {server === '' ? (
          <span class="muted">none</span>
        ) : (
          <Link href={serverPath(backend, server)}>
            {backend}/{server}
          </Link>
        )}
      </td>
      <td>{status === null ? '-' : <Badge tone={statusTone(status)}>{status}</Badge>}</td>
      <td class="number">{formatDuration(totalMs)}</td>
      <td class="number size">{formatBytes(bytesOut)}</td>
      <td>
        <TerminationState state={termination} onOpen={() => onOpen(line)} />
      </td>
      <td class="words" title={request}>
        {request}
      </td>
    </tr>
  );
}
