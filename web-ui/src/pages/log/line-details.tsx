/** All of one line, in words. */

import { Link } from 'wouter-preact';
import type { RequestLine } from '../../../../src/admin/answers/log.ts';
import { backendPath, frontendPath, serverPath } from '../../application/live/figures.ts';
import { Dialog } from '../../design/dialog.tsx';
import { formatBytes, formatDuration, formatTime } from '../../design/format.ts';
import { Facts, ManualLink } from '../../design/page.tsx';
import { TerminationDetails } from './termination.tsx';

const MANUAL = 'https://docs.haproxy.org/2.6/configuration.html#8.5';

function time(milliseconds: number | null): string {
  return milliseconds === null ? 'did not come so far' : formatDuration(milliseconds);
}

export function LineDetails({ line, onClose }: { readonly line: RequestLine; readonly onClose: () => void }) {
  const { backend, frontend, kind, server } = line;
  const waited = line.serverQueue + line.backendQueue;
  return (
    <Dialog wide title={kind === 'http' ? line.request : `Session of ${line.client}`} onClose={onClose}>
      <TerminationDetails state={line.termination} />
      <ManualLink href={MANUAL} place="8.5 session state at disconnection" />
      <Facts
        facts={[
          ['Begun', formatTime(line.timeMs)],
          ['Client', line.client],
          ['Way', <Way backend={backend} frontend={frontend} server={server} />],
          ...(kind === 'http'
            ? [['Status', line.status === null ? 'no answer was sent' : String(line.status)] as const]
            : []),
          ...(kind === 'http' ? [['Request received in', time(line.requestMs)] as const] : []),
          ['In the queue', `${time(line.queueMs)}${waited > 0 ? `, behind ${waited} others` : ''}`],
          ['Connected in', time(line.connectMs)],
          ...(kind === 'http' ? [['Answered in', time(line.responseMs)] as const] : []),
          ['All together', formatDuration(line.totalMs)],
          ['Sent to the client', formatBytes(line.bytesOut)],
          ['From the client', formatBytes(line.bytesIn)],
          ['Retries', String(line.retries)],
        ]}
      />
    </Dialog>
  );
}

function Way({ backend, frontend, server }: Pick<RequestLine, 'backend' | 'frontend' | 'server'>) {
  return (
    <>
      <Link href={frontendPath(frontend)}>{frontend}</Link>
      {backend !== frontend && (
        <>
          {' to '}
          <Link href={backendPath(backend)}>{backend}</Link>
        </>
      )}
      {server === '' ? (
        ', no server'
      ) : (
        <>
          {' to '}
          <Link href={serverPath(backend, server)}>{server}</Link>
        </>
      )}
    </>
  );
}
